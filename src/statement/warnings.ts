/** What a reviewer should know before a query runs: one sentence each, and only what is worth a look. */
import type { Explained } from "./explain";
import type { Statement, StatementFacts } from "./facts";

export interface WarningOptions {
  context?: Readonly<Record<string, unknown>>;
  onDelete?: "keepData" | "dropDatasource";
  /** As the user gives them. */
  parameters?: readonly unknown[];
  /** Whether the query is wrapped with `pulumi.secret()`. */
  isSecret?: boolean;
  /** What the query that ran last said, where one did. */
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
      `OVERWRITE ALL takes every row out of ${target}, whoever loaded it, and puts this query's rows there`,
    );
  } else if (explained?.replaceTimeChunks === "ALL") {
    warnings.push(`The OVERWRITE condition covers all of time: every row of ${target} is taken out`);
  }
  if (kind === "INSERT" && before !== undefined) {
    warnings.push(
      `INSERT appends: the rows of the last run stay in ${target} beside the new ones; REPLACE takes them out`,
    );
  }
  if (kind === "INSERT" && reads.includes(dataSource)) {
    warnings.push(`INSERT reads ${target} and writes into it: each run adds its rows to what the next one reads`);
  }
  const granularity = partitionedBy ?? explained?.partitionedBy;
  if (before?.partitionedBy !== undefined && granularity !== undefined && before.partitionedBy !== granularity) {
    warnings.push(
      `PARTITIONED BY changes from ${before.partitionedBy} to ${granularity}: ${
        overwrite === "ALL"
          ? `all segments of ${target} are written anew`
          : `${target} will hold segments of both, and Druid may refuse to append to the old ones`
      }`,
    );
  }
  if (onDelete === "dropDatasource") {
    warnings.push(`With onDelete "dropDatasource", a delete takes every row out of ${target}, whoever loaded it`);
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
    warnings.push(`The query holds ${credentials.join(", ")} in plain text; wrap it with pulumi.secret()`);
  }
  if (sketches.length > 0 && (kind === "INSERT" || kind === "REPLACE") && !is(set.finalizeAggregations, false)) {
    warnings.push(
      `${sketches.join(", ")} stores a plain number, which no later query can merge; to store the sketch, set finalizeAggregations to false in the input "context"`,
    );
  }
  const untyped = bareParameters.filter((index) => isNull(parameters?.[index]));
  if (untyped.length > 0) {
    warnings.push(
      `${untyped.map((index) => `parameters[${index}]`).join(", ")} is null and makes a column without a type: Druid may store 0 in a FLOAT column, or refuse the query; write CAST(? AS VARCHAR)`,
    );
  }
  if (unstable.length > 0 && kind !== "SELECT") {
    warnings.push(`${unstable.join(", ")} has another value at each run: a run that is repeated loads other rows`);
  }
  if (kind === "SELECT") {
    warnings.push("SELECT loads nothing: its rows go into the task's report, and Druid calls that experimental");
  }
  if (kind === "EXPORT" && recorded?.kind === "EXPORT" && isSame(recorded.destination, destination)) {
    warnings.push(
      "The export runs again into the same destination, and Druid fails it where files are there: take out those of " +
        "the last run first, or write into another path",
    );
  }
  const rowsLost = rowsThatMayBeLeftOut(set);
  if (rowsLost !== undefined) {
    warnings.push(
      `${rowsLost} that cannot be read may be left out, and the load counts as a success all the same ` +
        '("maxParseExceptions", or "mode"): look at report.warnings behind it',
    );
  }
  if (is(set.waitUntilSegmentsLoad, true)) {
    warnings.push(
      '"waitUntilSegmentsLoad" only keeps the task busy (and does nothing before Druid 28): this resource waits for the rows itself',
    );
  }
  return warnings;
}

/** As Druid reads a flag. */
function is(value: unknown, flag: boolean): boolean {
  return value === flag || (typeof value === "string" && value.toLowerCase() === String(flag));
}

/** Of a secret query only the type is recorded. */
function isSame(recorded: StatementFacts["destination"], wanted: StatementFacts["destination"]): boolean {
  return recorded?.type === wanted?.type && [undefined, wanted?.address].includes(recorded?.address);
}

/** `maxParseExceptions` comes over what `mode` stands for. */
function rowsThatMayBeLeftOut({ maxParseExceptions, mode }: Readonly<Record<string, unknown>>): string | undefined {
  const isLax = typeof mode === "string" && mode.toLowerCase() === "nonstrict";
  const rows = Number(maxParseExceptions ?? (isLax ? -1 : 0));
  if (rows < 0) return "Any number of rows";
  return rows > 0 ? `Up to ${rows} row(s)` : undefined;
}

function isNull(parameter: unknown): boolean {
  return parameter === null || (typeof parameter === "object" && "value" in parameter && parameter.value === null);
}
