/**
 * Names of an ingestion in Druid: its key, the task ids numbered from it, and the text that each of its tasks carries
 * in its context. Public for ever: what one release has written the next must find.
 */
import { createHash } from "node:crypto";

/** The context key that tells whose a task is and what it loads. */
export const CONTEXT_KEY = "pulumiDruid";

/** `pulumi-<name>-<10 hex>`; made once, at create, and kept through renames. */
export function keyOf(urn: string, organization: string): string {
  const name = nameOf(urn)
    .slice(0, 24)
    .replace(/[^A-Za-z0-9_-]/g, "-");
  const digest = createHash("sha256").update(`${organization}\n${urn}`).digest("hex");
  return `pulumi-${name}-${digest.slice(0, 10)}`;
}

/** The resource's name: what follows the third `::`, which may itself contain `::`. */
export function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::") || urn;
}

/** Druid puts `query-` before the `sqlQueryId`. */
export const taskIdOf = (key: string, number: number): string => `query-${sqlQueryIdOf(key, number)}`;
export const sqlQueryIdOf = (key: string, number: number): string => `${key}-${number}`;

/** The number of a task of this key's sequence; undefined for any other task. */
export function numberOf(key: string, taskId: string): number | undefined {
  const text = taskId.slice(taskIdOf(key, 0).length - 1);
  const number = Number(text);
  return /^[1-9]\d*$/.test(text) && taskId === taskIdOf(key, number) ? number : undefined;
}

/** What a task of a sequence says of itself. */
export type Marker =
  | { is: "run"; content: string; kind: string; target: string | undefined; urn: string }
  | { is: "mark"; urn: string }
  | { is: "tombstone"; target: string; urn: string };

/** A lone dash says that there is none, so a datasource of that name is written otherwise. */
const escapeTarget = (target: string | undefined) =>
  target === "-" ? "%2D" : target === undefined ? "-" : encodeURIComponent(target) || "-";
const unescapeTarget = (text: string) => (text === "-" ? undefined : decodeURIComponent(text));

export function writeMarker(marker: Marker): string {
  switch (marker.is) {
    case "run":
      return `${marker.content} ${marker.kind} ${escapeTarget(marker.target)} ${marker.urn}`;
    case "mark":
      return `mark - ${marker.urn}`;
    case "tombstone":
      return `tombstone ${escapeTarget(marker.target)} ${marker.urn}`;
  }
}

/** Undefined for whatever is not ours. */
export function readMarker(text: unknown): Marker | undefined {
  if (typeof text !== "string") return undefined;
  const mark = /^mark - (.+)$/s.exec(text);
  if (mark?.[1]) return { is: "mark", urn: mark[1] };
  try {
    const tombstone = /^tombstone (\S+) (.+)$/s.exec(text);
    if (tombstone?.[1] && tombstone[2]) {
      const target = unescapeTarget(tombstone[1]);
      return target === undefined ? { is: "mark", urn: tombstone[2] } : { is: "tombstone", target, urn: tombstone[2] };
    }
    const run = /^(v\d+:\S+) (\S+) (\S+) (.+)$/s.exec(text);
    if (run?.[1] && run[2] && run[3] && run[4]) {
      return { is: "run", content: run[1], kind: run[2], target: unescapeTarget(run[3]), urn: run[4] };
    }
  } catch {
    // A broken percent-escape: not written by us.
  }
  return undefined;
}
