/** Looks the numbers of a sequence up in Druid. Changes nothing. */
import type { Clock } from "../base/clock";
import { errorKind } from "../base/errors";
import type { CallOptions, DruidClient } from "../druid/client";
import type { TaskPayload, TaskReport, TaskStatus } from "../druid/wire";
import { CONTEXT_KEY, type Marker, readMarker, taskIdOf } from "./key";
import { type Ending, endingOf } from "./outcome";
import type { Entry } from "./sequence";

const WINDOW = 64;
/** No sequence is this long; the bound is there so that a server that knows every id cannot hold us. */
const NUMBERS_MAX = 64 * 1_000;
/** How long a final report may come after its task's end (2 s seen on 27). */
const REPORT_WAIT_MS = 15_000;
const REPORT_PAUSE_MS = 500;

/** All numbers from `from` on that Druid knows, ascending; goes on while a window holds anything. */
export async function observe(
  client: DruidClient,
  clock: Clock,
  key: string,
  from: number,
  options: CallOptions = {},
): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (let start = from; start < from + NUMBERS_MAX; start += WINDOW) {
    const numbers = Array.from({ length: WINDOW }, (_, index) => start + index);
    const known = await client.statuses(
      numbers.map((number) => taskIdOf(key, number)),
      options,
    );
    if (known.size === 0) break;
    for (const number of numbers) {
      const status = known.get(taskIdOf(key, number));
      if (status) entries.push(await entryOf(client, clock, number, status, options));
    }
  }
  return entries;
}

async function entryOf(
  client: DruidClient,
  clock: Clock,
  number: number,
  status: TaskStatus,
  options: CallOptions,
): Promise<Entry> {
  const taskId = status.id;
  const payload = await client.payload(taskId, options);
  const marker = payload && markerOf(payload);
  if (marker?.is === "tombstone") return { is: "tombstone", number, taskId, target: marker.target };
  if (marker?.is === "mark" || payload?.type === "noop") return { is: "mark", number, taskId };
  const run = {
    number,
    taskId,
    content: marker?.content,
    target: marker ? marker.target : (payload?.dataSource ?? undefined),
  };
  if (status.statusCode === "RUNNING") return { is: "running", ...run };
  if (status.statusCode === "SUCCESS") return { is: "success", ...run };
  return { is: (await endOf(client, clock, status, options)).ending, ...run };
}

/** What a task says of itself; undefined where it is none of ours. */
export function markerOf({ sqlQueryContext, context }: TaskPayload): Marker | undefined {
  return readMarker((sqlQueryContext ?? context)?.[CONTEXT_KEY]);
}

/** How a FAILED task ended, with its final report; waits a little for the report, since it comes after the status. */
export async function endOf(
  client: DruidClient,
  clock: Clock,
  status: TaskStatus,
  options: CallOptions = {},
): Promise<{ ending: Exclude<Ending, "reportNotThere">; report: TaskReport | undefined }> {
  const until = clock.now() + REPORT_WAIT_MS;
  for (;;) {
    const { report, ending } = await finalReport(client, status, options);
    if (ending !== "reportNotThere") return { ending, report };
    if (clock.now() >= until) return { ending: "unknown", report };
    await clock.sleep(REPORT_PAUSE_MS, options.signal);
  }
}

/** 27 was once seen to answer for a report, just as its task ended, with a page that is none: it is to be asked again. */
async function finalReport(client: DruidClient, status: TaskStatus, options: CallOptions) {
  try {
    const report = await client.report(status.id, options);
    return { report, ending: endingOf(status, report) };
  } catch (error) {
    if (errorKind(error) !== "unexpectedResponse") throw error;
    return { report: undefined, ending: "reportNotThere" as const };
  }
}
