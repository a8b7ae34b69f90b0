/** Refuses answers about another task than was asked for: a cache or proxy that mixes them up must decide nothing. */
import { isRecord, parseJson } from "../../base/json";
import { unexpected } from "../transport/answer";
import type { Answer, Call } from "../transport/call";
import type { Exchange } from "../transport/exchange";

const NAME_MAX = 100;
const UNKNOWN = /Cannot find any task with id(?::?\s*\[([^\]]*)\])?/i;
/** How ids of SQL tasks begin. Anything else in the brackets may be a proxy's own wording. */
const SQL_TASK = /^query-/;

export const MIXED_UP = "a cache or proxy in between mixes answers up: take it out, or let it keep no answers";

export type Told = Iterable<string | null | undefined>;

/**
 * @param told - All ids that the answer names; not every version names one everywhere.
 * @throws DruidIngestionError of kind `unexpectedResponse`.
 */
export function assertAbout(
  exchange: Exchange,
  call: Call,
  { status }: Answer,
  taskIds: readonly string[],
  told: Told,
) {
  for (const id of told) {
    if (id === null || id === undefined || taskIds.includes(id)) continue;
    const name = id.length > NAME_MAX ? `${id.slice(0, NAME_MAX)}…` : id;
    throw unexpected(call, exchange.server, `${status} about another task, "${name}"`, MIXED_UP);
  }
}

/**
 * An unknown task is a 404 (around version 24 a 400) with this text; some paths answer JSON with a null instead. Any
 * other 404 (from a proxy, for a wrong prefix) must not count as an unknown task, which may be submitted again.
 */
export function isUnknownTask({ status, text }: Answer): boolean {
  if (status !== 404 && status !== 400) return false;
  if (UNKNOWN.test(text)) return true;
  const body = parseJson(text);
  return status === 404 && isRecord(body) && "task" in body && (body.status ?? body.payload ?? null) === null;
}

/** Which task such an answer calls unknown; undefined if it does not say. */
export function unknownTaskIn({ text }: Answer): string | undefined {
  const body = parseJson(text);
  const named = UNKNOWN.exec(text)?.[1] ?? (isRecord(body) ? body.task : undefined);
  return typeof named === "string" && SQL_TASK.test(named) ? named : undefined;
}
