/** How many tasks fit into the cluster, and how many of these places are free. */

import { type Finding, note, ok, problem, warning } from "./finding";
import type { Looker } from "./looker";

/** A controller and a worker: the least that a load takes. */
const LEAST = 2;

export async function slots({ client, signal }: Looker): Promise<Finding[]> {
  const options = { signal, patienceMs: 0 };
  const workers = await client.workers(options);
  if (workers === undefined || workers.length === 0) {
    const total = (await client.capacity(options))?.total;
    if (total === undefined)
      return [
        note("slots", "How many tasks fit in is not told", "A load may wait for a place, and preview cannot say so."),
      ];
    return [
      total === 0
        ? none("no worker runs")
        : note("slots", `${total} places for tasks`, "How many are free is not told."),
    ];
  }
  const total = workers.reduce((sum, { capacity }) => sum + capacity, 0);
  const free = workers.reduce((sum, { capacity, used }) => sum + Math.max(0, capacity - used), 0);
  const text = `${free} of ${total} places for tasks are free, on ${workers.length} ${workers.length === 1 ? "server" : "servers"}`;
  if (total < LEAST) return [none(text)];
  if (free < LEAST) {
    const means = `A load takes ${LEAST} places (maxNumTasks) or more, and waits until they are free.`;
    return [warning("slots", text, means, "wait, or add Middle Managers or Indexers, or raise druid.worker.capacity")];
  }
  return [ok("slots", text, `A load takes maxNumTasks of them, ${LEAST} by default.`)];
}

const none = (text: string): Finding =>
  problem(
    "slots",
    text,
    `A load needs ${LEAST} places at least, and would wait for ever.`,
    "start a Middle Manager or an Indexer with druid.worker.capacity of 2 or more",
  );
