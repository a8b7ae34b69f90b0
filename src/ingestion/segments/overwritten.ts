/** Finds the intervals that a REPLACE has overwritten, so that only their segments are checked. */
import { readStatement } from "../../statement/facts";
import type { Session } from "../session";

/** Undefined for all of time, for a query that does not overwrite, and if Druid does not tell. */
export async function overwrittenBy(
  { client, signal }: Session,
  query: unknown,
  taskId: string | undefined,
): Promise<readonly string[] | undefined> {
  if (typeof query !== "string" || taskId === undefined) return undefined;
  const { overwrite } = readStatement(query).facts;
  if (overwrite === undefined || overwrite === "ALL") return undefined;
  try {
    return (await client.payload(taskId, { signal }))?.spec?.destination?.replaceTimeChunks ?? undefined;
  } catch (error) {
    // Then all segments are checked, which is correct too.
    if (signal.aborted) throw error;
    return undefined;
  }
}
