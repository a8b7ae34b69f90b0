/** A backfill of a year in which nothing has changed. */
import { systemClock } from "../../../src/base/clock";
import { FakeDruid, serveFake } from "../../harness/fake";
import type { Command } from "../../harness/stack";
import { atMost, type Part } from "../part";
import { MeasuredStack } from "./measured-stack";

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

export const backfill: Part = async ({ isQuick, say }) => {
  if (isQuick) return { tables: [], goals: {} };
  const days = 365;
  const fake = new FakeDruid({ clock: systemClock, capacity: 64 });
  fake.tables.add("raw");
  fake.plan({ startMs: 5, runMs: 20, endMs: 5, loadDelayMs: 5 });
  const served = await serveFake(fake);
  const stack = new MeasuredStack({ "druid:url": served.url });
  const rows: (string | number)[][] = [];
  let requests = 0;
  const timed = async (what: string, command: Command, ...words: string[]) => {
    say(`a backfill of ${days} days: ${what}`);
    const before = fake.received.length;
    const { wallMs, programMs, providerMs } = await stack.measure(command, program(days), ...words);
    requests = fake.received.length - before;
    const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;
    rows.push([what, requests, seconds(wallMs), seconds(programMs + providerMs)]);
    return requests;
  };
  try {
    await timed("loaded for the first time", "up");
    const asked = await timed("preview, nothing changed", "preview", "--expect-no-changes");
    const goals = { "many: requests of a backfill in which nothing has changed": atMost(0, asked, "requests") };
    const head = ["", "requests", "wall", "CPU of program and provider"];
    return { tables: [{ title: `Many: a backfill of ${days} days`, head, rows }], goals };
  } finally {
    await stack.dispose();
    await served.stop();
  }
};
