/** Finds mistakes in the input `checks` before anything runs. Pure. */
import type { Fault } from "../../druid/connection/connection";
import { readStatement, type StatementFacts } from "../../statement/facts";
import { type Checks, queriesRows } from "../contract/inputs-checks";

export interface Around {
  /** Undefined if the query is unknown or has faults. */
  facts: StatementFacts | undefined;
  waitsForRows: boolean;
}

export function faultsOfChecks(checks: Checks, { facts, waitsForRows }: Around): Fault[] {
  return [...faultsOfCounts(checks, facts), ...faultsOfSql(checks), ...faultsOfWait(checks, facts, waitsForRows)];
}

function faultsOfCounts(checks: Checks, facts: StatementFacts | undefined): Fault[] {
  const { minRows, maxRows, notNull } = checks;
  const faults: Fault[] = [];
  if (typeof minRows === "number" && typeof maxRows === "number" && maxRows < minRows) {
    faults.push({ path: "checks.maxRows", reason: `must be at least minRows (${minRows})` });
  }
  if (facts === undefined || facts.dataSource !== undefined) return faults;
  const what = facts.kind === "SELECT" ? "a SELECT" : "an export";
  const given = { minRows, maxRows, notNull };
  const ofTable = Object.entries(given).filter(([, value]) => value !== undefined && value !== null);
  const reason = `needs rows in a datasource, and ${what} writes none; remove it, or use checks.sql`;
  return [...faults, ...ofTable.map(([name]) => ({ path: `checks.${name}`, reason }))];
}

function faultsOfSql({ sql }: Checks): Fault[] {
  const seen = new Set<string>();
  return (sql ?? []).flatMap(({ name, query }, index) => {
    const path = `checks.sql[${index}]`;
    const { facts, faults, parameters } = readStatement(query);
    const found: Fault[] = faults.map(({ message, line, column }) => ({
      path: `${path}.query`,
      reason: `is invalid: ${message} (line ${line}, column ${column})`,
    }));
    if (faults.length === 0 && facts.kind !== "SELECT") {
      found.push({ path: `${path}.query`, reason: "must be a SELECT, because a check only reads" });
    }
    if (parameters > 0) found.push({ path: `${path}.query`, reason: 'contains "?"; write the value itself' });
    if (seen.has(name))
      found.push({ path: `${path}.name`, reason: `"${name}" is used twice; give each check its own` });
    seen.add(name);
    return found;
  });
}

function faultsOfWait(checks: Checks, facts: StatementFacts | undefined, waitsForRows: boolean): Fault[] {
  if (waitsForRows || facts?.dataSource === undefined || !queriesRows(checks)) return [];
  const path = checks.notNull?.length ? "checks.notNull" : "checks.sql";
  return [{ path, reason: 'queries the rows, so it cannot be combined with "waitForSegmentLoad: false"; remove one' }];
}
