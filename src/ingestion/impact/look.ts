/** Reads what a target holds, with one request; a second follows only if the target seems to be empty. */
import { isHttpError } from "../../base/errors";
import type { CallOptions, DruidClient, Holding } from "../../druid/client";

/** Above this nothing is read, because the condition on segments would be as long as the list. */
const INTERVALS_MAX = 50;

/**
 * "forbidden" if this user may not read the target: it then looks empty, but must not be called new. `mayRead`: whether
 * an earlier request has shown that the user may read it. Undefined if there are too many intervals.
 */
export async function lookAt(
  client: DruidClient,
  { dataSource, within, mayRead }: { dataSource: string; within: readonly string[] | undefined; mayRead: boolean },
  options: CallOptions,
): Promise<Holding | "forbidden" | undefined> {
  if (within !== undefined && within.length > INTERVALS_MAX) return undefined;
  try {
    const holding = await client.holding(dataSource, within, options);
    const isNothing = holding.columns.length === 0 && holding.groups.length === 0;
    if (isNothing && !mayRead && (await client.isReadable(dataSource, options)) === false) return "forbidden";
    return holding;
  } catch (error) {
    if (isHttpError(error) && error.status === 403) return "forbidden";
    throw error;
  }
}
