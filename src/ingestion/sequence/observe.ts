/** Looks the numbers of a sequence up in Druid. Changes nothing. */
import type { Clock } from "../../base/clock";
import type { CallOptions, DruidClient } from "../../druid/client";
import type { TaskPayload, TaskStatus } from "../../druid/wire/task";
import type { Entry } from "../rules/sequence";
import { endOf } from "../run/end-of-task";
import { taskIdOf } from "./key";
import { CONTEXT_KEY, type Marker, readMarker } from "./marker";

const WINDOW = 64;
/** No sequence is this long; the bound is there so that a server that knows every id cannot hold us. */
const NUMBERS_MAX = 64 * 1_000;
/** An ingestion is not renamed this often. */
const NAMES_MAX = 16;

export interface ObserveOptions extends CallOptions {
  /** The key of the name that the ingestion has now, where the sequence is that of an older one. */
  forKey?: string;
  /** Also what stands before a note that the sequence goes on elsewhere: for whoever has a record of it. */
  keepsMoved?: boolean;
}

/** All numbers from `from` on that Druid knows, ascending; goes on while a window holds anything. */
export function observe(
  client: DruidClient,
  clock: Clock,
  key: string,
  from: number,
  options: ObserveOptions = {},
): Promise<Entry[]> {
  const { forKey, keepsMoved = false, ...call } = options;
  const readers = forKey === undefined ? [] : [forKey];
  return numbersOf({ client, clock, options: call }, { key, from, upTo: from + NUMBERS_MAX, readers, keepsMoved });
}

interface Look {
  client: DruidClient;
  clock: Clock;
  options: CallOptions;
}

interface Stretch {
  key: string;
  from: number;
  upTo: number;
  /** Keys of the names that the ingestion has had since, the present one first. */
  readers: readonly string[];
  keepsMoved: boolean;
}

/** What the tasks from a number on say of themselves. Asks nothing of how they ended. */
export async function markersFrom(
  client: DruidClient,
  key: string,
  from: number,
  options: CallOptions,
): Promise<(readonly [number: number, marker: Marker])[]> {
  const found: (readonly [number, Marker])[] = [];
  for await (const [number, status] of knownNumbers({ client, options }, { key, from, upTo: from + NUMBERS_MAX })) {
    const payload = await client.payload(status.id, options);
    const marker = payload && markerOf(payload);
    if (marker) found.push([number, marker]);
  }
  return found;
}

/** The numbers that Druid knows, ascending; goes on while a window holds anything. */
async function* knownNumbers(
  { client, options }: Pick<Look, "client" | "options">,
  { key, from, upTo }: Pick<Stretch, "key" | "from" | "upTo">,
): AsyncGenerator<readonly [number: number, status: TaskStatus]> {
  for (let start = from; start <= upTo; start += WINDOW) {
    const numbers = Array.from({ length: Math.min(WINDOW, upTo - start + 1) }, (_, index) => start + index);
    const known = await client.statuses(
      numbers.map((number) => taskIdOf(key, number)),
      options,
    );
    if (known.size === 0) return;
    for (const number of numbers) {
      const status = known.get(taskIdOf(key, number));
      if (status) yield [number, status];
    }
  }
}

async function numbersOf(look: Look, stretch: Stretch): Promise<Entry[]> {
  let entries: Entry[] = [];
  for await (const [number, status] of knownNumbers(look, stretch)) {
    const found = await entriesAt(look, stretch, number, status);
    // What stands before it went on under another name: it is no business of this one.
    const goesOn = found.some((entry) => entry.is === "mark" && entry.to && !stretch.readers.includes(entry.to));
    if (goesOn && !stretch.keepsMoved) entries = [];
    entries.push(...found);
  }
  return entries;
}

/** Mostly one; as many as an older name had where the sequence goes on from there. */
async function entriesAt(look: Look, stretch: Stretch, number: number, status: TaskStatus): Promise<Entry[]> {
  const { client, clock, options } = look;
  const taskId = status.id;
  const payload = await client.payload(taskId, options);
  const marker = payload && markerOf(payload);
  switch (marker?.is) {
    case "tombstone":
      return [{ is: "tombstone", number, taskId, target: marker.target }];
    case "mark":
      return [{ is: "mark", number, taskId }];
    case "to":
      return [{ is: "mark", number, taskId, to: marker.key }];
    case "from": {
      const { key, upTo } = marker;
      const mark: Entry = { is: "mark", number, taskId, from: { key, upTo } };
      return [...(await earlier(look, stretch, number, { key, upTo })), mark];
    }
    case "adopted":
      return [await adoptedEntry(look, number, marker)];
  }
  if (payload?.type === "noop") return [{ is: "mark", number, taskId }];
  const run = {
    number,
    taskId,
    content: marker?.content,
    target: marker ? marker.target : (payload?.dataSource ?? undefined),
    // Of a task that is none of ours nobody knows what it has left: as if it had written over all.
    kind: marker?.kind ?? ("REPLACE" as const),
  };
  if (status.statusCode === "RUNNING") return [{ is: "running", ...run }];
  if (status.statusCode === "SUCCESS") return [{ is: "success", ...run }];
  return [{ is: (await endOf(client, clock, status, options)).ending, ...run }];
}

/** What the ingestion did under an older name, all under the number of the note that says so. */
async function earlier(
  look: Look,
  { key, readers }: Stretch,
  number: number,
  from: { key: string; upTo: number },
): Promise<Entry[]> {
  if (readers.length >= NAMES_MAX) return [];
  const entries = await numbersOf(look, {
    key: from.key,
    from: 1,
    upTo: from.upTo,
    readers: [...readers, key],
    keepsMoved: false,
  });
  return entries.flatMap((entry) => (entry.is === "mark" ? [] : [{ ...entry, number, isAdopted: true }]));
}

async function adoptedEntry(look: Look, number: number, marker: Extract<Marker, { is: "adopted" }>): Promise<Entry> {
  const { client, clock, options } = look;
  const { taskId, content, kind, target, runs } = marker;
  const run = { number, taskId, content, kind, target, isAdopted: true };
  if (!runs) return { is: "success", ...run };
  const status = await client.status(taskId, options);
  if (!status) return { is: "unknown", ...run, isForgotten: true };
  if (status.statusCode === "RUNNING") return { is: "running", ...run };
  if (status.statusCode === "SUCCESS") return { is: "success", ...run };
  return { is: (await endOf(client, clock, status, options)).ending, ...run };
}

/** What a task says of itself; undefined where it is none of ours. */
export function markerOf({ sqlQueryContext, context }: TaskPayload): Marker | undefined {
  return readMarker((sqlQueryContext ?? context)?.[CONTEXT_KEY]);
}
