/**
 * How others find out that a load is done, as their sources say. Each stands beside one load and asks Druid by itself,
 * at its own interval.
 */
import { setTimeout as pause } from "node:timers/promises";
import { ask, type Load, until } from "./load";

export interface Scene {
  url: string;
  load: Load;
  taskId: string;
  signal: AbortSignal;
}

export interface Peer {
  name: string;
  /** Whether its requests make the Coordinator work: it is beside some of the loads only. */
  isHeavy?: boolean;
  /** Resolves when it takes the load for done. */
  wait(scene: Scene): Promise<void>;
}

async function read<T>(url: string, signal: AbortSignal): Promise<T | undefined> {
  const response = await fetch(url, { signal });
  const text = await response.text();
  return response.status === 200 ? JSON.parse(text) : undefined;
}

/** Whether the task has succeeded; throws if it has failed. */
async function isSuccess({ url, taskId, signal }: Scene): Promise<boolean> {
  const found = await read<{ status: { statusCode: string } }>(`${url}/druid/indexer/v1/task/${taskId}/status`, signal);
  if (found?.status.statusCode === "FAILED") throw new Error(`Cannot measure: task ${taskId} failed`);
  return found?.status.statusCode === "SUCCESS";
}

const success = (everyMs: number, scene: Scene) => until(everyMs, scene.signal, () => isSuccess(scene));

const anyRow = (everyMs: number, { url, load, signal }: Scene) =>
  until(everyMs, signal, async () => {
    const query = `SELECT 1 FROM "${load.dataSource}" LIMIT 1`;
    return (await ask(url, "/druid/v2/sql", { query }, signal)) !== undefined;
  });

const loadStatus = (everyMs: number, { url, load, signal }: Scene, path: string) =>
  until(everyMs, signal, async () => {
    const found = await read<Record<string, number>>(`${url}/druid/coordinator/v1${path}`, signal);
    return (found?.[load.dataSource] ?? 0) >= 100;
  });

/** The web console: half a second, then each second. */
export async function consolePoll(scene: Scene): Promise<void> {
  await pause(500, undefined, { signal: scene.signal });
  await success(1_000, scene);
}

export const PEERS: Peer[] = [
  {
    name: "Airflow: SUCCESS, each second, and one second later",
    async wait(scene) {
      await success(1_000, scene);
      await pause(1_000, undefined, { signal: scene.signal });
    },
  },
  { name: "web console to Druid 27: SUCCESS, each second", wait: consolePoll },
  {
    name: "post-index-task: SUCCESS, then loadstatus, each 5 s",
    async wait(scene) {
      await success(5_000, scene);
      await loadStatus(5_000, scene, "/loadstatus");
    },
  },
  {
    name: "any row: SUCCESS, then SELECT 1 each 0.5 s",
    async wait(scene) {
      await success(1_000, scene);
      await anyRow(500, scene);
    },
  },
  {
    name: "druidapi: SUCCESS, forced loadstatus, SELECT 1, each 0.5 s",
    isHeavy: true,
    async wait(scene) {
      await success(500, scene);
      const interval = "1970-01-01%2F2999-01-01";
      const path = `/datasources/${scene.load.dataSource}/loadstatus?forceMetadataRefresh=true&interval=${interval}`;
      await loadStatus(500, scene, path);
      await anyRow(500, scene);
    },
  },
];

/** What the web console does since Druid 28: the task itself waits. It needs loads of its own. */
export const TASK_THAT_WAITS = "web console since 28: waitUntilSegmentsLoad, SUCCESS, each second";

export async function submitWaiting({ url, load, signal }: Omit<Scene, "taskId">, query: string): Promise<string> {
  const taskId = `query-${load.dataSource}-${load.from}`;
  const context = { sqlQueryId: taskId.replace("query-", ""), maxNumTasks: 2, waitUntilSegmentsLoad: true };
  const response = await fetch(`${url}/druid/v2/sql/task`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query, context }),
    signal,
  });
  if (!response.ok) throw new Error(`Cannot submit a load: HTTP ${response.status} ${await response.text()}`);
  await response.text();
  return taskId;
}
