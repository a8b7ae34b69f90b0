/** Settings of Coordinator and Overlord that make rows slow to be queried, or lose the history of tasks. */
import { isRecord } from "../../base/json";
import { CONFIG_READ } from "../../druid/permission";
import { majorOf, SINCE } from "../../druid/versions";
import { type Finding, note, ok, warning } from "./finding";
import type { Looker } from "./looker";

type Properties = Readonly<Record<string, unknown>>;

export async function settings(looker: Looker): Promise<Finding[]> {
  const [coordinator, overlord, version] = await Promise.all([
    read(looker, "coordinator"),
    read(looker, "overlord"),
    looker.client.version({ signal: looker.signal, patienceMs: 0 }).catch(() => undefined),
  ]);
  if (coordinator === undefined || overlord === undefined) {
    const means =
      "Whether the history of tasks survives a restart, and how long rows take to be queried, is not known.";
    return [note("settings", "May not read the settings of Coordinator and Overlord", means, `grant ${CONFIG_READ}`)];
  }
  const major = majorOf(version);
  return [history(overlord), ...retention(overlord), ...periods(coordinator, major), ...timeouts(overlord, major)];
}

async function read({ inspector, signal }: Looker, service: string): Promise<Properties | undefined> {
  const path = `/proxy/${service}/status/properties`;
  const { status, body } = await inspector.get(`read the settings of the ${service} at`, path, { signal });
  return status === 200 && isRecord(body) ? body : undefined;
}

function history(overlord: Properties): Finding {
  const type = overlord["druid.indexer.storage.type"] ?? "local";
  if (type !== "local") return ok("history", `Tasks are recorded in ${word(type)}`);
  return warning(
    "history",
    "Tasks are recorded in the Overlord's memory alone (druid.indexer.storage.type=local, the default)",
    "When the Overlord restarts, Druid forgets running and finished tasks: how a load ended is then known only from the state.",
    "set druid.indexer.storage.type=metadata on the Overlord",
  );
}

function retention(overlord: Properties): Finding[] {
  if (String(overlord["druid.indexer.logs.kill.enabled"]) !== "true") return [];
  const ms = Number(overlord["druid.indexer.logs.kill.durationToRetain"]);
  const found = `Records of tasks are deleted${Number.isFinite(ms) ? ` after ${duration(ms)}` : ""} (druid.indexer.logs.kill.enabled)`;
  const means = "If the state is lost too, what was loaded before that is not found, and is loaded again.";
  return [note("retention", found, means, "keep your state, or raise druid.indexer.logs.kill.durationToRetain")];
}

const MINUTE_MS = 60_000;
/** Below this nobody notices. */
const SLOW_MS = 10_000;

function periods(coordinator: Properties, major: number | undefined): Finding[] {
  const msOf = (key: string) => parsePeriod(coordinator[key]) ?? MINUTE_MS;
  const assign = msOf("druid.coordinator.period");
  const poll = msOf("druid.manager.segments.pollDuration");
  const text = `The Coordinator assigns segments every ${duration(assign)} (druid.coordinator.period) and looks for them every ${duration(poll)} (druid.manager.segments.pollDuration)`;
  const waits =
    Math.max(assign, poll) < SLOW_MS
      ? ok("periods", text)
      : note(
          "periods",
          text,
          `Rows can be queried up to about ${duration(assign + poll)} after the task has published them, and \`pulumi up\` waits for that.`,
          "lower them to a few seconds if that is too long, or set waitForSegmentLoad to false",
        );
  return [waits, ...cache(coordinator, major, poll)];
}

function cache(coordinator: Properties, major: number | undefined, pollMs: number): Finding[] {
  const key = "druid.manager.segments.useIncrementalCache";
  const set = coordinator[key];
  const isOn =
    set === undefined ? major !== undefined && major >= SINCE.segmentCache : !/^(never|false)$/i.test(String(set));
  if (!isOn || pollMs < SLOW_MS) return [];
  const found = `Overlord and Coordinator read segments from a cache (${key}=${set === undefined ? "ifSynced, the default" : word(set)})`;
  const means = `A refresh of the Coordinator's view takes up to ${duration(pollMs)}: new rows are proved at the Broker instead, but refresh and drops may take so long.`;
  return [note("segment cache", found, means, "lower druid.manager.segments.pollDuration")];
}

function timeouts(overlord: Properties, major: number | undefined): Finding[] {
  const timeout = Number(overlord["druid.query.default.context.timeout"]);
  if (!(timeout > 0) || (major !== undefined && major < SINCE.taskTimeouts)) return [];
  const found = `Queries end after ${duration(timeout)} (druid.query.default.context.timeout)`;
  return [warning("timeout", found, "That cancels loads too.", "set context: { timeout: 0 } in the ingestion")];
}

/** ISO 8601, e.g. `PT0.5S`; undefined if it is none. */
export function parsePeriod(text: unknown): number | undefined {
  const found = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?)?$/i.exec(String(text ?? ""));
  if (found === null) return undefined;
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = found.slice(1).map((part) => Number(part ?? 0));
  return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1_000;
}

const DAY_MS = 86_400_000;

function duration(ms: number): string {
  if (ms >= 2 * DAY_MS) return `${Math.round(ms / DAY_MS)} days`;
  if (ms >= 2 * MINUTE_MS) return `${Math.round(ms / MINUTE_MS)} min`;
  return `${ms / 1_000} s`;
}

/** A setting's value may be anything, so only short words are repeated. */
const word = (value: unknown): string => (/^[\w-]{1,40}$/.test(String(value)) ? String(value) : "another place");
