/**
 * `npx tsx test/bench/suspicions.ts [--rows N]`: what it costs to look for columns that are null in every row. Loads
 * N rows of 20 columns into a Druid of its own, and times the look, requests and all, several times.
 */
import { parseArgs } from "node:util";
import { systemClock } from "../../src/base/clock";
import { createHttpClient } from "../../src/druid/http-client";
import { warnOfSuspicions } from "../../src/ingestion/checks/suspicions";
import type { Session } from "../../src/ingestion/session";
import { startTestDruid } from "../harness/druid/druid";
import { startFileServer } from "../harness/druid/files";

const LOOKS = 5;
const NAMES = Array.from({ length: 19 }, (_, index) => (index < 10 ? `s${index}` : `n${index}`));

function csv(rows: number): string {
  const line = (row: number) => [
    1_704_067_200_000 + row * 1_000,
    ...NAMES.map((name, index) => (name.startsWith("s") ? `v${row % (97 + index * 13)}` : row * index)),
  ];
  return [`t,${NAMES.join()}`, ...Array.from({ length: rows }, (_, row) => line(row).join())].join("\n");
}

function statementOf(dataSource: string, uri: string): string {
  const types = NAMES.map((name) => `"${name}" ${name.startsWith("s") ? "VARCHAR" : "BIGINT"}`);
  const source = JSON.stringify({ type: "http", uris: [uri] });
  return `REPLACE INTO "${dataSource}" OVERWRITE ALL
    SELECT MILLIS_TO_TIMESTAMP("t") AS __time, ${NAMES.map((name) => `"${name}"`).join(", ")}
    FROM TABLE(EXTERN('${source}', '{"type":"csv","findColumnsFromHeader":true}'))
    EXTEND ("t" BIGINT, ${types.join(", ")}) PARTITIONED BY MONTH`;
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { rows: { type: "string", default: "1000000" } } });
  const rowsWritten = Number(values.rows);
  const [druid, files] = await Promise.all([startTestDruid(), startFileServer()]);
  try {
    const connection = { url: druid.url, headers: {}, tls: {}, requestTimeoutSeconds: 60 };
    const client = createHttpClient({ connection, clock: systemClock, random: Math.random });
    const { signal } = new AbortController();
    const log = (_severity: string, message: string) => console.log(message);
    const session = { client, clock: systemClock, signal, log, status: () => {} } as unknown as Session;
    const query = statementOf("costs", files.text("/costs.csv", csv(rowsWritten)));
    const { taskId } = await client.submit({ query });
    while ((await client.status(taskId))?.statusCode === "RUNNING") await systemClock.sleep(500);
    const run = { query, dataSource: "costs", taskId, rowsWritten, createdTime: undefined };
    const isThere = async () => Number((await client.sql({ query: 'SELECT COUNT(*) AS "n" FROM "costs"' }))[0]?.n);
    while ((await isThere().catch(() => 0)) !== rowsWritten) await systemClock.sleep(500);
    const tookMs: number[] = [];
    for (let look = 0; look < LOOKS; look += 1) {
      const start = performance.now();
      await warnOfSuspicions(session, run, false);
      tookMs.push(Math.round(performance.now() - start));
    }
    console.log(`Druid ${druid.version}: ${rowsWritten} rows of ${NAMES.length + 1} columns: ${tookMs.join(", ")} ms`);
  } finally {
    await files.stop();
    await druid.stop();
  }
}

void main();
