/** The product's own wait over the fake Druid in virtual time, for a task of a given task. */
import { createPoller } from "../../../src/druid/poller";
import { awaitEnd } from "../../../src/ingestion/run/wait";
import type { Session } from "../../../src/ingestion/session";
import { FakeDruid, VirtualClock } from "../../harness/fake";
import { json } from "../../harness/fake/exchange";
import { seededRandom } from "../../harness/fake/timeline";
import { directClient } from "../../harness/virtual/direct";
import type { Wait } from "./peers";
import { reportAt } from "./report";
import type { Task } from "./task";

const NOT_YET = "No task reports were found for this task. The task may not exist, or it may not have completed yet.";

/** How long a server takes to answer; no two answers take the same time. */
export const answerMs = (random: () => number) => 20 * (0.5 + random());

export async function ours(task: Task, seed: number): Promise<Wait> {
  const clock = new VirtualClock();
  const random = seededRandom(seed);
  const fake = new FakeDruid({ clock, seed, version: task.version === "27.0.0" ? 27 : 37, latencyMs: answerMs });
  const client = directClient(fake, clock, random);
  fake.plan({ startMs: 0, runMs: task.durationMs, endMs: 0 });
  fake.faults.add({
    name: "shape",
    on: "reports",
    effect: "now",
    times: Number.POSITIVE_INFINITY,
    answer() {
      const report = reportAt(task, clock.now() - launchedAt);
      const headers = { "content-type": "application/json" };
      return report === undefined ? { status: 404, headers, body: NOT_YET } : json(200, report);
    },
  });
  const submitted = client.submit({
    query: 'INSERT INTO "t" SELECT 1 PARTITIONED BY ALL',
    context: { sqlQueryId: "0" },
  });
  const { taskId } = await clock.run(submitted);
  const launchedAt = fake.tasks[0]?.launchedAtMs ?? Number.NaN;
  fake.received.length = 0;
  const end = await clock.run(awaitEnd(sessionOver(client, clock, random), taskId));
  if (end.is !== "success" || !end.report) throw new Error(`Cannot measure a wait that ended otherwise: ${end.is}`);
  return { requests: fake.received.length, delayMs: clock.now() - (fake.tasks[0]?.endedAtMs ?? Number.NaN) };
}

export function sessionOver(client: Session["client"], clock: VirtualClock, random: () => number): Session {
  const poller = createPoller(client, clock);
  return {
    client,
    cluster: client,
    look: (taskId, signal) => poller.look(taskId, { signal, patienceMs: 0 }),
    clock,
    random,
    signal: new AbortController().signal,
    assertAlive: async () => {},
    status: () => {},
    log: () => {},
  };
}
