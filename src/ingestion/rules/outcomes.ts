/** Steps after a mark, after a submit, and after the end of a run. */
import {
  type Event,
  type Finish,
  follow,
  type Heart,
  LOSSES_MAX,
  look,
  type Next,
  progress,
  type Run,
  stale,
  to,
} from "./heart";
import { publishedAfter } from "./published";

export function afterMark(heart: Heart, number: number, outcome: Extract<Event, { is: "sent" }>["outcome"]): Next {
  const { accounted, before, recorded } = heart;
  if (outcome === "taken") return look(heart, stale(heart, accounted));
  const taskId = keptTask(heart);
  const isOwn = accounted.run !== undefined && accounted.run.number === heart.ownNumber;
  return to(heart, {
    do: "finish",
    number: outcome === "accepted" ? number : accounted.number,
    published: accounted.published,
    taskId,
    upTo: accounted.number,
    adopted: taskId !== undefined && taskId === before.taskId ? before.adopted : !isOwn,
    adoptedTaskId: recorded.adoptedTaskId,
  });
}

/** The run whose rows are kept, if it is known without searching the sequence. */
export function keptTask({ accounted, aim, recorded }: Heart): string | undefined {
  // In FAILED and STALE the recorded task may not be the last one that loaded this content.
  const isSettled = recorded.state !== "FAILED" && recorded.state !== "STALE";
  const isRecorded = isSettled && recorded.content === aim.wanted.content;
  return accounted.run?.taskId ?? (isRecorded ? recorded.taskId : undefined);
}

export function afterSubmit(heart: Heart, number: number, outcome: Extract<Event, { is: "sent" }>["outcome"]): Next {
  const { accounted, aim } = heart;
  switch (outcome) {
    case "accepted":
      return follow(heart, { number, taskId: aim.taskIdOf(number), isOwn: true, isJoined: false });
    case "taken":
      // Perhaps by our own request, whose answer was lost: its task must be recorded.
      return look({ ...heart, ownNumber: number }, stale(heart, accounted));
    case "unclear":
      return to(heart, { do: "fail", why: "sending" }, stale(heart, accounted));
    case "refused":
      return to(heart, { do: "fail", why: "sending" });
  }
}

export function afterRun(heart: Heart, run: Run, ended: Extract<Event, { is: "ended" }>): Next {
  const { end } = ended;
  const { aim, accounted, recorded } = heart;
  const { number, taskId, isOwn } = run;
  const { published } = accounted;
  switch (end) {
    case "success": {
      const after = publishedAfter(published, aim.wanted, "success");
      const finish: Finish = {
        do: "finish",
        number,
        published: after,
        taskId,
        upTo: number,
        adopted: !isOwn,
        adoptedTaskId: recorded.adoptedTaskId,
      };
      return to(heart, finish, progress(heart, run, after, "RUNNING"));
    }
    case "another":
      return look({ ...heart, recorded: { ...recorded, number: number - 1, published, state: "STALE" } });
    case "lost": {
      const left = { number, published: publishedAfter(published, aim.wanted, "lost") };
      // A run under a former name is not our own number, but no user has vouched for it.
      const isVouchedFor = !isOwn && (taskId === aim.adoptTaskId || taskId === recorded.adoptedTaskId);
      const now = { ...heart, recorded: { ...recorded, ...left, state: "STALE" }, losses: heart.losses + 1 };
      if (isVouchedFor)
        return to(now, { do: "fail", why: "adoptedLost" }, progress(now, run, left.published, "FAILED"));
      if (now.losses >= LOSSES_MAX) return to(now, { do: "fail", why: "tooManyLosses" }, stale(now, left));
      return look(now);
    }
    default: {
      if (mayRepeat(heart, run, ended)) return repeat(heart, run);
      const left = publishedAfter(published, aim.wanted, end);
      return to(heart, { do: "fail", why: "taskFailed" }, progress(heart, run, left, "FAILED"));
    }
  }
}

/** Whether to repeat a failed run: only if it certainly published nothing, and is not an adopted task. */
function mayRepeat({ aim, retried }: Heart, { taskId, isOwn }: Run, { end, passes }: Extract<Event, { is: "ended" }>) {
  return end === "unpublished" && passes === true && isOwn && taskId !== aim.adoptTaskId && retried < aim.retries;
}

/** Records the failed number, and then decides about the next one as usual. */
function repeat(heart: Heart, run: Run): Next {
  const { published } = heart.accounted;
  const recorded = { ...heart.recorded, number: run.number, published, state: "STALE" };
  const attempt = heart.retried + 1;
  const now = { ...heart, recorded, retried: attempt };
  return to(now, { do: "retry", attempt }, progress(heart, run, published, "FAILED"));
}
