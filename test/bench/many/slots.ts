/**
 * Six ingestions of three tasks each on four task slots: ours beside submitting all and polling each, as programs and
 * schedulers do that know only their own ingestion. In virtual time.
 */
import { systemClock } from "../../../src/base/clock";
import * as lifecycle from "../../../src/lifecycle";
import { FakeDruid, VirtualClock } from "../../harness/fake";
import { directClient } from "../../harness/virtual/direct";
import { ProviderProcess } from "../../harness/virtual/process";
import { insert, URL } from "../../harness/virtual/setup";
import { wire } from "../../harness/virtual/wire";
import { atMost, type Part } from "../part";

const INGESTIONS = 6;
const TASKS = 3;
const SLOTS = 4;
const RUN_MS = 60_000;
const HOUR_MS = 3_600_000;

type Way = (clock: VirtualClock, fake: FakeDruid) => Promise<void>;

const queryOf = (number: number) => insert("A", `events${number}`);

const ours: Way = async (clock, fake) => {
  const { parts } = new ProviderProcess({ fake, clock, config: { "druid:url": URL }, direct: true });
  const create = (number: number) =>
    lifecycle.create(
      parts,
      wire({
        query: queryOf(number),
        context: { maxNumTasks: TASKS },
        __urn: `urn:pulumi:dev::bench::druid::events${number}`,
        __secretQuery: false,
      }),
    );
  await Promise.all(Array.from({ length: INGESTIONS }, (_, number) => create(number)));
};

const submitAll: Way = async (clock, fake) => {
  const client = directClient(fake, clock, Math.random);
  const load = async (number: number) => {
    const { taskId } = await client.submit({ query: queryOf(number), context: { maxNumTasks: TASKS } });
    while ((await client.status(taskId))?.statusCode === "RUNNING") await clock.sleep(1_000);
  };
  await Promise.all(Array.from({ length: INGESTIONS }, (_, number) => load(number)));
};

export const slots: Part = async ({ say }) => {
  const begun = systemClock.now();
  const rows: (string | number)[][] = [];
  let failed = 0;
  for (const [name, way] of [
    ["pulumi-druid", ours],
    ["submit all, poll each", submitAll],
  ] as const) {
    const clock = new VirtualClock();
    const fake = new FakeDruid({ clock, capacity: SLOTS });
    fake.plan({ runMs: RUN_MS });
    const start = clock.now();
    await clock.run(way(clock, fake), { limitMs: HOUR_MS });
    const runs = fake.tasks.filter(({ type }) => type === "query_controller");
    const count = (code: string) => runs.filter(({ statusCode }) => statusCode === code).length;
    const ends = runs.filter(({ statusCode }) => statusCode === "SUCCESS").map((task) => task.endedAtMs ?? 0);
    const isInOrder = ends.length === INGESTIONS && ends.every((end, at) => at === 0 || end > (ends[at - 1] ?? 0));
    const causes = [...new Set(runs.flatMap(({ errorMsg }) => errorMsg?.split(":")[0] ?? []))];
    if (way === ours) failed = INGESTIONS - count("SUCCESS");
    rows.push([
      name,
      count("SUCCESS"),
      count("FAILED"),
      causes.join(", ") || "-",
      isInOrder ? "yes" : "no",
      `${((clock.now() - start) / 60_000).toFixed(1)} min`,
      fake.received.length,
    ]);
  }
  say(`slots took ${systemClock.now() - begun} ms`);
  const title = `Many: ${INGESTIONS} ingestions of ${TASKS} tasks on ${SLOTS} slots, each a minute of work`;
  const head = ["way", "SUCCESS", "FAILED", "cause", "one after the other", "until the last has ended", "requests"];
  const goals = { "many: ingestions that starve for slots": atMost(0, failed, "ingestions") };
  return { tables: [{ title, head, rows }], goals };
};
