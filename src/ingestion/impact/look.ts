/** Reads what is in a target now: one request, and a second one only if nothing seems to be there. */
import { isHttpError } from "../../base/errors";
import type { CallOptions, DruidClient, Holding } from "../../druid/client";

/** A program that makes a longer list cuts time into pieces; the condition on segments would be as long. */
const INTERVALS_MAX = 50;

/**
 * "forbidden" if this user may not see the target: then it seems to be empty, and must not be called new. `mayRead`:
 * whether another request has shown that the user may read it.
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
