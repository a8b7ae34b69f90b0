/**
 * Brings the target to the wanted content: performs the actions that `rules/load.ts` chooses and reports their results
 * to it, until it is finished. Independent of Pulumi. `save` receives what must be recorded at each moment, so that the
 * next operation can continue from there, whatever stops this one.
 */
import { DruidIngestionError, messageOf } from "../../base/errors";
import type { TaskReport, TaskStatus } from "../../druid/wire/task";
import { rowsWritten } from "../report/progress";
import type { Action, Event, Failure, Finish, Heart } from "../rules/heart";
import { begin, step } from "../rules/load";
import { isPassing } from "../rules/passing";
import { takePlace } from "../run/turns";
import { awaitEnd, LOST_AFTER_LOOKS, LOST_AFTER_MS } from "../run/wait";
import { rowsOf } from "../segments/rows";
import { cancelOthers } from "../sequence/cancel";
import { numberOf, taskIdOf } from "../sequence/key";
import type { Marker } from "../sequence/marker";
import { markerOf, observe } from "../sequence/observe";
import { type SubmitOutcome, submit, submitMark } from "../sequence/submit";
import type { Session } from "../session";
import { adopteeOf } from "./adoptee";
import { failureOf } from "./failures";
import type { Before, Finished, Goal, Save } from "./goal";
import { keptRun, keptText } from "./kept-run";
import { assertOneTask, countTasks } from "./one-task";
import { sameLoadOfOther } from "./others";
import { awaitRetry } from "./retry";

export async function reconcile(session: Session, goal: Goal, before: Before, save: Save): Promise<Finished> {
  const runner = new Runner(session, goal, before);
  let heart = begin(
    {
      wanted: goal.wanted,
      adoptTaskId: goal.adoptTaskId,
      givenUpTo: goal.givenUpTo,
      retries: goal.retries,
      isNew: goal.isNew,
      numberOf: (taskId) => numberOf(goal.key, taskId),
      taskIdOf: (number) => taskIdOf(goal.key, number),
    },
    before,
  );
  try {
    for (;;) {
      const { action } = heart;
      if (action.do === "finish") return await runner.finish(action);
      if (action.do === "fail") throw await runner.failure(heart, action);
      const next = step(heart, await runner.perform(action));
      if (next.save) save({ ...next.save, ...runner.answersOf(next.save.taskId) });
      heart = next.heart;
    }
  } finally {
    runner.release();
  }
}

type RunAnswers = { status: TaskStatus | undefined; report: TaskReport | undefined };
type Sending = Exclude<SubmitOutcome, { is: "accepted" | "taken" }>;

/** Performs actions, and keeps what the actions of one operation share but the rules need not know. */
class Runner {
  readonly #session: Session;
  readonly #goal: Goal;
  readonly #before: Before;
  #ended: ({ taskId: string } & RunAnswers) | undefined;
  #unsent: Sending | undefined;
  #noted = false;
  #release: () => void = () => undefined;

  constructor(session: Session, goal: Goal, before: Before) {
    this.#session = session;
    this.#goal = goal;
    this.#before = before;
  }

  /** Returns the slots that a run of this operation holds. */
  release(): void {
    this.#release();
    this.#release = () => undefined;
  }

  answersOf(taskId: string | undefined): Partial<RunAnswers> {
    return this.#ended?.taskId === taskId ? { status: this.#ended?.status, report: this.#ended?.report } : {};
  }

