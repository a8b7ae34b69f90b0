/**
 * Brings the target to what is wanted: observe, decide, act, again until the decision is to do nothing more. Knows
 * nothing of Pulumi; what has to be remembered at each moment is told to `save`, so that whatever stops us, the next
 * run goes on from there.
 */
import { DruidIngestionError, messageOf } from "../base/errors";
import type { TaskStatus } from "../druid/wire";
import { adopt, goOnWithAdopted } from "./adopt";
import { cancelAndAwait } from "./cancel";
import { findRun } from "./find-run";
import { type Followed, follow } from "./follow";
import type { Finished, Goal, Recorded, Save } from "./goal";
import { taskIdOf } from "./key";
import { observe } from "./observe";
import { rowsWritten } from "./progress";
import { question } from "./question";
import { lostRun, observeFrom, settled } from "./record";
import { rowsOf } from "./rows";
import { type Decision, decide, type Entry, NONE, type Published, type Situation } from "./sequence";
import type { Session } from "./session";
import { takeSlots } from "./slots";
import { submit, submitMark } from "./submit";
import { LOST_AFTER_LOOKS, LOST_AFTER_MS, lastReport } from "./wait";

/** No sequence of events needs this many turns; without a bound a server could hold us for ever. */
const TURNS_MAX = 100;
/** A Druid that loses so many runs one after another would have them run for ever. */
const LOSSES_MAX = 3;

export async function ensure(session: Session, goal: Goal, before: Recorded, save: Save): Promise<Finished> {
  const { key, wanted } = goal;
  const stale = (number: number, published: Published): void =>
    save({ number, published, state: "STALE", taskId: before.taskId, adopted: before.adopted });
  const adopted = await goOnWithAdopted(session, goal, before, save);
  if ("run" in adopted) return adopted.run;
  let recorded = adopted.recorded;
  let looked: { rows: Situation["rows"]; seenUpTo: number } | undefined;
  let losses = 0;
  const goOnAfter = (end: Exclude<Followed, { is: "finished" }>): void => {
    recorded = { ...recorded, ...end.recorded };
    if (end.is === "lost") losses += 1;
    if (losses < LOSSES_MAX) return;
    stale(recorded.number, recorded.published);
    throw forgetful(session, goal);
  };
  /** Numbers that were taken when we asked for them, most often by our own request whose answer was lost. */
  const asked = new Set<number>();

  for (let turn = 0; turn < TURNS_MAX; turn += 1) {
    const { entries, lost } = await observeRecorded(session, key, recorded);
    const { number, published } = recorded;
    const seenUpTo = entries.at(-1)?.number ?? number;
    const decision = decide({
      wanted,
      recorded: { number, published },
      entries,
      lost,
      givenUpTo: goal.givenUpTo,
      // Whoever has come since may have brought rows, or our own request may have, whose answer was lost.
      rows: looked?.seenUpTo === seenUpTo ? looked.rows : "unasked",
    });
    if (isAdoption(goal, before, decision, entries)) return adopt(session, goal, before, decision, save);

    switch (decision.do) {
      case "cancel": {
        // One that is being canceled may still publish: it stays to be looked at.
        const upTo = settled(recorded, wanted.target, entries, goal.givenUpTo);
        stale(upTo.number, upTo.published);
        session.log(
          "info",
          `Canceling ${decision.entries.length} running task(s) of this ingestion that load something else`,
        );
        await cancelAndAwait(
          session,
          decision.entries.map((entry) => entry.taskId),
        );
        break;
      }
      case "askRows": {
        const run = await runOf(session, goal, recorded, decision);
        // What is recorded may be of another run, which has failed since.
        const isRecorded = run === undefined || run.taskId === recorded.taskId;
        const told = run?.report ? rowsWritten(run.report) : isRecorded ? recorded.rowsPublished : undefined;
        // A run that ended well and left no report: where nothing at all is there, loading again doubles nothing.
        const rowsPublished = told ?? (run?.status?.statusCode === "SUCCESS" ? 1 : undefined);
        const rows = wanted.target === undefined ? "there" : await rowsOf(session, wanted.target, rowsPublished);
        looked = { rows, seenUpTo };
        if (rows === "gone")
          session.log("warning", `The rows once loaded into "${wanted.target}" are gone: loading them again`);
        break;
      }
      case "join": {
        const { number: joined, taskId } = decision.entry;
        session.log("info", `Joining task ${taskId}, which runs already`);
        const end = await follow(session, goal, { number: joined, joined: true }, decision.published, save);
        if (end.is === "finished") return end.run;
        goOnAfter(end);
        break;
      }
      case "keep": {
        const outcome = await submitMark(session, key, decision.next, wanted.target, { is: "mark", urn: goal.urn });
        if (outcome.is === "taken") {
          stale(decision.number, decision.published);
          break;
        }
        session.signal.throwIfAborted();
        if (outcome.is !== "accepted") {
          session.log(
            "warning",
            `Cannot put a mark behind the last run (${messageOf(outcome.error)}): going on without`,
          );
        }
        const run = await runOf(session, goal, recorded, decision);
        const isOwn = decision.run !== undefined && asked.has(decision.run.number);
        const adopted = run?.taskId === before.taskId ? before.adopted : !isOwn;
        if (adopted) session.log("info", keptText(wanted.target, run?.status));
        const last = outcome.is === "accepted" ? decision.next : decision.number;
        return {
          number: last,
          published: decision.published,
          taskId: run?.taskId,
          adopted,
          status: run?.status,
          report: run?.report,
        };
      }
      case "stopAndAsk":
        throw await question(session, goal, before, decision);
      case "submit": {
        const { next } = decision;
        const release = await takeSlots(session, goal.tasks, false);
        try {
          const { content, target, kind } = wanted;
          const outcome = await submit(session, key, next, goal.request, {
            is: "run",
            content,
            kind,
            target,
            urn: goal.urn,
          });
          if (outcome.is === "taken") {
            // Perhaps by our own request, whose answer was lost: it must not run on unrecorded.
            asked.add(next);
            stale(decision.number, decision.published);
            break;
          }
          if (outcome.is === "unclear") stale(decision.number, decision.published);
          if (outcome.is !== "accepted") throw outcome.error;
          const end = await follow(session, goal, { number: next, joined: false }, decision.published, save);
          if (end.is === "finished") return end.run;
          goOnAfter(end);
        } finally {
          release();
        }
        break;
      }
    }
  }
  throw new DruidIngestionError(
    "timeout",
    `Cannot settle ingestion "${goal.key}" on "${session.client.url}": something else keeps taking its task ids; ` +
      "look for another program that runs the same stack",
  );
}

