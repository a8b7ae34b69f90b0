/**
 * With `validate: "sample"`, lets Druid's sampler read the first rows of the query's external sources. This only
 * informs: it never fails a preview, and all sources of an ingestion together get ten seconds.
 */
import { isHttpError, messageOf } from "../../base/errors";
import { withinTime } from "../../base/limit";
import type { DruidClient, SampledRow } from "../../druid/client";
import type { ResolvedConnection } from "../../druid/connection/connection";
import type { PlannedExtern } from "../../druid/wire/extern";
import { hasUnknown } from "../../ingestion/contract/unknown";
import { count } from "../../ingestion/impact/impact";
import { cutAtWord, unwrapped } from "../../ingestion/report/root-cause";
import { findingsOf, type Subject } from "../../ingestion/sample/findings";
import { shortSource } from "../../statement/address";
import type { ParsedStatement } from "../../statement/facts";
import { sourcesOfInputSource } from "../../statement/inputsource";
import { type Warning, warningText } from "../../statement/warning";
import { sessionOf } from "../operation";
import type { Parts } from "../parts";
import { CONTENT_INPUTS, type HiddenInputs, type Properties } from "../state";
import type { Planned } from "./plan";

/** A little less than ten seconds, so that the whole stays below. */
const LIMIT_MS = 9_500;
const ROWS = 100;
const SOURCES_MAX = 8;
const AT_ONCE = 4;
/**
 * Druid goes on trying a source that it cannot reach, with a thread of the Overlord, for minutes after the request was
 * aborted. After so many of them no other is sampled in this process.
 */
const ABANDONED_MAX = 4;

const abandoned = new WeakMap<DruidClient, number>();
const toldForbidden = new WeakSet<DruidClient>();

type Taken = { rows: readonly SampledRow[] } | { error: unknown } | "slow" | "notAsked";

export interface New {
  user: Properties;
  hidden: HiddenInputs;
  isCreate: boolean;
  /** Undefined if it is not known yet. */
  connection: ResolvedConnection | undefined;
  statement: ParsedStatement | undefined;
  plan: Planned;
}

/** Samples the sources of new content, or says why not. */
export async function sampleNew(parts: Parts, news: New): Promise<void> {
  const { user, hidden, isCreate, connection, plan } = news;
  const { host, neighbours } = parts;
  // Pulumi checks a replacement a second time, as if it were new.
  if (isCreate && neighbours.isInStack(hidden.urn)) return;
  const unknown = [...CONTENT_INPUTS, "connection"].filter((name) => hasUnknown(user[name]));
  const omitted = (because: string) => host.log("info", hidden.urn, `Sample: not taken, because ${because}`);
  if (unknown.length > 0)
    omitted(`${unknown.join(" and ")} ${unknown.length === 1 ? "is" : "are"} not known yet; \`pulumi up\` takes it`);
  else if (connection !== undefined && plan.externs !== undefined) await sample(parts, news, connection, plan.externs);
  else if (plan.explained === undefined) omitted("Druid could not plan the query");
}

async function sample(
  parts: Parts,
  { hidden, user, statement }: New,
  connection: ResolvedConnection,
  externs: readonly PlannedExtern[],
): Promise<void> {
  const { host, clock } = parts;
  const { session, hide } = sessionOf(parts, hidden, connection, user, host.signal, "sample");
  const shown = externs.slice(0, SOURCES_MAX);
  const taken = await takeAll(parts, session.client, shown);
  if (host.signal.aborted) return;
  const isSecret = hidden.secretTexts !== false;
  const known = new Set((statement?.sources ?? []).map(({ address }) => address));
  for (const [index, extern] of shown.entries()) {
    const name = isSecret ? nameOfSecret(index, shown.length) : nameOfSource(extern, known);
    const subject = { extern, name, isSecret, now: clock.now(), hide };
    for (const { severity, text } of told(taken[index] ?? "notAsked", subject, session.client))
      session.log(severity, `Sample: ${text}`);
  }
  const more = externs.length - shown.length;
  if (more > 0) session.log("info", `Sample: ${count(more, "more source")} not read`);
}

