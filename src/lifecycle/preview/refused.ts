/** Says which permissions a load lacks, before anything is submitted. */
import { isHttpError } from "../../base/errors";
import { isRecord } from "../../base/json";
import type { CallOptions, DruidClient } from "../../druid/client";
import type { Fault } from "../../druid/connection/connection";
import { onDatasource } from "../../druid/permission";
import { isTransient } from "../../druid/transport/retry";
import { missingPermissions } from "../../ingestion/rights/rights";
import { CONTEXT_KEY } from "../../ingestion/sequence/marker";
import type { ParsedStatement } from "../../statement/facts";
import type { Properties } from "../state";

/** Whether a source is read through EXTERN, or through a function like S3, and not from Druid itself. */
const isExternal = (type: string) => !["table", "lookup", "view", "sys", "INFORMATION_SCHEMA"].includes(type);

/** The error of a plan that was refused for want of a permission, with the names of all that are missing. */
export async function withMissing(
  error: unknown,
  client: DruidClient,
  { facts, reads }: ParsedStatement,
  { user, isSecret }: { user: Properties; isSecret: boolean },
  options: CallOptions,
): Promise<unknown> {
  if (!isHttpError(error) || error.status !== 403) return error;
  const { dataSource: target, sources } = facts;
  const needs = {
    target,
    reads: isSecret ? [] : reads,
    readsExternal: sources.some(({ type }) => isExternal(type)),
    context: { ...(isRecord(user.context) && user.context), [CONTEXT_KEY]: "explain" },
  };
  // A cluster that fails meanwhile costs only the names.
  return error.lacking(await missingPermissions(client, needs, options).catch(() => []));
}

export interface Following {
  mayRead?: boolean;
  fault?: Fault;
}

/**
 * A load may be submitted without READ on its target, or to a Broker, but then nobody could follow it. Both undefined if
 * Druid does not tell.
 */
export async function following(client: DruidClient, target: string, options: CallOptions): Promise<Following> {
  const what = `Cannot follow a load into "${target}" on "${client.url}"`;
  try {
    if (await client.mayReadTasksInto(target, options)) return { mayRead: true };
    const reason = `${what}: this user may not read its tasks; grant ${onDatasource(target, "READ")}`;
    return { mayRead: false, fault: { path: "", reason } };
  } catch (error) {
    if (!isHttpError(error) || error.status !== 404 || isTransient(error)) return {};
    const reason = `${what}: there are no tasks (404); use the address of Druid's Router as the url, with druid.router.managementProxy.enabled=true`;
    return { fault: { path: "", reason } };
  }
}