function forgetful({ client }: Session, { key }: Goal): DruidIngestionError {
  return new DruidIngestionError(
    "timeout",
    `Cannot finish ingestion "${key}" on "${client.url}": Druid has forgotten ${LOSSES_MAX} runs of it one after ` +
      "another, each before anybody saw how it ended; let the Overlord keep its tasks (druid.indexer.storage.type, " +
      "druid.indexer.logs.kill.*), then run up again",
  );
}

/** Everything from the record on; a recorded run that Druid does not know is looked for until it counts as lost. */
async function observeRecorded(session: Session, key: string, recorded: Recorded) {
  const { client, clock, signal } = session;
  const look = async () => {
    session.status("looking for earlier runs of this ingestion");
    const entries = await observe(client, clock, key, observeFrom(recorded), { signal });
    return { entries, lost: lostRun(recorded, entries) };
  };
  const since = clock.now();
  const first = await look();
  if (!first.lost) return first;
  // It alone is looked at meanwhile: a user who may not ask for many at once asks for each of them.
  for (let looks = 1; looks < LOST_AFTER_LOOKS || clock.now() - since < LOST_AFTER_MS; looks += 1) {
    await clock.sleep(Math.ceil(LOST_AFTER_MS / LOST_AFTER_LOOKS), signal);
    if (await client.status(taskIdOf(key, recorded.number), { signal })) break;
  }
  return look();
}

/** `adoptTaskId` counts once, and only where we would ask (also of an adopted run itself) or where there is nothing yet. */
function isAdoption(goal: Goal, before: Recorded, decision: Decision, entries: readonly Entry[]): boolean {
  if (goal.adoptTaskId === undefined) return false;
  if (decision.do === "stopAndAsk" && goal.adoptTaskId === before.taskId) return true;
  if (goal.adoptTaskId === before.adoptTaskId) return false;
  const nothingYet = entries.length === 0 && before.number === 0 && before.published.every((one) => one === NONE);
  return decision.do === "stopAndAsk" || (decision.do === "submit" && nothingYet);
}

/** The run that stands in `published`, with what Druid still knows of it. */
async function runOf(session: Session, goal: Goal, recorded: Recorded, decision: Decision) {
  const { client, clock, signal } = session;
  // After a failure or a detour the recorded task may be another one than the last to load this content.
  const settledRun = recorded.state !== "FAILED" && recorded.state !== "STALE";
  const isRecorded = settledRun && recorded.content === goal.wanted.content;
  const taskId =
    decision.run?.taskId ??
    (isRecorded ? recorded.taskId : await findRun(client, clock, goal.key, decision.number, goal.wanted, signal));
  if (taskId === undefined) return undefined;
  const status = await client.status(taskId, { signal });
  return { taskId, status, report: status ? await lastReport(session, taskId) : undefined };
}

function keptText(target: string | undefined, status: TaskStatus | undefined): string {
  const created = status?.createdTime ? Date.parse(status.createdTime) : Number.NaN;
  const finished = created + Math.max(0, status?.duration ?? 0);
  const when = Number.isNaN(finished) ? "" : `, finished at ${new Date(finished).toISOString()}`;
  return `What is wanted is ${target === undefined ? "there" : `in "${target}"`} already${status ? `, by task ${status.id}` : ""}${when}: nothing is run`;
}
