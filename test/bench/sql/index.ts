/** How long it takes to read SQL: what preview says of a statement and the text that is compared, beside a parse. */
import { SqlQuery } from "druid-query-toolkit";
import { canonicalQuery } from "../../../src/statement/canonical";
import { readStatement } from "../../../src/statement/facts";
import { median, type Part, type Table } from "../part";
import { largeStatement, statements } from "./statements";

const STATEMENTS = 300;
const LARGE_MB = 5;
const LARGE_QUICK_MB = 1;

interface Reader {
  name: string;
  /** Throws if it cannot read the statement. */
  read(sql: string): unknown;
}

const describe: Reader = {
  name: "pulumi-druid: kind, target, sources, mistakes",
  read(sql) {
    const [fault] = readStatement(sql).faults;
    if (fault) throw new Error(fault.message);
  },
};
const canonical: Reader = { name: "pulumi-druid: canonical text", read: canonicalQuery };
const toolkit: Reader = { name: "druid-query-toolkit: parse", read: (sql) => SqlQuery.parse(sql) };

export const sql: Part = async ({ isQuick, say }) => {
  const many = statements(STATEMENTS);
  say(`${many.length} statements`);
  const rounds = isQuick ? 3 : 10;
  const tables = [tableOf(`SQL: ${many.length} statements, ${kilobytes(many)} kB`, many, rounds)];
  const megabytes = isQuick ? LARGE_QUICK_MB : LARGE_MB;
  for (const [kind, what] of [
    ["literal", "in one literal"],
    ["columns", "in columns"],
  ] as const) {
    say(`a statement of ${megabytes} MB ${what}`);
    tables.push(
      tableOf(
        `SQL: one statement of ${megabytes} MB, ${what}`,
        [largeStatement(kind, megabytes * 1e6)],
        isQuick ? 1 : 3,
      ),
    );
  }
  return { tables, goals: {} };
};

const kilobytes = (many: string[]) => Math.round(many.reduce((sum, one) => sum + one.length, 0) / 1_000);

/** All readers in turn in each round, so that what slows the machine down for a moment meets all of them. */
function tableOf(title: string, many: readonly string[], rounds: number): Table {
  const readers = [describe, canonical, toolkit];
  const times = new Map<Reader, number[]>(readers.map((reader) => [reader, []]));
  const failed = new Map<Reader, number>();
  for (let round = 0; round < rounds; round += 1) {
    for (const reader of readers) {
      const begun = performance.now();
      failed.set(reader, many.filter((one) => !canRead(reader, one)).length);
      times.get(reader)?.push(performance.now() - begun);
    }
  }
  const rows = readers.map((reader) => {
    const ms = median(times.get(reader) ?? []);
    return [reader.name, `${ms < 100 ? ms.toFixed(1) : Math.round(ms)} ms`, failed.get(reader) ?? 0];
  });
  return { title, head: ["", `median of ${rounds}`, "could not be read"], rows };
}

function canRead(reader: Reader, one: string): boolean {
  try {
    reader.read(one);
    return true;
  } catch {
    return false;
  }
}
