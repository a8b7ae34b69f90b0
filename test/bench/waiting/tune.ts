/** `npx tsx test/bench/waiting/tune.ts`: the product's own waits on the tasks for tuning. */
import { seededRandom } from "../../harness/fake/timeline";
import { HEAD, type Measured, rowOf } from "./figures";
import { ours } from "./ours";
import { drawnTasks, hourTasks, TUNING_SEED } from "./shapes";
import type { Task } from "./task";

async function main(): Promise<void> {
  const random = seededRandom(TUNING_SEED);
  const measure = async (tasks: Task[]) => {
    const waits: Measured[] = [];
    for (const task of tasks) waits.push({ ...task, ...(await ours(task, Math.floor(random() * 1e9))) });
    return waits;
  };
  const drawn = await measure(drawnTasks(TUNING_SEED, 24));
  const hours = await measure(hourTasks(TUNING_SEED, 8));
  const within = (low: number, high: number) =>
    drawn.filter((wait) => wait.durationMs >= low * 60_000 && wait.durationMs < high * 60_000);
  const rows = [
    rowOf("under 1 min", within(0, 1)),
    rowOf("1 to 5 min", within(1, 5)),
    rowOf("under 5 min", within(0, 5)),
    rowOf("5 min to 1 h", within(5, 60)),
    rowOf("1 to 6 h", within(60, 361)),
    rowOf("all", drawn),
    rowOf("1 h", hours),
    ...[...new Set(drawn.map(({ kind }) => kind))].map((kind) =>
      rowOf(
        kind,
        drawn.filter((wait) => wait.kind === kind),
      ),
    ),
    ...[...new Set(hours.map(({ kind }) => kind))].map((kind) =>
      rowOf(
        `1 h ${kind}`,
        hours.filter((wait) => wait.kind === kind),
      ),
    ),
  ];
  console.log(HEAD.join(" | "));
  for (const row of rows) console.log(row.map((cell) => String(cell).padStart(12)).join(" "));
}

void main();
