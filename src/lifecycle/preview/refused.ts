/** Says which permissions a load lacks, before anything is submitted. */
import { isHttpError } from "../../base/errors";
import { isRecord } from "../../base/json";
import type { CallOptions, DruidClient } from "../../druid/client";
import type { Fault } from "../../druid/connection/connection";
import { onDatasource } from "../../druid/permission";
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

/**
 * A load may be submitted without READ on its target, but then nobody could follow it. Undefined if Druid does not
 * tell.
 */
export const mayFollow = (client: DruidClient, target: string, options: CallOptions): Promise<boolean | undefined> =>
  client.mayReadTasksInto(target, options).catch(() => undefined);

export function faultOfFollowing({ url }: DruidClient, target: string): Fault {
  const grant = onDatasource(target, "READ");
  const reason = `Cannot follow a load into "${target}" on "${url}": this user may not read its tasks; grant ${grant}`;
  return { path: "", reason };
}
