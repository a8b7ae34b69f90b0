/** Requests to the Overlord: tasks by id, and worker capacity. */

import { z } from "zod";
import type { DruidClient, Worker } from "../client";
import { CONFIG_READ, onDatasource, STATE_READ } from "../permission";
import type { Answer, Call } from "../transport/call";
import type { Exchange } from "../transport/exchange";
import { SINCE } from "../versions";
import { TotalWorkerCapacityResponse, WorkersResponse } from "../wire/cluster";
import type { TaskStatus } from "../wire/task";
import {
  TaskActionResponse,
  TaskListResponse,
  TaskPayloadResponse,
  TaskReportsResponse,
  TaskStatusesResponse,
  TaskStatusResponse,
} from "../wire/task-schemas";
import { assertAbout, isUnknownTask, unknownTaskIn } from "./about-task";

const TASKS = "/druid/indexer/v1";
/** SELECTs and exports have no target; Druid checks permissions on these names instead. */
const NO_TARGET =
  '"__query_select" for a SELECT, "__query_export" for an export, ' +
  `before Druid ${SINCE.exportDataSource} "__query_select" for both`;
/** Maximum number of concurrent GETs if the bulk request is forbidden. */
const SINGLE_REQUESTS_AT_ONCE = 8;

type TaskRequests = Pick<
  DruidClient,
  | "status"
  | "statuses"
  | "tasksInto"
  | "mayReadTasksInto"
  | "report"
  | "payload"
  | "shutdown"
  | "submitNoop"
  | "capacity"
  | "workers"
>;

/** Some runners of tasks have no workers that they could list. */
const isDenied = ({ status }: Answer) => status === 403 || status === 404 || status === 501;

