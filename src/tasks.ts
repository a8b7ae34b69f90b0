/** Druid's whole answers about a task, for programs and scripts that want more than the outputs keep. */
import { runtime } from "@pulumi/pulumi";
import { systemClock } from "./base/clock";
import type { DruidClient } from "./druid/client";
import type { ConnectionInput } from "./druid/connection/connection";
import type { TaskReport, TaskStatus } from "./druid/wire/task";

/**
 * The report of a SQL task with every field that Druid gives: `GET /druid/indexer/v1/task/{id}/reports`, its
 * `multiStageQuery`. Resolves to undefined where Druid has none (yet, or any more).
 *
 * @param taskId - As in the output `taskId`: `query-…`; where that is undefined, so is the answer.
 * @param connection - As the input `connection`, in plain values. Default: the stack's config `druid:*` inside a
 * Pulumi program, then the environment's `DRUID_*`.
 * @throws DruidIngestionError where no connection is given, or Druid does not answer or refuses.
 *
 * @example
 * ```ts
 * import { getReport, MsqIngestion } from "pulumi-druid";
 *
 * declare const wiki: MsqIngestion;
 * export const workers = wiki.taskId.apply(async (id) => (await getReport(id))?.payload.status.workers);
 * ```
 */
export async function getReport(
  taskId: string | undefined,
  connection?: ConnectionInput,
): Promise<TaskReport | undefined> {
  return taskId === undefined ? undefined : (await connect(connection)).report(taskId);
}

/**
 * Druid's status of any task: `GET /druid/indexer/v1/task/{id}/status`, its `status`. Resolves to undefined where
 * Druid does not know the id. Parameters and errors as {@link getReport}.
 */
export async function getStatus(
  taskId: string | undefined,
  connection?: ConnectionInput,
): Promise<TaskStatus | undefined> {
  return taskId === undefined ? undefined : (await connect(connection)).status(taskId);
}

/** Loaded only here: a program that declares ingestions needs neither axios nor zod. */
async function connect(input: ConnectionInput | undefined): Promise<DruidClient> {
  const { resolveConnection } = await import("./druid/connection/connection.js");
  const { createHttpClient } = await import("./druid/http-client.js");
  const connection = resolveConnection(input, (key) => runtime.getConfig(key), process.env);
  return createHttpClient({ connection, clock: systemClock, random: Math.random });
}