/** All together within the limit; what did not answer by then is "slow". */
async function takeAll(
  { clock, host }: Parts,
  client: DruidClient,
  externs: readonly PlannedExtern[],
): Promise<Taken[]> {
  const taken: Taken[] = [];
  await withinTime(clock, LIMIT_MS, host.signal, async (signal) => {
    const rest = [...externs.entries()];
    const worker = async () => {
      for (let next = rest.shift(); next !== undefined; next = rest.shift())
        taken[next[0]] = await take(client, next[1], signal);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  });
  return taken;
}

interface Line {
  severity: "info" | "warning";
  text: string;
}

function told(taken: Taken, subject: Subject, client: DruidClient): Line[] {
  const { name, isSecret, hide } = subject;
  const info = (text: string): Line => ({ severity: "info", text });
  const warning = (one: Warning): Line => ({ severity: "warning", text: warningText(one) });
  if (taken === "notAsked") return [info(`${name} was not read, because Druid still tries to reach other sources`)];
  if (taken === "slow") return [warning({ id: "sample-source", text: slowText(name) })];
  if ("rows" in taken) {
    const { summary, warnings } = findingsOf(taken.rows, subject);
    return [info(summary), ...warnings.map(warning)];
  }
  const { error } = taken;
  if (isHttpError(error) && error.status === 403) {
    if (toldForbidden.has(client)) return [];
    toldForbidden.add(client);
    return [info(FORBIDDEN)];
  }
  if (isHttpError(error) && error.says(SOURCE_FAILED)) {
    const cause = isSecret ? "" : `: ${causeText(hide(error.detail.replace(SOURCE_FAILED, "")))}`;
    return [warning({ id: "sample-source", text: `the Overlord cannot read ${name}${cause}` })];
  }
  return [info(`${name} was not read: ${messageOf(isHttpError(error) && isSecret ? error.withoutDetail() : error)}`)];
}

async function take(client: DruidClient, extern: PlannedExtern, signal: AbortSignal): Promise<Taken> {
  if (signal.aborted || (abandoned.get(client) ?? 0) >= ABANDONED_MAX) return "notAsked";
  try {
    return { rows: await client.sample(extern, ROWS, { signal, patienceMs: 0 }) };
  } catch (error) {
    if (!signal.aborted) return { error };
    abandoned.set(client, (abandoned.get(client) ?? 0) + 1);
    return "slow";
  }
}

/** Before Druid's own words about a source. */
const SOURCE_FAILED = /^Failed to sample data: /;
const FORBIDDEN = 'not taken, because Druid\'s sampler is forbidden; grant STATE WRITE, or set validate to "explain"';

const CAUSE_MAX = 300;

/** E.g. `ConnectException: Connection refused`. */
const causeText = (detail: string) =>
  cutAtWord(unwrapped(detail).replace(/^(?:[a-z]\w*\.)+(?=[A-Z]\w*(?::|$))/, ""), CAUSE_MAX);

const slowText = (name: string) =>
  `${name} gave no row within ten seconds: it is slow, or the Overlord cannot reach it (Druid tries for minutes before ` +
  "it says why, and so would the load); check the address from Druid's servers";

const nameOfSecret = (index: number, all: number) => (all === 1 ? "the source" : `source ${index + 1} of ${all}`);

/** Only an address that is in the text of the query: one that comes from a parameter may be a secret. */
function nameOfSource({ inputSource }: PlannedExtern, known: ReadonlySet<string | undefined>): string {
  const [{ type, address } = { type: "extern" }, ...others] = sourcesOfInputSource(inputSource);
  if (address === undefined || !known.has(address)) return `the ${type} source`;
  return `"${shortSource({ type, address }).address}"${others.length === 0 ? "" : ` and ${others.length} more`}`;
}
