/** Decides whether a change of the program needs an update, a replacement, or nothing. Does not contact Druid. */
import { canonicalJson } from "../base/json";
import { publicUrl } from "../base/redact";
import { findConnection } from "../druid/connection/connection";
import { writeKindOf } from "../ingestion/contract/content";
import { checksHash } from "../ingestion/contract/inputs-checks";
import { hasUnknown } from "../ingestion/contract/unknown";
import { adds, standing } from "../ingestion/rules/published";
import { keyOf } from "../ingestion/sequence/key";
import { readStatement } from "../statement/facts";
import { foretellChecks } from "./checking";
import type { Parts } from "./parts";
import {
  CONTENT_INPUTS,
  contentOf,
  hiddenInputs,
  type Properties,
  readState,
  type StoredState,
  userInputs,
} from "./state";

export interface Difference {
  changes: boolean;
  replaces: string[];
  deleteBeforeReplace: boolean;
}

const RENAMED =
  "Nothing will run: the ingestion was renamed or moved, and `pulumi up` only records its earlier runs under the new name";

/** `olds` are the outputs of the last operation, `news` the new inputs. */
export async function diff(parts: Parts, olds: Properties, news: Properties): Promise<Difference> {
  const reasons: string[] = [];
  const stored = readState(olds);
  const { urn, organization } = hiddenInputs(news);
  parts.neighbours.rememberKey(urn, stored.key);
  parts.neighbours.rememberNumber(stored.key, stored.dataSource, stored.number);
  const unknown = CONTENT_INPUTS.filter((name) => hasUnknown(news[name]));
  if (unknown.length > 0) reasons.push(`${unknown.join(", ")} not yet known`);
  else if (stored.content !== contentOf(news))
    reasons.push(`${changedInputs(olds, news, CONTENT_INPUTS).join(", ") || "content"} changed`);
  if (stored.state !== "SUCCESS") reasons.push(`the last run is ${stored.state ?? "not recorded"}`);

  if (hasUnknown(news.checks)) reasons.push("checks not yet known");
  else if (stored.checked !== checksHash(news.checks))
    reasons.push("the checks changed, or have not passed on these rows");

  const others = Object.keys({ ...userInputs(olds), ...userInputs(news) }).filter(
    (name) => name !== "checks" && !(CONTENT_INPUTS as readonly string[]).includes(name),
  );
  if (await hasMoved(parts, stored.url, news)) reasons.push("the url of Druid changed");
  const changed = changedInputs(olds, news, others);
  const mayRun = reasons.length > 0 || changed.includes("adoptTaskId");
  if (changed.length > 0) reasons.push(`${changed.join(", ")} changed`);
  if (stored.key !== undefined && stored.key !== keyOf(urn, organization)) {
    reasons.push("renamed: its runs are recorded under the new name");
    // Pulumi shows an update without any change, which looks like a second load.
    if (!mayRun) parts.host.log("info", urn, RENAMED);
  }

  const replaces = hasOtherTarget(olds, news) ? ["query"] : [];
  if (replaces.length > 0) reasons.push("another target");
  if (reasons.length > 0) parts.host.log("debug", urn, `Differs: ${reasons.join("; ")}`);
  if (unknown.length === 0 && replaces.length === 0) foretell(parts, urn, stored, news);
  if (reasons.length > 0) foretellChecks(parts, urn, news);
  return { changes: reasons.length > 0, replaces, deleteBeforeReplace: true };
}

/**
 * Reports in preview if a changed INSERT will not run, because its rows from an earlier run are still in the target.
 */
function foretell({ host }: Parts, urn: string, stored: StoredState, news: Properties): void {
  const content = contentOf(news);
  if (content === undefined || content === stored.content || typeof news.query !== "string") return;
  const { facts } = readStatement(news.query);
  const kind = writeKindOf(facts);
  if (!adds(kind) || stored.state === "DATA_MISSING") return;
  const where = facts.dataSource === undefined ? "the export's destination" : `"${facts.dataSource}"`;
  const stands = standing(stored.published, { content, kind });
  if (stands === "there") {
    const text = `Nothing will run: ${where} already has these rows from an earlier run of this ingestion; to load them a second time, set triggers to a value not used before`;
    host.log("info", urn, text);
  }
  if (stands === "perhaps" && news.adoptTaskId === undefined) {
    const text = `${where} may already have these rows from an earlier run of this ingestion: \`pulumi up\` will stop and ask`;
    host.log("warning", urn, text);
  }
}

function changedInputs(olds: Properties, news: Properties, names: readonly string[]): string[] {
  return names.filter((name) => canonicalJson(olds[name] ?? null) !== canonicalJson(news[name] ?? null));
}

/** False if one target is unknown, because it may turn out to be the same. */
function hasOtherTarget(olds: Properties, news: Properties): boolean {
  const [from, to] = [olds, news].map(targetOf);
  return from !== undefined && to !== undefined && from !== to;
}

function targetOf({ query }: Properties): string | undefined {
  if (typeof query !== "string" || hasUnknown(query)) return undefined;
  return readStatement(query).facts.dataSource;
}

async function hasMoved(parts: Parts, url: string | undefined, news: Properties): Promise<boolean> {
  if (url === undefined || hasUnknown(news.connection)) return false;
  const { connection } = findConnection(news.connection, await parts.config(), parts.env);
  return connection !== undefined && publicUrl(connection.url) !== url;
}
