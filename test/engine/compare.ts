/**
 * What differs between a recorded step and the same step here. The order between resources that do not depend on each
 * other is chance, and so is, in an operation that failed, how far those got that had nothing to do with the failure.
 * Texts of diagnostics are the engine's own; only that they are there is compared.
 */
import type { Call, Json, Named, Observed, ObservedResource } from "./cases";

/** Recorded for some resources only, and left out elsewhere: compared where a recording has them. */
const optional = new Set([
  "delete",
  "pendingReplacement",
  "deletedWith",
  "aliases",
  "customTimeouts",
  "ignoreChanges",
  "replaceOnChanges",
  "type",
]);

/** `before` is the step before, as recorded and as it went here. */
export function differences(
  recorded: Observed,
  here: Observed,
  before: { recorded: Observed; here: Observed } | undefined,
): string[] {
  const found: string[] = [];
  const differ = (what: string, left: unknown, right: unknown): void => {
    const [a, b] = [canonical(left), canonical(right)];
    if (a !== b) found.push(`${what}:\n      recorded ${a}\n      here     ${b}`);
  };
  const known = [before?.recorded.resources ?? [], recorded.resources ?? [], here.resources ?? []].flat();
  const labels = new Map(
    known.flatMap((one) => (isObject(one.inputs) ? [[String(one.inputs.label), one.urn] as const] : [])),
  );
  const keyOf = (call: Call): string => labels.get(labelOf(call)) ?? labelOf(call);
  const free = freeIn(recorded, known);
  const chance = before ? chanceOf(before.recorded, before.here) : new Set();

  differ("exit", recorded.exit, here.exit);
  differ("failed", sorted(recorded.failed), sorted(here.failed));
  differ("pending operations", sorted(recorded.pendingOperations), sorted(here.pendingOperations));
  const told = (step: Observed) => (step.diagnostics ?? []).map(([severity, urn]) => [severity, urn]).sort(byText);
  differ("diagnostics", told(recorded), told(here));

  const strayed = new Set<string>();
  const now = related([...(recorded.resources ?? []), ...(here.resources ?? [])]);
  const then = related(before?.recorded.resources ?? []).filter(
    (pair) => !now.some((one) => one.join() === pair.join()),
  );
  const timelines = (what: string, left: Event[], right: Event[]): void => {
    for (const key of new Set([...left, ...right].map((event) => event.key))) {
      if (chance.has(key)) continue;
      const [a, b] = [only(left, key), only(right, key)];
      const shorter = Math.min(a.length, b.length);
      if (free(key) && a.slice(0, shorter).join() === b.slice(0, shorter).join()) {
        if (a.length !== b.length) strayed.add(key);
      } else {
        differ(`${what} of ${key}`, a, b);
      }
    }
    const compare = ([first, second]: Named, counts: (event: Event) => boolean): void => {
      const along = (list: Event[]) =>
        list
          .filter(({ key }) => !strayed.has(key) && !chance.has(key) && (key === first || key === second))
          .filter((event) => !event.isLook && counts(event))
          .map(({ key, text, isDelete }) => [key, isDelete ? "delete" : text]);
      differ(`order of ${what} of ${first} and ${second}`, along(left), along(right));
    };
    for (const pair of now) compare(pair, () => true);
    // What one no longer needs it is only deleted before.
    for (const pair of then) compare(pair, ({ isDelete }) => isDelete);
  };
  timelines("operations", operationsOf(recorded), operationsOf(here));
  timelines("calls", callsOf(recorded, keyOf), callsOf(here, keyOf));

  states(recorded.resources ?? [], here.resources ?? [], strayed, differ);
  return found;
}

/** Something that was done to, or asked of, the resource `key`. */
interface Event {
  key: string;
  text: string;
  isDelete: boolean;
  /** Of a refresh, which looks at all resources at once. */
  isLook: boolean;
}

const operationsOf = ({ operations = [] }: Observed): Event[] =>
  operations.map(([op, key]) => {
    return { key, text: op, isDelete: op.startsWith("delete"), isLook: op === "refresh" };
  });

function callsOf({ calls = [] }: Observed, keyOf: (call: Call) => string): Event[] {
  const looked = new Set<string>();
  return calls.map((call) => {
    const { method } = call;
    const key = keyOf(call);
    // What a refresh has read it compares.
    const isLook = method === "read" || (method === "diff" && looked.delete(key));
    if (method === "read") looked.add(key);
    return { key, text: canonical(call), isDelete: method === "delete", isLook };
  });
}

