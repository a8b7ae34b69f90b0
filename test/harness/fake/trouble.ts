/** What went wrong in the fake Druid, kept so that a simulation can tell what its lives really met. */
import { type FakeAnswer, isNetworkFault, type Received } from "./exchange";

export interface Trouble {
  /** A fault's or an event's, or what a task's plan or the state of things made of an answer. */
  name: string;
  atMs: number;
  /** A run was under way, or just being asked for. */
  metRun: boolean;
}

/** Told from a request to have a statement explained, which comes the same way and has no id. */
export function isRun({ route, json }: Received): boolean {
  return route === "submit" && (json as { context?: { sqlQueryId?: string } }).context?.sqlQueryId !== undefined;
}

/** What no fault has made. */
export function troubleOf({ route, fault }: Received, answer: FakeAnswer): string | undefined {
  if (fault !== undefined || isNetworkFault(answer)) return undefined;
  if (route === "submit" && answer.status === 500)
    return /already exists/.test(answer.body) ? "alreadyExists" : "overlordAway";
  return undefined;
}
