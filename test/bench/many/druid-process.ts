/**
 * The fake Druid in a process of its own, with tasks that run: what it computes is not counted as the waits'. Ends with
 * its parent.
 */
import { systemClock } from "../../../src/base/clock";
import { FakeDruid, serveFake } from "../../harness/fake";

export const taskIdOf = (number: number): string => `query-wait-${number}`;

/** From the start until the tasks begin to end; they end over two seconds. */
export interface DruidOrder {
  waits: number;
  runMs: number;
}

/** What it tells: where it is, and when asked, the requests that came since. */
export type DruidWord = { url: string } | { requests: Record<string, number> };

async function main(): Promise<void> {
  const { waits, runMs } = JSON.parse(process.argv[2] ?? "") as DruidOrder;
  const fake = new FakeDruid({ clock: systemClock, capacity: waits * 2 });
  fake.plan(({ id }) => ({ startMs: 0, runMs: runMs + (Number(id.split("-").at(-1)) % 20) * 100 }));
  const { url } = await serveFake(fake);
  for (let number = 0; number < waits; number += 1) {
    const body = {
      query: `INSERT INTO "t${number}" SELECT 1 PARTITIONED BY ALL`,
      context: { sqlQueryId: `wait-${number}` },
    };
    const path = "/druid/v2/sql/task";
    const headers = { "content-type": "application/json" };
    await fake.handle(
      { method: "POST", path, query: {}, headers, body: JSON.stringify(body) },
      new AbortController().signal,
    );
  }
  fake.received.length = 0;
  process.on("disconnect", () => process.exit());
  process.on("message", () => {
    const requests: Record<string, number> = {};
    for (const { route } of fake.received) requests[route] = (requests[route] ?? 0) + 1;
    process.send?.({ requests } satisfies DruidWord);
  });
  process.send?.({ url } satisfies DruidWord);
}

if (require.main === module) void main();
