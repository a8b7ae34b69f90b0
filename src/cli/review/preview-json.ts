/** Reads the steps and messages about ingestions from the output of `pulumi preview --json`. Pure. */
import { isRecord } from "../../base/json";
import { RESOURCE_TYPE } from "../../base/resource-type";
import { warningText } from "../../statement/warning";
import type { Section } from "./section";

/** The parts of a replacement, which Pulumi lists in addition to the step `replace`. */
const PARTS = new Set(["create-replacement", "delete-replaced", "discard-replaced"]);

export interface Preview {
  /** By name: Pulumi lists steps in the order in which they were decided, which differs between two previews. */
  sections: Section[];
  unchanged: number;
  /** Then Pulumi has stopped early, and what it did not come to is missing. */
  hasFailed: boolean;
}

/** Undefined if `value` is not a preview. */
export function readPreview(value: unknown): Preview | undefined {
  if (!isRecord(value) || !Array.isArray(value.steps)) return undefined;
  const steps = value.steps
    .filter(isRecord)
    .filter(({ urn }) => typeof urn === "string" && typeOf(urn) === RESOURCE_TYPE);
  const replaced = new Set(steps.filter(({ op }) => op === "replace").map(({ urn }) => urn));
  const told = steps.filter(({ op, urn }) => op !== "same" && !(replaced.has(urn) && PARTS.has(String(op))));
  const messages = Array.isArray(value.diagnostics) ? value.diagnostics.filter(isRecord) : [];
  const failed = new Set(
    messages
      .map(({ urn }) => urn)
      .filter((urn): urn is string => typeof urn === "string" && typeOf(urn) === RESOURCE_TYPE)
      .filter((urn) => !steps.some((step) => step.urn === urn)),
  );
  const sections = [
    ...told.map((step) => sectionOf(step, messages)),
    ...[...failed].map((urn) =>
      withMessages({ name: nameOf(urn), warnings: [], errors: [], notes: [] }, urn, messages),
    ),
  ];
  return {
    sections: sections.sort((a, b) => a.name.localeCompare(b.name)),
    hasFailed: messages.some(({ severity }) => severity === "error"),
    unchanged: steps.filter(({ op }) => op === "same").length,
  };
}

const typeOf = (urn: string) => urn.split("::")[2]?.split("$").at(-1);
const nameOf = (urn: string) => urn.split("::").slice(3).join("::");

function sectionOf(step: Record<string, unknown>, messages: readonly Record<string, unknown>[]): Section {
  const urn = String(step.urn);
  const [old, now] = [step.oldState, step.newState].map((state) =>
    isRecord(state) && isRecord(state.inputs) ? state.inputs : undefined,
  );
  const inputs = now ?? old ?? {};
  const statement = isRecord(inputs.statement) ? inputs.statement : {};
  const overwrite = text(statement.overwrite);
  const section: Section = { name: nameOf(urn), op: String(step.op), warnings: [], errors: [], notes: [] };
  // With --show-secrets Pulumi prints a secret query in full.
  const isSecret = inputs.__secretQuery === true || (inputs.query !== undefined && query(inputs.query) === undefined);
  const kind = [text(statement.kind), overwrite && `OVERWRITE ${overwrite}`].filter(Boolean).join(" ");
  Object.assign(
    section,
    defined({
      kind: kind || undefined,
      target: text(inputs.dataSource) ?? text(statement.dataSource),
      url: text(inputs.url),
      partitionedBy: text(statement.partitionedBy),
      oldQuery: isSecret ? undefined : query(old?.query),
      newQuery: isSecret ? undefined : query(now?.query),
      isSecret: isSecret || undefined,
    }),
  );
  if (step.op === "delete") {
    const isRetained = isRecord(step.oldState) && step.oldState.retainOnDelete === true;
    const drops = inputs.onDelete === "dropDatasource" && !isRetained;
    section.impact = drops ? `drops "${section.target}" with all its rows` : "the rows stay";
    // The provider is not asked before it deletes, so that only this can tell.
    const text = `The ingestion goes and drops "${section.target}" with every row, including rows loaded by others`;
    if (drops) section.warnings.push(warningText({ id: "drop-datasource", text }));
  }
  return withMessages(section, urn, messages);
}

const LABELS = { "Why: ": "why", "Impact: ": "impact", "Schema: ": "schema" } as const;

function withMessages(section: Section, urn: string, messages: readonly Record<string, unknown>[]): Section {
  for (const { message, severity } of messages.filter((one) => one.urn === urn)) {
    const said = String(message ?? "")
      .replace(/^(?:debug|info|warning|error): /, "")
      .replace(/^\S+ resource '[^']*' has a problem: /, "")
      .trim();
    const label = (Object.keys(LABELS) as (keyof typeof LABELS)[]).find((one) => said.startsWith(one));
    if (label !== undefined) section[LABELS[label]] = said.slice(label.length);
    else if (said.startsWith("Nothing will run: "))
      section.why = `nothing runs: ${said.slice("Nothing will run: ".length)}`;
    else if (severity === "warning") section.warnings.push(said);
    else if (severity === "error") section.errors.push(said);
    else if (severity !== "debug" && said !== "") section.notes.push(said);
  }
  return section;
}

const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);
/** Pulumi prints `[secret]` or an object in place of a secret. */
const query = (value: unknown) => (value === "[secret]" ? undefined : text(value));
const defined = (values: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
