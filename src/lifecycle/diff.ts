/** Decides whether a change of the program needs an update, a replacement, or nothing. Does not contact Druid. */
import { canonicalJson } from "../base/json";
import { publicUrl } from "../base/redact";
import { findConnection } from "../druid/connection/connection";
import { writeKindOf } from "../ingestion/contract/content";
import { checksHash } from "../ingestion/contract/inputs-checks";
import { hasUnknown } from "../ingestion/contract/unknown";
import type { WriteKind } from "../ingestion/rules/published";
import { keyOf } from "../ingestion/sequence/key";
import { canonicalQuery } from "../statement/canonical";
import { knownStatement } from "../statement/known";
import { foretellChecks } from "./checking";
import type { Parts } from "./parts";
import { whyMoved, whyUpdate } from "./preview/why";
import { CONTENT_INPUTS, contentOf, hiddenInputs, type Properties, readState, userInputs } from "./state";

export interface Difference {
  changes: boolean;
  replaces: string[];
  deleteBeforeReplace: boolean;
}

/** `olds` are the outputs of the last operation, `news` the new inputs. */
export async function diff(parts: Parts, olds: Properties, news: Properties): Promise<Difference> {
  const reasons: string[] = [];
  const stored = readState(olds);
  const { urn, organization, secretQuery: isSecret } = hiddenInputs(news);
  parts.neighbours.rememberKey(urn, stored.key);
  parts.neighbours.rememberNumber(stored.key, stored.dataSource, stored.number);
  const unknown = CONTENT_INPUTS.filter((name) => hasUnknown(news[name]));
  if (unknown.length > 0) reasons.push(`${unknown.join(", ")} not yet known`);
  else if (stored.content !== contentOf(news))
    reasons.push(`${changedInputs(olds, news, CONTENT_INPUTS).join(", ") || "content"} changed`);
  if (stored.state !== "SUCCESS") reasons.push(`the last run is ${stored.state ?? "not recorded"}`);

  const isToBeChecked = hasUnknown(news.checks) || stored.checked !== checksHash(news.checks);
  if (hasUnknown(news.checks)) reasons.push("checks not yet known");
  else if (isToBeChecked) reasons.push("the checks changed, or have not passed on these rows");

  const others = Object.keys({ ...userInputs(olds), ...userInputs(news) }).filter(
    (name) => name !== "checks" && !(CONTENT_INPUTS as readonly string[]).includes(name),
  );
  const hasMoved = await isElsewhere(parts, stored.url, news);
  if (hasMoved) reasons.push("the url of Druid changed");
  const changed = changedInputs(olds, news, others);
  if (changed.length > 0) reasons.push(`${changed.join(", ")} changed`);
  const isRenamed = stored.key !== undefined && stored.key !== keyOf(urn, organization);
  if (isRenamed) reasons.push("renamed: its runs are recorded under the new name");

  const [from, to] = [olds, news].map(targetOf);
  // If one target is unknown, it may turn out to be the same.
  const isOtherTarget = from !== undefined && to !== undefined && from !== to;
  if (isOtherTarget) reasons.push("another target");
  if (reasons.length > 0) parts.host.log("debug", urn, `Differs: ${reasons.join("; ")}`);
  const impact = parts.neighbours.takeImpact(urn);
  if (reasons.length > 0) {
    const wanted = wantedOf(news, unknown);
    const content = changedInputs(olds, news, CONTENT_INPUTS).filter(
      (name) => name !== "query" || isOtherQuery(olds, news),
    );
    const change = {
      stored,
      olds,
      news,
      wanted,
      dataSource: to,
      content,
      others: changed,
      unknown,
      hasMoved,
      isRenamed,
      isToBeChecked,
      isSecret,
    };
    const why = isOtherTarget ? whyMoved(from, to) : whyUpdate(change);
    if (why) parts.host.log(why.severity, urn, why.text);
    if (why?.runs) for (const line of impact) parts.host.log("info", urn, line);
  }
  if (reasons.length > 0) foretellChecks(parts, urn, news);
  return { changes: reasons.length > 0, replaces: isOtherTarget ? ["query"] : [], deleteBeforeReplace: true };
}

function wantedOf(news: Properties, unknown: readonly string[]): { content: string; kind: WriteKind } | undefined {
  const content = contentOf(news);
  if (unknown.length > 0 || content === undefined || typeof news.query !== "string") return undefined;
  return { content, kind: writeKindOf(knownStatement(news.query).facts) };
}

function isOtherQuery(olds: Properties, news: Properties): boolean {
  const [old, now] = [olds.query, news.query];
  return typeof old !== "string" || typeof now !== "string" || canonicalQuery(old) !== canonicalQuery(now);
}

function changedInputs(olds: Properties, news: Properties, names: readonly string[]): string[] {
  return names.filter((name) => canonicalJson(olds[name] ?? null) !== canonicalJson(news[name] ?? null));
}

function targetOf({ query }: Properties): string | undefined {
  if (typeof query !== "string" || hasUnknown(query)) return undefined;
  return knownStatement(query).facts.dataSource;
}

async function isElsewhere(parts: Parts, url: string | undefined, news: Properties): Promise<boolean> {
  if (url === undefined || hasUnknown(news.connection)) return false;
  const { connection } = findConnection(news.connection, await parts.config(), parts.env);
  return connection !== undefined && publicUrl(connection.url) !== url;
}
