/**
 * How soon a wait for a task returns, and at how many requests: ours, on the fake Druid in virtual time, beside the ways
 * of others, on the same tasks.
 */
import { seededRandom } from "../../harness/fake/timeline";
import { atMost, type Options, type Part, type Table } from "../part";
import { figuresOf, HEAD, type Measured, rowOf } from "./figures";
import { answerMs, ours } from "./ours";
import { follow, peers } from "./peers";
import { recordedTasks } from "./recorded";
import { drawnTasks, hourTasks, JUDGING_SEED } from "./shapes";
import { sharedTable } from "./shared";
import type { Task } from "./task";

const MINUTE_MS = 60_000;
const OURS = "**pulumi-druid**, reports included";

export const waiting: Part = async ({ isQuick, say }: Options) => {
  const tasks = [...drawnTasks(JUDGING_SEED, isQuick ? 4 : 16), ...recordedTasks(isQuick ? 1 : 4)];
  const short = tasks.filter(({ durationMs }) => durationMs < 5 * MINUTE_MS);
  const long = tasks.filter(({ durationMs }) => durationMs >= 5 * MINUTE_MS);
  const hour = hourTasks(JUDGING_SEED, isQuick ? 1 : 5);
  const measure = async (title: string, some: Task[]) => {
    say(`${some.length} tasks, ${title}`);
    const waits = await waitsOf(some);
    return { waits, table: tableOf(`Waiting for a task, ${title}`, some, waits) };
  };
  const [underFive, overFive] = [await measure("1 s to 5 min", short), await measure("5 min to 6 h", long)];
  const ofAnHour = await measure("of one hour", hour);
  const all = [...underFive.waits, ...overFive.waits];
  say("many at once");
  return {
    tables: [underFive.table, overFive.table, ofAnHour.table, byKind(all), await sharedTable(isQuick)],
    goals: {
      "waiting: mean delay, tasks under 5 min": atMost(0.5, figuresOf(underFive.waits).meanMs / 1_000, "s"),
      "waiting: mean delay, tasks of 1 h": atMost(2, figuresOf(ofAnHour.waits).meanMs / 1_000, "s"),
      "waiting: most requests, tasks of 1 h": atMost(400, figuresOf(ofAnHour.waits).mostRequests, "requests"),
      "waiting: late × requests": atMost(0.45, figuresOf(all).cost, "of T/2"),
    },
  };
};

async function waitsOf(tasks: Task[]): Promise<Measured[]> {
  const waits: Measured[] = [];
  for (const [seed, task] of tasks.entries()) waits.push({ ...task, ...(await ours(task, seed)) });
  return waits;
}

function tableOf(title: string, tasks: Task[], waits: Measured[]): Table {
  const random = seededRandom(JUDGING_SEED);
  const others = peers.map((peer) => {
    const theirs = tasks.map((task) => ({
      ...task,
      ...follow(peer, task.durationMs, () => answerMs(random), random),
    }));
    return rowOf(peer.name, theirs);
  });
  return { title, head: HEAD, rows: [rowOf(OURS, waits), ...others] };
}

function byKind(waits: Measured[]): Table {
  const kinds = [...new Set(waits.map(({ kind }) => kind))];
  const rows = kinds.map((kind) => {
    const some = waits.filter((wait) => wait.kind === kind);
    return rowOf(`${kind} (${some.length})`, some);
  });
  return { title: "pulumi-druid, 1 s to 6 h, by how the task goes on", head: HEAD, rows };
}
