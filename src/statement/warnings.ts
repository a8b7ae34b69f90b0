/** Warnings that preview shows before a query runs: one sentence each, and only what is worth a look. */
import type { Explained } from "./explain";
import type { Statement, StatementFacts } from "./facts";

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
}

export function warningsFor(statement: Statement, options: WarningOptions = {}): string[] {
  const { facts } = statement;
  const target = facts.dataSource === undefined ? undefined : `"${facts.dataSource}"`;
  return [
    ...(target === undefined ? [] : targetWarnings(statement, facts, target, options)),
    ...queryWarnings(statement, facts, options),
  ];
}

function targetWarnings(
  { reads }: Statement,
  { kind, dataSource = "", overwrite, partitionedBy }: StatementFacts,
  target: string,
  { onDelete, recorded, explained }: WarningOptions,
): string[] {
  const before = recorded?.dataSource === dataSource ? recorded : undefined;
  const warnings: string[] = [];
  if (overwrite === "ALL") {
    warnings.push(
      `OVERWRITE ALL replaces every row in ${target}, including rows loaded by others, with this query's rows`,
    );
  } else if (explained?.replaceTimeChunks === "ALL") {
    warnings.push(`The OVERWRITE condition covers all of time: it replaces every row in ${target}`);
  }
  if (kind === "INSERT" && before !== undefined) {
    warnings.push(
      `INSERT appends: ${target} will hold the rows of the last run and the new ones; to replace them, use REPLACE`,
    );
  }
  if (kind === "INSERT" && reads.includes(dataSource)) {
    warnings.push(`INSERT reads ${target} and writes to it: each run adds rows that the next run reads again`);
  }
  const granularity = partitionedBy ?? explained?.partitionedBy;
  if (before?.partitionedBy !== undefined && granularity !== undefined && before.partitionedBy !== granularity) {
    warnings.push(
      `PARTITIONED BY changes from ${before.partitionedBy} to ${granularity}: ${
        overwrite === "ALL"
          ? `all segments of ${target} are rewritten`
          : `${target} will hold segments of both, and Druid may refuse to append to the old ones`
      }`,
    );
  }
  if (onDelete === "dropDatasource") {
    warnings.push(
      `With onDelete "dropDatasource", a delete removes every row from ${target}, including rows loaded by others`,
    );
  }
  return warnings;
}

function queryWarnings(
  { credentials, unstable, sketches, bareParameters }: Statement,
  { kind, settings, destination }: StatementFacts,
  { context, parameters, isSecret, recorded }: WarningOptions,
): string[] {
  const warnings: string[] = [];
  const set = { ...context, ...settings };
  if (credentials.length > 0 && isSecret !== true) {
    warnings.push(`The query contains ${credentials.join(", ")} in plain text; wrap it with pulumi.secret()`);
  }
  if (sketches.length > 0 && (kind === "INSERT" || kind === "REPLACE") && !is(set.finalizeAggregations, false)) {
    warnings.push(
      `${sketches.join(", ")} stores a plain number, which later queries cannot merge; to store the sketch, set finalizeAggregations to false in the input "context"`,
    );
  }
  const untyped = bareParameters.filter((index) => isNull(parameters?.[index]));
  if (untyped.length > 0) {
    warnings.push(
      `${untyped.map((index) => `parameters[${index}]`).join(", ")} is null and makes a column without a type: Druid may store 0 in a FLOAT column, or refuse the query; write CAST(? AS VARCHAR)`,
    );
  }
  if (unstable.length > 0 && kind !== "SELECT") {
    warnings.push(
      `${unstable.join(", ")} ${unstable.length === 1 ? "is" : "are"} non-deterministic: a retry may load different rows`,
    );
  }
  if (kind === "SELECT") {
    warnings.push("SELECT loads nothing: its rows go into the task's report, and Druid calls that experimental");
  }
  if (kind === "EXPORT" && recorded?.kind === "EXPORT" && isSame(recorded.destination, destination)) {
    warnings.push(
      "The export runs again into the same destination, and Druid fails it if files are there: remove the files of " +
        "the last run first, or export to another path",
    );
  }
  const rowsLost = rowsThatMayBeLeftOut(set);
  if (rowsLost !== undefined) {
    warnings.push(
      `${rowsLost} that cannot be read may be skipped, and the load still counts as a success ` +
        '("maxParseExceptions" or "mode" allows it): check the output report.warnings afterwards',
    );
  }
  if (is(set.waitUntilSegmentsLoad, true)) {
    warnings.push(
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
