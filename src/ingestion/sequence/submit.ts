/**
 * Puts one task under one number, whatever happens to the answer. The id is the fence: the same id may be sent any
 * number of times, Druid takes it once.
 */

import { errorKind, isHttpError, isUnreachable, messageOf } from "../../base/errors";
import { backoffMs } from "../../base/pace";
import type { SqlRequest } from "../../druid/client";
import { isTransient } from "../../druid/transport/retry";
import type { Session } from "../session";
import { sqlQueryIdOf, taskIdOf } from "./key";
import { CONTEXT_KEY, type Marker, writeMarker } from "./marker";

export type SubmitOutcome =
  | { is: "accepted" }
  /** Some task has the id, perhaps our own: observe and decide again. `isAnswered`: no answer to us can have been lost. */
  | { is: "taken"; isAnswered: boolean }
  /** Certainly not taken over by Druid. */
  | { is: "refused"; error: unknown }
  /** It may have been taken over, or may still be. */
  | { is: "unclear"; error: unknown };

const PATIENCE_MS = 60_000;
/** A server error that does not say it will pass is tried this often. */
const TRIES_OF_LASTING_ERROR = 3;

export async function submit(
  session: Session,
  key: string,
  number: number,
  request: SqlRequest,
  marker: Marker,
): Promise<SubmitOutcome> {
  const sqlQueryId = sqlQueryIdOf(key, number);
  const context = { ...request.context, sqlQueryId, [CONTEXT_KEY]: writeMarker(marker) };
  return sendUntilClear(session, taskIdOf(key, number), () =>
    session.client.submit({ ...request, context }, { signal: session.signal }),
  );
}

/** Puts a task that does nothing under a number, so that nothing else can ever run under it. */
export async function submitMark(
  session: Session,
  key: string,
  number: number,
  dataSource: string | undefined,
  marker: Exclude<Marker, { is: "run" }>,
): Promise<SubmitOutcome> {
  const id = taskIdOf(key, number);
  const context = { [CONTEXT_KEY]: writeMarker(marker) };
  return sendUntilClear(session, id, () =>
    session.client.submitNoop({ id, dataSource: dataSource ?? "none", context }, { signal: session.signal }),
  );
}

async function sendUntilClear(session: Session, taskId: string, send: () => Promise<unknown>): Promise<SubmitOutcome> {
  const { client, clock, signal } = session;
  const until = clock.now() + PATIENCE_MS;
  let maybeSent = false;
  let lastingErrors = 0;
  for (let attempt = 0; ; attempt += 1) {
    try {
      // An engine that is gone or an interrupt ends this before anything more is sent.
      await session.assertAlive();
      signal.throwIfAborted();
    } catch (error) {
      return { is: maybeSent ? "unclear" : "refused", error };
    }
    try {
      await send();
      return { is: "accepted" };
    } catch (error) {
      if (saysTaken(error)) return { is: "taken", isAnswered: !maybeSent };
      const definite = isDefinite(error);
      maybeSent ||= !definite;
      const end = { is: maybeSent ? ("unclear" as const) : ("refused" as const), error };
      if (errorKind(error) === "interrupted" || errorKind(error) === "orphaned" || signal.aborted) return end;
      if (definite && !isTransient(error)) return end;
      if (!isTransient(error)) lastingErrors += 1;
      try {
        if (!definite && (await client.status(taskId, { signal }))) return { is: "taken", isAnswered: false };
        // One that hung until its time was over has used all patience up, and is sent once more all the same.
        if ((clock.now() >= until && attempt > 0) || lastingErrors >= TRIES_OF_LASTING_ERROR) return end;
        session.status(`Druid did not take the task over (${shortCause(error)}), trying again`);
        await clock.sleep(backoffMs(attempt, session.random), signal);
      } catch (whileLooking) {
        return { is: end.is, error: signal.aborted ? whileLooking : error };
      }
    }
  }
}

/** 27 wraps the Overlord's 400 into a 500; a noop goes to the Overlord itself. */
function saysTaken(error: unknown): boolean {
  return isHttpError(error) && /already exists/i.test(error.detail);
}

/** True where Druid cannot have taken the task over: it never got the request, or it said no by itself. */
function isDefinite(error: unknown): boolean {
  if (isUnreachable(error)) return !error.sent;
  if (!isHttpError(error)) return false;
  if (/unable to parse the sql/i.test(error.detail)) return true;
  return error.status >= 400 && error.status < 500 && error.status !== 408;
}

function shortCause(error: unknown): string {
  if (isHttpError(error)) return `HTTP ${error.status}`;
  if (isUnreachable(error)) return error.code ?? "no answer";
  return messageOf(error).split(":")[0] ?? "no answer";
}