export function taskRequests(exchange: Exchange): TaskRequests {
  /** Bulk status needs READ on STATE; once forbidden, it is not tried again. */
  let bulkIsForbidden = false;

  /** Whether Druid knows the task. */
  const isKnown = (call: Call, answer: Answer, taskId: string) => {
    if (!isUnknownTask(answer)) return true;
    assertAbout(exchange, call, answer, [taskId], [unknownTaskIn(answer)]);
    return false;
  };

  const status: DruidClient["status"] = async (taskId, options) => {
    const call = taskCall(`read the status of task "${taskId}" on`, "GET", taskId, "/status");
    const answer = await exchange.read(call, options, isUnknownTask);
    if (!isKnown(call, answer, taskId)) return undefined;
    const told = exchange.parse(call, answer, TaskStatusResponse);
    assertAbout(exchange, call, answer, [taskId], [told.task, told.status.id]);
    return told.status;
  };

  const oneByOne: DruidClient["statuses"] = async (taskIds, options) => {
    const found = new Map<string, TaskStatus>();
    const rest = [...taskIds];
    const worker = async () => {
      for (let id = rest.shift(); id !== undefined; id = rest.shift()) {
        const one = await status(id, options);
        if (one !== undefined) found.set(id, one);
      }
    };
    await Promise.all(Array.from({ length: Math.min(SINGLE_REQUESTS_AT_ONCE, rest.length) }, worker));
    return found;
  };

  const workers: DruidClient["workers"] = async (options) => {
    const action = "list the workers of";
    const call = { action, method: "GET" as const, path: `${TASKS}/workers`, changes: false, permission: STATE_READ };
    const answer = await exchange.read(call, options, isDenied);
    if (isDenied(answer)) return undefined;
    const told = exchange.parse(call, answer, WorkersResponse);
    return told.map(({ worker, currCapacityUsed }) => {
      return { host: worker.host, capacity: worker.capacity, used: currCapacityUsed };
    });
  };

  return {
    status,

    async statuses(taskIds, options) {
      if (taskIds.length === 0) return new Map();
      if (bulkIsForbidden) return oneByOne(taskIds, options);
      const call = {
        action: "look up tasks on",
        method: "POST" as const,
        path: `${TASKS}/taskStatus`,
        body: taskIds,
        changes: false,
        permission: STATE_READ,
      };
      const answer = await exchange.read(call, options, ({ status }) => status === 403);
      if (answer.status === 403) {
        bulkIsForbidden = true;
        return oneByOne(taskIds, options);
      }
      const found = new Map(Object.entries(exchange.parse(call, answer, TaskStatusesResponse)));
      assertAbout(exchange, call, answer, taskIds, found.keys());
      for (const [taskId, { id }] of found) assertAbout(exchange, call, answer, [taskId], [id]);
      return found;
    },

    async tasksInto(dataSource, options) {
      const query = new URLSearchParams({
        datasource: dataSource,
        type: "query_controller",
        // Without an interval Druid lists only the last day; only the length of the interval matters.
        createdTimeInterval: "2000-01-01T00:00:00Z_2100-01-01T00:00:00Z",
        max: "200",
      });
      const call = listing(dataSource, query);
      const tasks = exchange.parse(call, await exchange.read(call, options), TaskListResponse);
      return tasks.sort((a, b) => (b.createdTime ?? "").localeCompare(a.createdTime ?? ""));
    },

    async mayReadTasksInto(dataSource, options) {
      const query = new URLSearchParams({ datasource: dataSource, state: "running", max: "1" });
      const call = listing(dataSource, query);
      const isForbidden = ({ status }: Answer) => status === 403;
      return !isForbidden(await exchange.read(call, options, isForbidden));
    },

    async report(taskId, options) {
      const call = taskCall(`read the report of task "${taskId}" on`, "GET", taskId, "/reports");
      // No report exists until the controller serves it, after its storage is lost, and with some runners at all.
      const isMissing = (answer: Answer) => isUnknownTask(answer) || answer.status === 404 || answer.status === 204;
      const answer = await exchange.read(call, options, isMissing);
      if (isMissing(answer)) {
        isKnown(call, answer, taskId);
        return undefined;
      }
      const body = exchange.parse(call, answer, z.record(z.string(), z.unknown()));
      // A noop task, or one that died early, has another type of report, or an empty one.
      if (!("multiStageQuery" in body)) return undefined;
      const report = exchange.parse(call, answer, TaskReportsResponse).multiStageQuery;
      assertAbout(exchange, call, answer, [taskId], [report.taskId]);
      return report;
    },

    async payload(taskId, options) {
      const call = taskCall(`read task "${taskId}" on`, "GET", taskId, "");
      const answer = await exchange.read(call, options, isUnknownTask);
      if (!isKnown(call, answer, taskId)) return undefined;
      const told = exchange.parse(call, answer, TaskPayloadResponse);
      assertAbout(exchange, call, answer, [taskId], [told.task, told.payload.id]);
      return told.payload;
    },

    async shutdown(taskId, options) {
      const call = taskCall(`cancel task "${taskId}" on`, "POST", taskId, "/shutdown");
      return isKnown(call, await exchange.once(call, options, isUnknownTask), taskId);
    },

    async submitNoop({ id, dataSource, context }, options) {
      const call = {
        action: `submit the noop task "${id}" to`,
        method: "POST" as const,
        path: `${TASKS}/task`,
        body: { type: "noop", id, dataSource, runTime: 1, context },
        changes: true,
        permission: onDatasource(dataSource, "WRITE"),
      };
      const answer = await exchange.once(call, options);
      assertAbout(exchange, call, answer, [id], [exchange.parse(call, answer, TaskActionResponse).task]);
    },

    workers,

    async capacity(options) {
      const action = "read the worker capacity of";
      const path = `${TASKS}/totalWorkerCapacity`;
      const call = { action, method: "GET" as const, path, changes: false, permission: CONFIG_READ };
      const answer = await exchange.read(call, options, isDenied);
      // Druid wants another permission for it than for everything else that we ask about the cluster (27 and 37).
      if (isDenied(answer)) return sumOf(await workers(options));
      const told = exchange.parse(call, answer, TotalWorkerCapacityResponse);
      // -1 means unknown. With autoscaling the maximum size counts.
      const total = Math.max(told.currentClusterCapacity, told.maximumCapacityWithAutoScale ?? -1);
      return total < 0 ? undefined : { total };
    },
  };
}

function listing(dataSource: string, query: URLSearchParams) {
  return {
    action: `list the tasks into "${dataSource}" on`,
    method: "GET" as const,
    path: `${TASKS}/tasks?${query}`,
    changes: false,
    permission: onDatasource(dataSource, "READ"),
  };
}

function sumOf(workers: Worker[] | undefined): { total: number } | undefined {
  return workers && workers.length > 0
    ? { total: workers.reduce((total, { capacity }) => total + capacity, 0) }
    : undefined;
}

function taskCall(action: string, method: "GET" | "POST", taskId: string, rest: string) {
  const changes = method === "POST";
  return {
    action,
    method,
    path: `${TASKS}/task/${encodeURIComponent(taskId)}${rest}`,
    changes,
    permission: `DATASOURCE ${changes ? "WRITE" : "READ"} on the datasource that the task loads into (${NO_TARGET})`,
  };
}
