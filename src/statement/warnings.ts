/** Warnings that preview shows before a query runs: one sentence each, and only if they matter. */
import { misspelledKeys } from "./context";
import type { Explained } from "./explain";
import type { ParsedStatement, StatementFacts } from "./facts";
import type { Warning } from "./warning";

/** What is in the target before the run. */
export interface RowsThere {
  isNone: boolean;
  /** E.g. `1,461 rows`. */
  text: string;
  /** How its segments are partitioned, if that certainly differs from what the run writes. */
  otherPartitions?: string | undefined;
}

export interface WarningOptions {
  context?: Readonly<Record<string, unknown>>;
  onDelete?: "keepData" | "dropDatasource";
  /** The input as the user wrote it. */
  parameters?: readonly unknown[];
  /** Whether the query is wrapped with `pulumi.secret()`. */
  isSecret?: boolean;
  /** Facts about the query that ran last, if any. */
  recorded?: Pick<StatementFacts, "kind" | "dataSource" | "partitionedBy" | "destination">;
  explained?: Explained;
  /** Absent if unknown. */
  rows?: RowsThere;
  /** Whether `onDelete` was just set or changed; otherwise an earlier operation has warned about it. */
  isNewOnDelete?: boolean;
}

export function warningsFor(statement: ParsedStatement, options: WarningOptions = {}): Warning[] {
  const { facts } = statement;
  const target = facts.dataSource === undefined ? undefined : `"${facts.dataSource}"`;
  return [
    ...(target === undefined ? [] : targetWarnings(statement, facts, target, options)),
    ...queryWarnings(statement, facts, options),
  ];
}

function targetWarnings(
  { reads }: ParsedStatement,
  { kind, dataSource = "", overwrite, partitionedBy }: StatementFacts,
  target: string,
  { onDelete, isNewOnDelete = true, recorded, explained, rows }: WarningOptions,
): Warning[] {
  const warnings: Warning[] = [];
  if (kind === "INSERT" && reads.includes(dataSource)) {
    const text = `INSERT reads ${target} and writes to it: each run adds rows that the next run reads again`;
    warnings.push({ id: "insert-reads-target", text });
  }
  // The following warnings only matter if the target has rows.
  if (rows?.isNone) return warnings;
  const before = recorded?.dataSource === dataSource ? recorded : undefined;
  const now = rows === undefined ? "" : ` (now ${rows.text})`;
  if (overwrite === "ALL") {
    const text = `OVERWRITE ALL replaces every row in ${target}${now}, including rows loaded by others, with this query's rows`;
    warnings.push({ id: "overwrite-all", text });
  } else if (explained?.replaceTimeChunks === "ALL") {
    const text = `The OVERWRITE condition covers all of time: it replaces every row in ${target}${now}`;
    warnings.push({ id: "overwrite-all", text });
  }
  if (kind === "INSERT" && before !== undefined) {
    const text = `INSERT appends: ${target} will hold the rows of the last run and the new ones; to replace them, use REPLACE`;
    warnings.push({ id: "insert-appends", text });
  }
  const granularity = partitionedBy ?? explained?.partitionedBy;
  const isOther = before?.partitionedBy !== undefined && before.partitionedBy !== granularity;
  const from = isOther ? before?.partitionedBy : rows?.otherPartitions;
  if (from !== undefined && granularity !== undefined) {
    const then =
      overwrite === "ALL"
        ? `all segments of ${target} are rewritten`
        : `${target} will hold segments of both, and Druid may refuse to append to the old ones`;
    warnings.push({
      id: "partitioning-changes",
      text: `PARTITIONED BY changes from ${from} to ${granularity}: ${then}`,
    });
  }
  if (onDelete === "dropDatasource" && isNewOnDelete) {
    const text = `With onDelete "dropDatasource", a delete removes every row from ${target}${now}, including rows loaded by others`;
    warnings.push({ id: "drop-datasource", text });
  }
  return warnings;
}

