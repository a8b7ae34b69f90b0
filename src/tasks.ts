/** Druid's full answers about a task, for programs and scripts that need more than the outputs contain. */
import { askDruid } from "./connect";
import type { ConnectionInput } from "./druid/connection/connection";
import type { TaskReport, TaskStatus } from "./druid/wire/task";

/**
 * The full report of a SQL task: `multiStageQuery` of `GET /druid/indexer/v1/task/{id}/reports`. Resolves to undefined
 * if Druid has no report yet, or no longer.
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
  return taskId === undefined ? undefined : askDruid(connection, (client) => client.report(taskId));
}

/**
 * Druid's status of any task: `status` of `GET /druid/indexer/v1/task/{id}/status`. Resolves to undefined if Druid does
 * not know the id.
 *
 * @param taskId - As for {@link getReport}.
 * @param connection - As for {@link getReport}.
 * @throws DruidIngestionError as {@link getReport} does.
 */
export async function getStatus(
  taskId: string | undefined,
  connection?: ConnectionInput,
): Promise<TaskStatus | undefined> {
  return taskId === undefined ? undefined : askDruid(connection, (client) => client.status(taskId));
}
