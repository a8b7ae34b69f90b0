/** Which time a REPLACE has overwritten, so that no more of a datasource is looked at than it takes. */
import { readStatement } from "../../statement/facts";
import type { Session } from "../session";

/** Intervals; undefined where it is all of time, where the query adds, and where Druid does not tell. */
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
    // Looking at all of it is right as well.
    if (signal.aborted) throw error;
    return undefined;
  }
}
