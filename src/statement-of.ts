/** Reads a statement's facts for programs and their tests: the same as in the output `statement`. */
import { DruidIngestionError } from "./base/errors";
import type { Statement } from "./ingestion/contract/outputs";
import { readStatement } from "./statement/facts";

/**
 * Reads from the text of a query the same facts as the output `statement` of an `MsqIngestion`: kind, target, what it
 * overwrites, partitioning, sources. Does not need a Druid. Meant for unit tests of programs, in which no provider
 * runs, and for your own checks of SQL files.
 *
 * @param query - The SQL.
 * @throws DruidIngestionError of kind `invalidInput` if the text is not a valid statement, with line and column.
 *
 * @example
 * ```ts
 * import { statementOf } from "pulumi-druid";
 *
 * const { kind, dataSource } = statementOf('INSERT INTO "pages" SELECT * FROM "raw" PARTITIONED BY DAY');
 * ```
 */
export function statementOf(query: string): Statement {
  const { facts, faults } = readStatement(query);
  const fault = faults[0];
  if (fault === undefined) return facts;
  throw new DruidIngestionError(
    "invalidInput",
    `Cannot read the statement: ${fault.message} (line ${fault.line}, column ${fault.column})`,
  );
}