function queryWarnings(
  { credentials, unstable, sketches, bareParameters }: ParsedStatement,
  { kind, settings, destination }: StatementFacts,
  { context, parameters, isSecret, recorded }: WarningOptions,
): Warning[] {
  const warnings: Warning[] = [];
  const warn = (id: Warning["id"], text: string) => warnings.push({ id, text });
  const set = { ...context, ...settings };
  for (const { key, known } of misspelledKeys(set)) {
    warn("misspelled-key", `Druid may ignore the context key "${key}"; did you mean "${known}"?`);
  }
  if (credentials.length > 0 && isSecret !== true) {
    warn(
      "plain-credentials",
      `The query contains ${credentials.join(", ")} in plain text; wrap it with pulumi.secret()`,
    );
  }
  if (sketches.length > 0 && (kind === "INSERT" || kind === "REPLACE") && !is(set.finalizeAggregations, false)) {
    warn(
      "finalized-sketch",
      `${sketches.join(", ")} stores a plain number, which later queries cannot merge; to store the sketch, set finalizeAggregations to false in the input "context"`,
    );
  }
  const untyped = bareParameters.filter((index) => isNull(parameters?.[index]));
  if (untyped.length > 0) {
    warn(
      "untyped-null",
      `${untyped.map((index) => `parameters[${index}]`).join(", ")} is null and makes a column without a type: Druid may store 0 in a FLOAT column, or refuse the query; write CAST(? AS VARCHAR)`,
    );
  }
  if (unstable.length > 0 && kind !== "SELECT") {
    warn(
      "non-deterministic",
      `${unstable.join(", ")} ${unstable.length === 1 ? "is" : "are"} non-deterministic: a retry may load different rows`,
    );
  }
  if (kind === "SELECT") {
    warn(
      "select-loads-nothing",
      "SELECT loads nothing: its rows go into the task's report, and Druid calls that experimental",
    );
  }
  if (kind === "EXPORT" && recorded?.kind === "EXPORT" && isSame(recorded.destination, destination)) {
    warn(
      "export-again",
      "The export runs again into the same destination, and Druid fails it if files are there: remove the files of " +
        "the last run first, or export to another path",
    );
  }
  const rowsLost = rowsThatMayBeLeftOut(set);
  if (rowsLost !== undefined) {
    warn(
      "skipped-rows",
      `${rowsLost} that cannot be read may be skipped, and the load still counts as a success ` +
        '("maxParseExceptions" or "mode" allows it): check the output report.warnings afterwards',
    );
  }
  if (is(set.waitUntilSegmentsLoad, true)) {
    warn(
      "wait-in-context",
      '"waitUntilSegmentsLoad" only keeps the task slots busy (and does nothing before Druid 28): this resource waits for the rows itself',
    );
  }
  return warnings;
}

/** Reads a flag as Druid does: a boolean, or its text in any case. */
function is(value: unknown, flag: boolean): boolean {
  return value === flag || (typeof value === "string" && value.toLowerCase() === String(flag));
}

/** The recorded address may be missing: for a secret query only the type is recorded. */
function isSame(recorded: StatementFacts["destination"], wanted: StatementFacts["destination"]): boolean {
  return recorded?.type === wanted?.type && [undefined, wanted?.address].includes(recorded?.address);
}

/** `maxParseExceptions` overrides `mode`. */
function rowsThatMayBeLeftOut({ maxParseExceptions, mode }: Readonly<Record<string, unknown>>): string | undefined {
  const isLax = typeof mode === "string" && mode.toLowerCase() === "nonstrict";
  const rows = Number(maxParseExceptions ?? (isLax ? -1 : 0));
  if (rows < 0) return "Any number of rows";
  return rows > 0 ? `Up to ${rows} row(s)` : undefined;
}

function isNull(parameter: unknown): boolean {
  return parameter === null || (typeof parameter === "object" && "value" in parameter && parameter.value === null);
}
