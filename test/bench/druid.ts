// What the measurement asks of Druid by itself: loads, and a probe that counts rows.

export const PROBE_EVERY_MS = 50;
export const ROWS = 200;
const DAYS = 5;

const sleep = (ms: number) => new Promise((done) => setTimeout(done, ms));

/** `from` tells the rows of one load from those of another. */
export function statementOf(kind: "INSERT" | "REPLACE", dataSource: string, from: number): string {
  const lines = Array.from({ length: ROWS }, (_, index) => `2024-01-0${1 + (index % DAYS)}T00:00:00Z,${from + index}`);
  const source = JSON.stringify({ type: "inline", data: lines.join("\n") });
  const rows = `TABLE(EXTERN('${source}', '{"type":"csv","columns":["t","n"]}')) EXTEND ("t" VARCHAR, "n" BIGINT)`;
  const head = kind === "INSERT" ? `INSERT INTO "${dataSource}"` : `REPLACE INTO "${dataSource}" OVERWRITE ALL`;
  return `${head} SELECT TIME_PARSE("t") AS __time, "n" FROM ${rows} PARTITIONED BY DAY`;
}

/** Undefined where there is no such table. */
export async function countRows(url: string, dataSource: string, from: number): Promise<number | undefined> {
  const response = await fetch(`${url}/druid/v2/sql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query: `SELECT COUNT(*) AS "n" FROM "${dataSource}" WHERE "n" >= ${from}` }),
  });
  if (!response.ok) return void (await response.text());
  return Number(((await response.json()) as { n: number }[])[0]?.n);
}

/** When the probe first gives what is waited for. */
export async function seen(probe: () => Promise<boolean>): Promise<number> {
  for (;;) {
    if (await probe()) return Date.now();
    await sleep(PROBE_EVERY_MS);
  }
}
