/** A process that does nothing but wait for many tasks, one way or the other, and tells what that cost it. */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { systemClock } from "../../../src/base/clock";
import { createHttpClient } from "../../../src/druid/http-client";
import { createPoller } from "../../../src/druid/poller";
import { awaitEnd } from "../../../src/ingestion/run/wait";
import { quantile } from "../part";
import { taskIdOf } from "./druid-process";

export interface WaitOrder {
  way: "ours" | "loops";
  waits: number;
  url: string;
}

export interface WaitCost {
  succeeded: number;
  /** Over the idle process, with what it has not collected yet. */
  heapMaxMb: number;
  /** Over the idle process, after a collection in the middle of the waits. */
  heapHeldMb: number;
  delayP99Ms: number;
  delayMaxMs: number;
  cpuMs: number;
}

const HEAP_EVERY_MS = 100;
const COLLECT_AFTER_MS = 3_000;
const RESOLUTION_MS = 1;

function waiter({ way, url }: WaitOrder): (taskId: string) => Promise<boolean> {
  if (way === "loops") {
    return async (taskId) => {
      for (;;) {
        const answer = await fetch(`${url}/druid/indexer/v1/task/${taskId}/status`);
        const { status } = (await answer.json()) as { status: { statusCode: string } };
        if (status.statusCode !== "RUNNING") return status.statusCode === "SUCCESS";
        await systemClock.sleep(1_000);
      }
    };
  }
  const connection = { url, headers: {}, tls: {}, requestTimeoutSeconds: 60 };
  const client = createHttpClient({ connection, clock: systemClock, random: Math.random });
  const poller = createPoller(client, systemClock);
  const quiet = { assertAlive: async () => {}, status: () => {}, log: () => {} };
  const look = (id: string, signal: AbortSignal) => poller.look(id, { signal });
  return async (taskId) => {
    const { signal } = new AbortController();
    const session = { client, cluster: client, look, clock: systemClock, random: Math.random, signal, ...quiet };
    return (await awaitEnd(session, taskId)).is === "success";
  };
}

async function main(): Promise<void> {
  const order = JSON.parse(process.argv[2] ?? "") as WaitOrder;
  process.on("disconnect", () => process.exit());
  const wait = waiter(order);
  // The first request loads what is loaded late: an idle process that has talked to Druid once.
  await fetch(`${order.url}/status`).then((answer) => answer.text());
  const collect = () => (globalThis as { gc?: () => void }).gc?.();
  collect();
  const idle = process.memoryUsage().heapUsed;
  const cpu = process.cpuUsage();
  const heaps: number[] = [];
  const watch = setInterval(() => heaps.push(process.memoryUsage().heapUsed), HEAP_EVERY_MS);
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delays.enable();
  let held = 0;
  setTimeout(() => {
    // The collection is ours, and no delay of the waits.
    delays.disable();
    collect();
    held = process.memoryUsage().heapUsed;
    setImmediate(() => delays.enable());
  }, COLLECT_AFTER_MS);
  const ends = await Promise.all(Array.from({ length: order.waits }, (_, number) => wait(taskIdOf(number))));
  delays.disable();
  clearInterval(watch);
  const { user, system } = process.cpuUsage(cpu);
  const mb = (bytes: number) => (bytes - idle) / 1_048_576;
  const cost: WaitCost = {
    succeeded: ends.filter(Boolean).length,
    heapMaxMb: mb(quantile(heaps, 1)),
    heapHeldMb: mb(held),
    delayP99Ms: delays.percentile(99) / 1e6,
    delayMaxMs: delays.max / 1e6,
    cpuMs: (user + system) / 1_000,
  };
  process.send?.(cost, () => process.exit());
}

void main();
