/** What a statement says, for programs and their tests: the same facts as the output `statement`. */
import { DruidIngestionError } from "./base/errors";
import type { Statement } from "./ingestion/contract/outputs";
import { readStatement } from "./statement/facts";

/**
 * Reads from the text of a query what the output `statement` of an `MsqIngestion` tells: kind, target, what it overwrites,
 * partitioning, sources. Asks no Druid. For unit tests of programs, where no provider runs, and for checks of your own.
 *
 * @param query - The SQL.
 * @throws DruidIngestionError of kind `invalidInput` where the text is no statement; it names line and column.
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
