/** The Overlord's API of the fake Druid. */
import { unknownTask } from "./errors";
import { type FakeAnswer, json, text } from "./exchange";
import { defaultPlan } from "./plan";
import { reportOf } from "./reports";
import type { FakeTask, Tasks } from "./tasks";
import { ALL_TIME } from "./warehouse";

const NOWHERE = { host: null, port: -1, tlsPort: -1 };
const WORKER = { host: "localhost", port: 8100, tlsPort: -1 };

export function statusOf(task: FakeTask): Record<string, unknown> {
  return {
    id: task.id,
    groupId: task.id,
    type: task.type,
    createdTime: new Date(task.createdAtMs).toISOString(),
    queueInsertionTime: "1970-01-01T00:00:00.000Z",
    statusCode: task.statusCode,
    status: task.statusCode,
    runnerStatusCode: task.stage === "ENDED" ? "WAITING" : task.stage,
    ...shortStatusOf(task),
    dataSource: task.dataSource,
  };
}

function shortStatusOf(task: FakeTask): Record<string, unknown> {
  return {
    duration: task.endedAtMs === undefined ? -1 : task.endedAtMs - (task.launchedAtMs ?? task.endedAtMs),
    location: task.launchedAtMs === undefined ? NOWHERE : WORKER,
    errorMsg: task.errorMsg ?? null,
  };
}

/** From 35 on an Overlord that has not synced with its storage since names no place for a task that has ended. */
const PLACE_KNOWN_AFTER_MS = 60_000;

interface Moment {
  version: number;
  now: number;
}

function lateLocation(task: FakeTask, { version, now }: Moment): Record<string, unknown> {
  const isLate = version >= 35 && task.endedAtMs !== undefined && now < task.endedAtMs + PLACE_KNOWN_AFTER_MS;
  return isLate ? { location: NOWHERE } : {};
}

export function status(tasks: Tasks, moment: Moment, id: string): FakeAnswer {
  const task = tasks.all.get(id);
  if (task === undefined) return unknownTask(moment.version, id);
  return json(200, { task: id, status: { ...statusOf(task), ...lateLocation(task, moment) } });
}

export function statuses(tasks: Tasks, moment: Moment, body: unknown): FakeAnswer {
  if (!Array.isArray(body) || body.length === 0) return text(400, "No TaskIds provided.");
  const known = body.map((id) => tasks.all.get(String(id))).filter((task) => task !== undefined);
  const entries = known.map((task) => [
    task.id,
    { id: task.id, status: task.statusCode, ...shortStatusOf(task), ...lateLocation(task, moment) },
  ]);
  return json(200, Object.fromEntries(entries));
}

export function reports(tasks: Tasks, version: number, id: string, now: number): FakeAnswer {
  const task = tasks.all.get(id);
  const report = task && reportOf(task, now, version);
  if (task === undefined) return unknownTask(version, id);
  if (report !== undefined) return json(200, report);
  const said = "No task reports were found for this task. The task may not exist, or it may not have completed yet.";
  return { status: 404, headers: { "content-type": "application/json" }, body: said };
}

export function payload(tasks: Tasks, version: number, id: string): FakeAnswer {
  const task = tasks.all.get(id);
  if (task === undefined) return unknownTask(version, id);
  const { type, dataSource, query, context } = task;
  const inside =
    type === "noop"
      ? { type, id, groupId: id, dataSource, runTime: task.plan.runMs, context }
      : {
          type,
          id,
          groupId: id,
          dataSource,
          sqlQuery: query,
          sqlQueryContext: context,
          sqlTypeNames: task.plan.columns.map((name) => (task.plan.complex.includes(name) ? "OTHER" : "VARCHAR")),
          spec: {
            query: { queryType: "scan", context },
            columnMappings: task.plan.columns.map((name) => ({ queryColumn: name, outputColumn: name })),
            destination: {
              type: "dataSource",
              dataSource,
              ...(task.statement?.kind === "REPLACE" && { replaceTimeChunks: [ALL_TIME] }),
            },
          },
          context: { forceTimeChunkLock: true, useLineageBasedSegmentAllocation: true },
        };
  return json(200, { task: id, payload: inside });
}

export function shutdown(tasks: Tasks, version: number, id: string): FakeAnswer {
  return tasks.shutdown(id) ? json(200, { task: id }) : unknownTask(version, id);
}

/** POST /druid/indexer/v1/task: noop only. */
export function submitTask(tasks: Tasks, body: unknown): FakeAnswer {
  const fields = (body ?? {}) as Record<string, unknown>;
  const { type, id, dataSource = "none", runTime = 2_500, context = {} } = fields;
  if (type !== "noop" || typeof id !== "string")
    return json(400, { error: "The fake takes noop tasks with an id only" });
  if (tasks.all.has(id)) return json(400, { error: `Task [${id}] already exists.` });
  const plan = { ...defaultPlan, runMs: Number(runTime) };
  const more = { statement: undefined, query: "", context: context as Record<string, unknown>, plan };
  tasks.add({ id, type, dataSource: String(dataSource), ...more });
  return json(200, { task: id });
}

export function capacity(tasks: Tasks, version: number): FakeAnswer {
  const told = { currentClusterCapacity: tasks.capacity, maximumCapacityWithAutoScale: -1 };
  return json(200, version < 28 ? told : { ...told, usedClusterCapacity: tasks.slotsUsed });
}

export function workers(tasks: Tasks): FakeAnswer {
  const { capacity } = tasks;
  const worker = {
    scheme: "http",
    host: "localhost:8100",
    ip: "localhost",
    capacity,
    version: "0",
    category: "_default_worker_category",
  };
  const running = tasks.running.filter(({ stage }) => stage === "RUNNING");
  return json(200, [
    {
      worker,
      currCapacityUsed: tasks.slotsUsed,
      currParallelIndexCapacityUsed: 0,
      availabilityGroups: running.map(({ id }) => id),
      runningTasks: running.map(({ id }) => id),
      lastCompletedTaskTime: "1970-01-01T00:00:00.000Z",
      blacklistedUntil: null,
    },
  ]);
}

/** GET /druid/indexer/v1/tasks. */
export function list(tasks: Tasks, query: Record<string, string>): FakeAnswer {
  const stages = { waiting: "WAITING", pending: "PENDING", running: "RUNNING", complete: "ENDED" } as const;
  const wanted = query.state === undefined ? undefined : stages[query.state as keyof typeof stages];
  if (query.state !== undefined && wanted === undefined)
    return text(400, `Invalid state : ${query.state}, valid values are: [pending, waiting, running, complete]`);
  const found = [...tasks.all.values()]
    .filter((task) => wanted === undefined || task.stage === wanted)
    .filter((task) => query.datasource === undefined || task.dataSource === query.datasource)
    .filter((task) => query.type === undefined || task.type === query.type)
    .map((task) => ({ ...statusOf(task), runnerStatusCode: task.stage === "ENDED" ? "NONE" : task.stage }));
  return json(200, query.max === undefined ? found : found.slice(0, Number(query.max)));
}
