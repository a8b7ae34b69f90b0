/** Reads the numbered tasks of a sequence from Druid. Changes nothing. */
import type { Clock } from "../../base/clock";
import { DruidIngestionError } from "../../base/errors";
import type { CallOptions, DruidClient } from "../../druid/client";
import type { TaskPayload, TaskStatus } from "../../druid/wire/task";
import type { Entry } from "../rules/sequence";
import { endOf } from "../run/end-of-task";
import { taskIdOf } from "./key";
import { CONTEXT_KEY, type Marker, readMarker } from "./marker";

const WINDOW = 64;
/** Longer than any sequence; the limit keeps a server that claims to know every id from blocking us. */
const NUMBERS_MAX = 64 * 1_000;
/** More often than any ingestion is renamed. */
export const NAMES_MAX = 16;

export interface ObserveOptions extends CallOptions {
  /** The current key of the ingestion, if the sequence is that of a former name. */
  forKey?: string;
  /**
   * Also include numbers before a note that the sequence continues elsewhere; for operations that have a record of it.
   */
  keepsMoved?: boolean;
}

/** All numbers from `from` onwards that Druid knows, ascending; stops at the first empty window. */
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
  /** Keys of the later names of the ingestion, the current one first. */
  readers: readonly string[];
  keepsMoved: boolean;
}

/** The markers of the tasks from a number onwards. Does not read how the tasks ended. */
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

/** The numbers that Druid knows, ascending; stops at the first empty window. */
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
    // Everything before it continued under another name and does not belong to this ingestion.
    const goesOn = found.some((entry) => entry.is === "mark" && entry.to && !stretch.readers.includes(entry.to));
    if (goesOn && !stretch.keepsMoved) entries = [];
    entries.push(...found);
  }
  return entries;
}

/** Usually one entry; if the number continues a former name, all entries of that name. */
async function entriesAt(look: Look, stretch: Stretch, number: number, status: TaskStatus): Promise<Entry[]> {
  const { client, clock, options } = look;
  const taskId = status.id;
  const payload = await client.payload(taskId, options);
  if (payload === undefined) {
    // Taking it for a foreign task could load its rows again.
    if (!(await client.status(taskId, options))) return [];
    throw unreadable(client.url, taskId);
  }
  const marker = markerOf(payload);
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
  if (payload.type === "noop") return [{ is: "mark", number, taskId }];
  const run = {
    number,
    taskId,
    content: marker?.content,
    target: marker ? marker.target : (payload.dataSource ?? undefined),
    // The effect of a foreign task is unknown, so assume that it overwrote everything.
    kind: marker?.kind ?? ("REPLACE" as const),
  };
  if (status.statusCode === "RUNNING") return [{ is: "running", ...run }];
  if (status.statusCode === "SUCCESS") return [{ is: "success", ...run }];
  return [{ is: (await endOf(client, clock, status, options)).ending, ...run }];
}

function unreadable(url: string, taskId: string): DruidIngestionError {
  return new DruidIngestionError(
    "unexpectedResponse",
    `Cannot read task "${taskId}" on "${url}": Druid tells its status, but not what it loads; try again, and if it ` +
      "stays so, look for the reason in the Overlord's log",
  );
}

/** The runs under a former name, all with the number of the note that refers to them. */
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
  const run = { number, taskId, content, kind, target, isAdopted: true, isVouchedFor: true };
  if (!runs) return { is: "success", ...run };
  const status = await client.status(taskId, options);
  if (!status) return { is: "unknown", ...run, isForgotten: true };
  if (status.statusCode === "RUNNING") return { is: "running", ...run };
  if (status.statusCode === "SUCCESS") return { is: "success", ...run };
  return { is: (await endOf(client, clock, status, options)).ending, ...run };
}

/** The marker of a task; undefined if it is not one of ours. */
export function markerOf({ sqlQueryContext, context }: TaskPayload): Marker | undefined {
  return readMarker((sqlQueryContext ?? context)?.[CONTEXT_KEY]);
}
