/** Which columns a run has written, and which of them hold JSON, sketches and the like, as its task tells. */
import type { Session } from "../session";
import type { Run } from "./scope";

export interface Written {
  name: string;
  /**
   * Druid's types COMPLEX<…>, e.g. of JSON and of sketches. Druid 27 takes all of their values for null, both in
   * COUNT(column) and in IS NULL.
   */
  isComplex: boolean;
}

/** What SQL calls Druid's complex types. */
const COMPLEX = "OTHER";

export async function writtenColumns(
  { client, signal }: Session,
  { taskId }: Run,
  patienceMs: number,
): Promise<Written[]> {
  if (taskId === undefined) return [];
  const payload = await client.payload(taskId, { signal, patienceMs });
  const types = payload?.sqlTypeNames ?? [];
  return (payload?.spec?.columnMappings ?? []).map(({ outputColumn }, index) => ({
    name: outputColumn,
    isComplex: types[index] === COMPLEX,
  }));
}