  async perform(action: Exclude<Action, Finish | Failure>): Promise<Event> {
    const session = this.#session;
    const { wanted } = this.#goal;
    switch (action.do) {
      case "observe":
        return this.#observe(action.from, action.looksFor);
      case "cancel":
        await cancelOthers(session, action.entries);
        return { is: "canceled" };
      case "askRows":
        return { is: "rows", rows: await this.#rows(action.taskId, action.upTo) };
      case "askOthers":
        return { is: "others", other: await this.#sameLoad() };
      case "lookAt":
        return { is: "adoptee", adoptee: await adopteeOf(session, this.#goal, action) };
      case "submit":
        return this.#sent(await this.#submit(action.number));
      case "mark": {
        const outcome = await this.#mark(action.number, { is: "mark", urn: this.#goal.urn });
        if (outcome.is === "refused" || outcome.is === "unclear") {
          const cause = messageOf(outcome.error);
          session.log("warning", `Cannot guard against delayed requests: ${cause}; one of them may still take effect`);
          session.signal.throwIfAborted();
        }
        return this.#sent(outcome);
      }
      case "noteAdopted": {
        const { taskId, runs } = action;
        const marker = { is: "adopted", taskId, runs, ...wanted, urn: this.#goal.urn } as const;
        const outcome = await this.#mark(action.number, marker);
        this.#noted = outcome.is === "accepted";
        if (!runs && outcome.is !== "accepted" && outcome.is !== "taken") {
          const cause = messageOf(outcome.error);
          session.log("warning", `Cannot record in Druid that task ${taskId} is adopted: ${cause}; continuing without`);
          session.signal.throwIfAborted();
        }
        return this.#sent(outcome);
      }
      case "countTasks":
        return { is: "planned", tasks: await countTasks(session, this.#goal.explain) };
      case "follow":
        return this.#follow(action);
      case "retry":
        await awaitRetry(session, this.#ended, action.attempt, this.#goal.retries);
        return { is: "retried" };
    }
  }

  /** A recorded run that Druid does not know is searched for until it counts as lost. */
  async #observe(from: number, looksFor: string | undefined): Promise<Event> {
    const { client, clock, signal } = this.#session;
    const since = clock.now();
    let looks = 1;
    if (looksFor) {
      this.#session.status(`Druid does not know task "${looksFor}", which was running: asking for a minute`);
    }
    // Only this task is polled meanwhile, because without the permission for bulk requests each task costs a request.
    for (; looksFor && (looks < LOST_AFTER_LOOKS || clock.now() - since < LOST_AFTER_MS); looks += 1) {
      await clock.sleep(Math.ceil(LOST_AFTER_MS / LOST_AFTER_LOOKS), signal);
      if (await client.status(looksFor, { signal })) break;
    }
    this.#session.status("looking for earlier runs of this ingestion");
    const entries = await observe(client, clock, this.#goal.key, from, { signal });
    return { is: "observed", entries, isLost: looksFor !== undefined };
  }

  async #rows(taskId: string | undefined, upTo: number): Promise<"there" | "gone"> {
    const { target } = this.#goal.wanted;
    if (target === undefined) return "there";
    const run = await keptRun(this.#session, this.#goal, taskId, upTo);
    // The recorded number may belong to another run, which has failed since.
    const isRecorded = run === undefined || run.taskId === this.#before.taskId;
    const told = run?.report ? rowsWritten(run.report) : isRecorded ? this.#before.rowsPublished : undefined;
    // After a successful run without a report: if the target is empty, loading again cannot duplicate rows.
    const rowsPublished = told ?? (run?.status?.statusCode === "SUCCESS" ? 1 : undefined);
    const rows = await rowsOf(this.#session, target, rowsPublished);
    if (rows === "gone")
      this.#session.log("warning", `The rows once loaded into "${target}" are gone: loading them again`);
    return rows;
  }

  #sameLoad() {
    const { key, urn, aliases, wanted } = this.#goal;
    return sameLoadOfOther(this.#session, { key, names: [urn, ...aliases], wanted });
  }

  async #submit(number: number): Promise<SubmitOutcome> {
    const { key, wanted, urn, request } = this.#goal;
    await assertOneTask(this.#session, request);
    this.#release = await takePlace(this.#session, this.#goal, false);
    const outcome = await submit(this.#session, key, number, request, { is: "run", ...wanted, urn });
    if (outcome.is !== "accepted") this.release();
    return outcome;
  }

  #mark(number: number, marker: Exclude<Marker, { is: "run" }>): Promise<SubmitOutcome> {
    const { key, wanted } = this.#goal;
    return submitMark(this.#session, key, number, wanted.target, marker);
  }

  #sent(outcome: SubmitOutcome): Event {
    if (outcome.is !== "accepted" && outcome.is !== "taken") this.#unsent = outcome;
    return { is: "sent", outcome: outcome.is };
  }

  async #follow({ taskId, isOwn, isJoined }: Extract<Action, { do: "follow" }>): Promise<Event> {
    const session = this.#session;
    if (isJoined) {
      const isNew = this.#noted && !isOwn;
      session.log(
        "info",
        isNew ? `Adopting task ${taskId}, which is still running` : `Joining task ${taskId}, which is already running`,
      );
      this.#release = await takePlace(session, this.#goal, true);
    }
    try {
      const end = await awaitEnd(session, taskId);
      if (end.is === "lost") {
        session.log(
          "warning",
          `Druid no longer knows task "${taskId}": it cannot be determined whether it published its rows`,
        );
        return { is: "ended", end: "lost" };
      }
      if (isOwn && numberOf(this.#goal.key, taskId) !== undefined && !(await this.#isStillOurRun(taskId))) {
        session.log("warning", `Druid has lost task "${taskId}" and accepted another one with its id: checking again`);
        return { is: "ended", end: "another" };
      }
      this.#ended = { taskId, status: end.status, report: end.report };
      return { is: "ended", end: end.is, passes: isPassing(end.status, end.report) };
    } finally {
      this.release();
    }
  }

  /** After Druid has lost an id, a delayed request from an ended process can use it again between two polls. */
  async #isStillOurRun(taskId: string): Promise<boolean> {
    const { client, signal } = this.#session;
    const { wanted } = this.#goal;
    const payload = await client.payload(taskId, { signal });
    if (!payload) return true;
    const marker = markerOf(payload);
    return marker?.is === "run" && marker.content === wanted.content && marker.target === wanted.target;
  }

  async finish(action: Finish): Promise<Finished> {
    const { number, published, adoptedTaskId, upTo } = action;
    const known = this.#ended?.taskId === action.taskId ? this.#ended : undefined;
    const run = known ?? (await keptRun(this.#session, this.#goal, action.taskId, upTo));
    const isBefore = action.taskId === undefined && run !== undefined && run.taskId === this.#before.taskId;
    const adopted = isBefore ? this.#before.adopted : action.adopted;
    if (adopted && !known) this.#session.log("info", keptText(this.#goal.wanted.target, run?.status));
    const { taskId = action.taskId, status, report }: Partial<RunAnswers & { taskId: string }> = run ?? {};
    return { number, published, taskId, adopted, adoptedTaskId, status, report, isFollowed: known !== undefined };
  }

  async failure(heart: Heart, action: Failure): Promise<unknown> {
    if (action.why === "sending") return this.#unsent?.error;
    if (action.why === "taskFailed")
      return new DruidIngestionError("taskFailed", `task "${this.#ended?.taskId}" failed`);
    return failureOf(this.#session, this.#goal, this.#before, heart, action);
  }
}
