/**
 * Everything that may go wrong in a simulated life, by the names that the fake Druid gives it, and how often it did.
 */
import type { Trouble } from "../harness/fake";

/** By name: how often it happened, and how often while a run was under way or asked for. */
export type Troubles = Record<string, { times: number; metRun: number }>;

/** What has to be among it, in the words of a list of faults. */
export const KINDS: Readonly<Record<string, readonly string[]>> = {
  "connection refused": ["refuse"],
  "reset before it was accepted": ["resetBefore"],
  "reset after it was accepted": ["resetAfter"],
  "answer lost, nothing done": ["hang"],
  "answer lost, done all the same": ["hangAfter"],
  "done late, after the client gave up": ["late", "lateHang"],
  "answer delayed": ["slow"],
  "delivered twice": ["twice"],
  "500 already exists": ["brokerRetry", "alreadyExists"],
  "several tasks of one statement": ["several tasks"],
  "500 wrapping 503": ["wrapped503", "wrapped503After", "overlordAway"],
  "503": ["empty503"],
  "307": ["redirect"],
  "400 Unable to determine destination": ["noDestination"],
  "502 HTML": ["html502", "html502After"],
  "401": ["unauthorized"],
  "403": ["forbidden"],
  garbage: ["garbage", "htmlReport", "chatGone"],
  "Overlord restart that keeps its tasks": ["survived restart", "restart"],
  "Overlord restart that forgets all tasks": ["lost memory"],
  "leader change": ["leader change"],
  "report missing": ["noReport"],
  "FAILED after it published": ["failed after publishing"],
  "row gone between submit and first status": ["vanish"],
  "row gone at the end of its task": ["gone at its end", "cleaned history"],
};

export function addTroubles(to: Troubles, more: Troubles): void {
  for (const [name, { times, metRun }] of Object.entries(more)) {
    const sum = to[name] ?? { times: 0, metRun: 0 };
    to[name] = { times: sum.times + times, metRun: sum.metRun + metRun };
  }
}

export function countTroubles(all: readonly Trouble[]): Troubles {
  const counted: Troubles = {};
  for (const { name, metRun } of all) {
    counted[name] ??= { times: 0, metRun: 0 };
    counted[name].times += 1;
    if (metRun) counted[name].metRun += 1;
  }
  return counted;
}

/** By kind, in the order above. */
export function byKind(troubles: Troubles): [kind: string, times: number, metRun: number][] {
  return Object.entries(KINDS).map(([kind, names]) => {
    const sum = (of: "times" | "metRun") => names.reduce((total, name) => total + (troubles[name]?.[of] ?? 0), 0);
    return [kind, sum("times"), sum("metRun")];
  });
}