type Differ = (what: string, left: unknown, right: unknown) => void;

function states(
  recorded: ObservedResource[],
  here: ObservedResource[],
  strayed: ReadonlySet<string>,
  differ: Differ,
): void {
  const told = new Set(recorded.flatMap((resource) => Object.keys(resource)));
  const name = (resource: ObservedResource): string =>
    `${resource.urn}${resource.delete === true ? " (to be deleted)" : ""}`;
  const comparable = (list: ObservedResource[]) => list.filter((one) => !strayed.has(one.urn));
  differ("resources", comparable(recorded).map(name).sort(), comparable(here).map(name).sort());
  for (const resource of comparable(recorded)) {
    const other = here.find((one) => name(one) === name(resource));
    if (other === undefined) continue;
    for (const key of new Set([...Object.keys(resource), ...Object.keys(other)])) {
      if (optional.has(key) && !told.has(key)) continue;
      const plain = (value: Json | undefined): Json =>
        key === "dependencies" ? sorted(value as Json[]) : withoutEmpty(value ?? null);
      differ(`${key} of ${name(resource)}`, plain(resource[key]), plain(other[key]));
    }
  }
}

/**
 * In an operation that failed, though not in a preview, which goes on: whatever neither failed nor was needed by, or
 * waiting for, what did.
 */
function freeIn(recorded: Observed, known: readonly ObservedResource[]): (urn: string) => boolean {
  if (recorded.exit === 0 || recorded.command === "preview") return () => false;
  const failed = new Set((recorded.failed ?? []).map(([, urn]) => urn));
  for (const [severity, urn] of recorded.diagnostics ?? []) if (severity === "error" && urn) failed.add(urn);
  const pairs = related(known);
  const bound = new Set(failed);
  for (const [first, second] of pairs) {
    if (failed.has(first)) bound.add(second);
    if (failed.has(second)) bound.add(first);
  }
  return (urn) => urn !== "" && !bound.has(urn);
}

/** What came so far only there, or only here, in an operation that failed, and so has another way to go now. */
function chanceOf(recorded: Observed, here: Observed): ReadonlySet<string> {
  const [there, now] = [recorded, here].map(({ resources = [] }) => new Set(resources.map(({ urn }) => urn)));
  return new Set([...(there ?? []), ...(now ?? [])].filter((urn) => there?.has(urn) !== now?.has(urn)));
}

/** Pairs of which the second needs the first. */
function related(known: readonly ObservedResource[]): Named[] {
  const pairs = new Map<string, Named>();
  for (const resource of known) {
    const needs = [resource.parent, ...(Array.isArray(resource.dependencies) ? resource.dependencies : [])];
    for (const need of needs) if (typeof need === "string") pairs.set(`${need} ${resource.urn}`, [need, resource.urn]);
  }
  return [...pairs.values()];
}

/** The cases give every resource a label, and ids that have it in the middle. */
function labelOf(call: Call): string {
  for (const argument of [call.news, call.inputs, call.props, call.olds]) {
    if (isObject(argument) && typeof argument.label === "string") return argument.label;
  }
  return "";
}

/** Two of one URN, of which one was replaced, are deleted side by side. */
function only(list: readonly Event[], key: string): string[] {
  const texts: string[] = [];
  const deletes: string[] = [];
  for (const { text, isDelete } of list.filter((one) => one.key === key)) {
    if (isDelete) deletes.push(text);
    else texts.push(...deletes.splice(0).sort(), text);
  }
  return [...texts, ...deletes.sort()];
}

const byText = (left: unknown, right: unknown): number => canonical(left).localeCompare(canonical(right));
const sorted = <T>(list: readonly T[] | undefined | null): T[] => [...(list ?? [])].sort(byText);

function isObject(value: Json | undefined): value is { [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Maps without entries that say nothing. */
function withoutEmpty(value: Json): Json {
  if (!isObject(value)) return value;
  const filled = Object.entries(value).filter(([, one]) => !Array.isArray(one) || one.length > 0);
  return filled.length === 0 ? null : Object.fromEntries(filled);
}

/** JSON with keys in order, so that equal values have equal texts. */
export function canonical(value: unknown): string {
  return JSON.stringify(value ?? null, (_key, part) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([left], [right]) => (left < right ? -1 : 1)))
      : part,
  );
}
