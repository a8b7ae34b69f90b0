/** Lets a real Druid read back what `sql` writes: nasty strings as literals, as names, and in the JSON of EXTERN. */
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type * as pulumi from "@pulumi/pulumi";
import { druidQuery, getStatus, sql } from "../../src";
import { systemClock } from "../../src/base/clock";
import { createHttpClient } from "../../src/druid/http-client";
import { readStatement } from "../../src/statement/facts";
import { type RunningDruid, startTestDruid } from "../harness/druid/druid";
import { NASTY_STRINGS } from "../harness/nasty-strings";

let own: RunningDruid | undefined;
let url = "";

beforeAll(async () => {
  const shared = process.env.PULUMI_DRUID_TEST_URL;
  own = shared === undefined ? await startTestDruid() : undefined;
  url = shared ?? own?.url ?? "";
});
afterAll(() => own?.stop());

const ask = <Row extends object>(query: pulumi.Input<string>) => druidQuery<Row>(query, { url });
const known = (output: pulumi.Output<string>) => (output as unknown as { promise(): Promise<string> }).promise();

/** Druid 27 does not tell an empty string from null. */
const stored = (text: string) => text || null;

test("Druid reads each string back unchanged, as a literal and as a name", async () => {
  const named = NASTY_STRINGS.filter((text) => text !== "");
  const columns = named.map((text) => sql`${text} AS ${sql.id(text)}`);
  const list = columns.slice(1).reduce((all, column) => sql`${all}, ${column}`, columns[0] ?? sql``);
  expect(await ask(sql`SELECT ${list}`)).toEqual([Object.fromEntries(named.map((text) => [text, text]))]);
});

test("Druid reads other values back as they are in JavaScript", async () => {
  const date = new Date("2024-02-29T12:34:56.789Z");
  const [row] = await ask(sql`SELECT ${2n ** 62n} - 1 AS "big", ${-5} - -${-5} AS "minus", ${1.5e-7} AS "small",
    ${true} AS "yes", ${"b"} IN ${["a", "b"]} AS "among", TIMESTAMP_TO_MILLIS(${date}) AS "at",
    CAST(${null} AS VARCHAR) AS "nothing"`);
  expect(JSON.stringify(row)).toContain('"minus":-10');
  expect(row).toMatchObject({ small: 1.5e-7, yes: true, among: true, at: date.getTime() });
  expect((row as { nothing: unknown }).nothing ?? "").toBe("");
});

test("nasty strings arrive unchanged in EXTERN's JSON, in column names, and in the condition of OVERWRITE", async () => {
  const target = `quoting_${Math.random().toString(36).slice(2)}`;
  const column = `it's "the" \\text\\ 日本`;
  const data = NASTY_STRINGS.map((text, at) => JSON.stringify({ t: "2024-01-01T00:00:00Z", at, [column]: text }));
  const day = sql.during("2024-01-01", "2024-01-02");
  const query = await known(sql`
    REPLACE INTO ${sql.id(target)} OVERWRITE WHERE ${day}
    SELECT TIME_PARSE("t") AS __time, "at", ${sql.id(column)}
    FROM ${sql.extern(
      { type: "inline", data: data.join("\n") },
      { type: "json" },
      { t: "VARCHAR", at: "BIGINT", [column]: "VARCHAR" },
    )}
    WHERE TIME_PARSE("t") >= TIMESTAMP '2024-01-01' PARTITIONED BY DAY`);
  const facts = readStatement(query);
  expect(facts.faults).toEqual([]);
  expect(facts.facts).toMatchObject({ kind: "REPLACE", dataSource: target, sources: [{ type: "inline" }] });
  const client = createHttpClient({
    connection: { url, headers: {}, tls: { insecureSkipVerify: false }, requestTimeoutSeconds: 30 },
    clock: systemClock,
    random: Math.random,
  });
  const { taskId } = await client.submit({ query });
  const rowsOf = sql`SELECT "at", ${sql.id(column)} AS "text" FROM ${sql.id(target)}`;
  await until(async () => {
    const status = await getStatus(taskId, { url });
    if (status?.statusCode === "FAILED") throw new Error(status.errorMsg ?? "the load failed");
    return status?.statusCode === "SUCCESS";
  });
  let rows: { at: number; text: string | null }[] = [];
  await until(async () => {
    rows = await ask<{ at: number; text: string | null }>(rowsOf).catch(() => []);
    rows.sort((a, b) => a.at - b.at);
    return rows.length === NASTY_STRINGS.length;
  });
  expect(rows.map(({ text }) => stored(text ?? ""))).toEqual(NASTY_STRINGS.map(stored));
  const among = sql`SELECT COUNT(*) AS "n" FROM ${sql.id(target)} WHERE ${sql.id(column)} IN ${NASTY_STRINGS.slice(1)}`;
  expect(await ask(sql`${among} AND ${day}`)).toEqual([{ n: NASTY_STRINGS.length - 1 }]);
});

async function until(isDone: () => Promise<boolean>): Promise<void> {
  for (let look = 0; look < 300; look += 1) {
    if (await isDone()) return;
    await systemClock.sleep(200);
  }
  throw new Error("Cannot load the strings within 60 s");
}
