/**
 * `node test/run/backfill.mjs [days]`: measures a backfill of a year in which nothing has changed: the time of a
 * preview and of a `pulumi up`, and their requests to Druid. On the local engine and the SDK's own processes, against
 * the fake Druid.
 */
import { systemClock } from "../../src/base/clock";
import { FakeDruid, serveFake } from "../harness/fake";
import { type Command, TestStack } from "../harness/stack";

const program = (days: number) => `
  const { MsqBackfill, sql } = require("pulumi-druid");
  new MsqBackfill("year", {
    from: "2023-01-01",
    to: new Date(Date.UTC(2023, 0, 1 + ${days})),
    every: "P1D",
    query: (day) => sql\`
      REPLACE INTO "weather" OVERWRITE WHERE \${sql.during(day)}
      SELECT * FROM "raw" WHERE \${sql.during(day)}
      PARTITIONED BY DAY\`,
  });`;

export async function main([text = "365"]: string[]): Promise<void> {
  const days = Number(text);
  const fake = new FakeDruid({ clock: systemClock, capacity: 64 });
  fake.tables.add("raw");
  fake.plan({ runMs: 20, endMs: 5, loadDelayMs: 5 });
  const served = await serveFake(fake);
  const stack = new TestStack({ "druid:url": served.url });
  const timed = async (what: string, command: Command, ...words: string[]) => {
    const [start, before] = [performance.now(), fake.received.length];
    await stack.must(command, program(days), ...words);
    const seconds = ((performance.now() - start) / 1_000).toFixed(1);
    console.log(`${what}: ${seconds} s, ${fake.received.length - before} requests`);
  };
  try {
    await timed(`${days} days, loaded for the first time`, "up");
    await timed("preview, nothing changed", "preview", "--expect-no-changes");
    await timed("up, nothing changed", "up", "--expect-no-changes");
  } finally {
    await stack.dispose();
    await served.stop();
  }
}
