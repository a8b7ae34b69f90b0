/**
 * Submits one task for one number, even if answers get lost. The id makes this safe: it may be sent any number of
 * times, and Druid accepts it once.
 */

import { DruidIngestionError, errorKind, isHttpError, isUnreachable, messageOf } from "../../base/errors";
import { backoffMs } from "../../base/pace";
import type { SqlRequest } from "../../druid/client";
import { isTransient } from "../../druid/transport/retry";
import type { Session } from "../session";
import { sqlQueryIdOf, taskIdOf } from "./key";
import { CONTEXT_KEY, type Marker, writeMarker } from "./marker";

export type SubmitOutcome =
  | { is: "accepted" }
  /** A task with the id exists, perhaps our own: observe and decide again. */
  | { is: "taken" }
  /** Certainly not accepted by Druid. */
  | { is: "refused"; error: unknown }
  /** It may have been accepted, or may still be. */
  | { is: "unclear"; error: unknown };

const PATIENCE_MS = 60_000;
/** Attempts if the server error is not known to be transient. */
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
  return sendUntilClear(session, taskIdOf(key, number), async () => {
    return (await session.client.submit({ ...request, context }, { signal: session.signal })).taskId;
  });
}

/** Submits a task that does nothing for a number, so that no other task can ever use it. */
export async function submitMark(
  session: Session,
  key: string,
  number: number,
  dataSource: string | undefined,
  marker: Exclude<Marker, { is: "run" }>,
): Promise<SubmitOutcome> {
  const id = taskIdOf(key, number);
  const context = { [CONTEXT_KEY]: writeMarker(marker) };
  return sendUntilClear(session, id, async () => {
    await session.client.submitNoop({ id, dataSource: dataSource ?? "none", context }, { signal: session.signal });
    return id;
  });
}

/** `send` returns the id that Druid names in its answer. */
async function sendUntilClear(session: Session, taskId: string, send: () => Promise<string>): Promise<SubmitOutcome> {
  const { client, clock, signal } = session;
  const until = clock.now() + PATIENCE_MS;
  let maybeSent = false;
  let lastingErrors = 0;
  for (let attempt = 0; ; attempt += 1) {
    try {
      // Send nothing more after an interrupt, or if the engine is gone.
      await session.assertAlive();
      signal.throwIfAborted();
    } catch (error) {
      return { is: maybeSent ? "unclear" : "refused", error };
    }
    try {
      const told = await send();
      if (told === taskId) return { is: "accepted" };
      return (await isKnown(session, taskId)) ? { is: "taken" } : { is: "unclear", error: otherTask(session, taskId) };
    } catch (error) {
      if (saysTaken(error)) return { is: "taken" };
      const definite = isDefinite(error);
      maybeSent ||= !definite;
      const end = { is: maybeSent ? ("unclear" as const) : ("refused" as const), error };
      if (errorKind(error) === "interrupted" || errorKind(error) === "orphaned" || signal.aborted) return end;
      if (definite && !isTransient(error)) return end;
      if (!isTransient(error)) lastingErrors += 1;
      try {
        if (!definite && (await client.status(taskId, { signal }))) return { is: "taken" };
        // A request that timed out may have used up the patience; retry it once anyway.
        if ((clock.now() >= until && attempt > 0) || lastingErrors >= TRIES_OF_LASTING_ERROR) return end;
        session.status(`Druid did not accept the task (${shortCause(error)}), trying again`);
        await clock.sleep(backoffMs(attempt, session.random), signal);
      } catch (whileLooking) {
        return { is: end.is, error: signal.aborted ? whileLooking : error };
      }
    }
  }
}

/** Also false if Druid does not answer. */
async function isKnown({ client, signal }: Session, taskId: string): Promise<boolean> {
  return (await client.status(taskId, { signal }).catch(() => undefined)) !== undefined;
}

/** If Druid has accepted it under another id, no id keeps it from running twice: so it is not sent again. */
function otherTask({ client }: Session, taskId: string): DruidIngestionError {
  const cause = "it was accepted as another task, so it cannot be followed";
  return new DruidIngestionError(
    "unexpectedResponse",
    `Cannot submit task "${taskId}" to "${client.url}": ${cause}; look for a new task in Druid's console, and take out ` +
      "the proxy in between that changes requests or mixes answers up",
  );
}

/** 27 wraps the Overlord's 400 in a 500 for queries; a noop goes to the Overlord directly. */
const TAKEN = /\bTask ?\[[^\]]*\] already exists/i;

function saysTaken(error: unknown): boolean {
  return isHttpError(error) && error.says(TAKEN);
}

/** True if Druid cannot have accepted the task: it never received the request, or it rejected it. */
function isDefinite(error: unknown): boolean {
  if (isUnreachable(error)) return !error.sent;
  if (!isHttpError(error)) return false;
  if (error.says(/unable to parse the sql/i)) return true;
  return error.status >= 400 && error.status < 500 && error.status !== 408;
}

function shortCause(error: unknown): string {
  if (isHttpError(error)) return `HTTP ${error.status}`;
  if (isUnreachable(error)) return error.code ?? "no answer";
  return messageOf(error).split(":")[0] ?? "no answer";
}
