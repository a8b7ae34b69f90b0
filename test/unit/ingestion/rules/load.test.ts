/** The heart, one step at a time: what is seen goes in, what to do comes out. Nothing of Druid is here. */
import { describe, expect, test } from "@jest/globals";
import type { Action, Checkpoint, Event, Heart } from "../../../../src/ingestion/rules/heart";
import { begin, step } from "../../../../src/ingestion/rules/load";
import type { WriteKind } from "../../../../src/ingestion/rules/published";
import type { Recorded } from "../../../../src/ingestion/rules/record";
import type { Entry } from "../../../../src/ingestion/rules/sequence";

const A = "v1:a";
const NOTHING: Recorded = {
  number: 0,
  published: [],
  state: undefined,
  taskId: undefined,
  content: undefined,
  kind: "REPLACE",
  adopted: false,
  adoptedTaskId: undefined,
};

const run = (is: "running" | "success" | "unknown", number: number, content = A): Entry => ({
  is,
  number,
  taskId: `query-k-${number}`,
  content,
  target: "wiki",
  kind: "INSERT",
});
const seen = (...entries: Entry[]): Event => ({ is: "observed", entries, isLost: false });

/** Goes through the events and gives what is to be done at the end, with what was saved last. */
function told(
  events: Event[],
  more: { before?: Partial<Recorded>; adoptTaskId?: string; kind?: WriteKind } = {},
): { action: Action; saved: Checkpoint | undefined; heart: Heart } {
  const { before, adoptTaskId, kind = "INSERT" } = more;
  let heart = begin(
    {
      wanted: { content: A, target: "wiki", kind },
      adoptTaskId,
      givenUpTo: undefined,
      retries: 2,
      isNew: before === undefined,
      numberOf: (taskId) => Number(/^query-k-(\d+)$/.exec(taskId)?.[1] ?? Number.NaN) || undefined,
      taskIdOf: (number) => `query-k-${number}`,
    },
    { ...NOTHING, ...before },
  );
  let saved: Checkpoint | undefined;
  for (const event of events) {
    const next = step(heart, event);
    heart = next.heart;
    saved = next.save ?? saved;
  }
  return { action: heart.action, saved, heart };
}

const ACCEPTED: Event = { is: "sent", outcome: "accepted" };
const TAKEN: Event = { is: "sent", outcome: "taken" };
const planned = (tasks: number): Event => ({ is: "planned", tasks });
const NOBODY: Event = { is: "others", other: undefined };

test("a first load is looked for, asked about, submitted, followed and done", () => {
  expect(told([]).action).toEqual({ do: "observe", from: 1 });
  expect(told([seen()]).action).toEqual({ do: "askOthers" });
  expect(told([seen(), NOBODY]).action).toEqual({ do: "submit", number: 1 });
  const { action, saved } = told([seen(), NOBODY, ACCEPTED]);
  expect(action).toMatchObject({ do: "follow", number: 1, taskId: "query-k-1" });
  expect(saved).toMatchObject({ state: "RUNNING", number: 1 });
  const { action: last } = told([seen(), NOBODY, ACCEPTED, { is: "ended", end: "success" }]);
  expect(last).toMatchObject({ do: "finish", number: 1, published: ["v1:a+"], adopted: false });
});

test("an INSERT that is new to its sequence asks whether another ingestion has loaded it, and others do not", () => {
  const published = ["v1:b+"];
  const before = { number: 1, state: "SUCCESS", published };
  expect(told([seen()], { before }).action).toEqual({ do: "askOthers" });
  expect(told([seen(), NOBODY], { before }).action).toEqual({ do: "submit", number: 2 });
  const failed = seen({ ...run("unknown", 2), is: "unpublished" } as Entry);
  expect(told([failed, planned(1), failed], { before }).action).toMatchObject({ do: "submit" });
});

describe("a run that is not recorded as accepted", () => {
  const RUNNING = seen(run("running", 1));

  test("is joined only if Druid plans one task, and Druid is asked only once", () => {
    for (const events of [[seen(), NOBODY, TAKEN, RUNNING], [RUNNING]]) {
      expect(told(events).action).toMatchObject({ do: "countTasks" });
      expect(told([...events, planned(1), RUNNING]).action).toMatchObject({ do: "follow" });
      expect(told([...events, planned(2)]).action).toMatchObject({ do: "cancel" });
      const { action, saved } = told([...events, planned(2), { is: "canceled" }]);
      expect(action).toMatchObject({ do: "fail", why: "severalTasks" });
      expect(saved).toMatchObject({ state: "STALE", number: 1, published: ["v1:a+?"] });
    }
  });

  test("needs no count if it was recorded as accepted or adopted", () => {
    const before = { number: 1, state: "RUNNING", content: A, taskId: "query-k-1" };
    expect(told([RUNNING], { before }).action).toMatchObject({ do: "follow" });
    const adopted = seen({ ...run("running", 1), isAdopted: true, isVouchedFor: true } as Entry);
    expect(told([adopted]).action).toMatchObject({ do: "follow" });
    const renamed = seen({ ...run("running", 1), isAdopted: true } as Entry);
    expect(told([renamed]).action).toMatchObject({ do: "countTasks" });
  });

  test("that has failed is not submitted again and again", () => {
    const failed = seen({ ...run("unknown", 1), is: "unpublished" } as Entry);
    const events = [seen(), NOBODY, TAKEN, failed];
    expect(told(events).action).toMatchObject({ do: "countTasks" });
    expect(told([...events, planned(2)]).action).toMatchObject({ do: "fail", why: "severalTasks" });
    expect(told([...events, planned(1), failed]).action).toMatchObject({ do: "submit", number: 2 });
  });

  test("that has succeeded does not count as done", () => {
    const { saved } = told([seen(run("success", 1)), planned(2)]);
    expect(saved).toMatchObject({ number: 1, published: ["v1:a+?"] });
  });

  test("needs a count even if a refresh has recorded it", () => {
    const before = { number: 1, state: "STALE", published: [`${A}+`], taskId: "query-k-1" };
    expect(told([seen()], { before }).action).toMatchObject({ do: "countTasks" });
    const { action, saved } = told([seen(), planned(2)], { before });
    expect(action).toMatchObject({ do: "fail", why: "severalTasks" });
    expect(saved).toMatchObject({ number: 1, published: [`${A}+?`] });
    expect(told([seen(), planned(1), seen()], { before }).action).toMatchObject({ do: "askRows" });
  });
});

describe("adoptTaskId", () => {
  const adoptTaskId = "query-by-hand";
  const adoptee = (is: "running" | "success"): Event => ({
    is: "adoptee",
    adoptee: {
      is,
      type: "query_controller",
      dataSource: "wiki",
      content: undefined,
      areRowsGone: false,
      areWrittenOver: false,
      isNoted: false,
    },
  });

  test("is noted under the next number, and done", () => {
    expect(told([seen()], { adoptTaskId }).action).toMatchObject({ do: "lookAt", taskId: adoptTaskId });
    expect(told([seen(), adoptee("success")], { adoptTaskId }).action).toMatchObject({ do: "noteAdopted", number: 1 });
    expect(told([seen(), adoptee("success"), ACCEPTED], { adoptTaskId }).action).toMatchObject({
      do: "finish",
      number: 1,
      adopted: true,
      adoptedTaskId: adoptTaskId,
    });
  });

  test("of a task that runs is followed once it is noted, and refused where it cannot be", () => {
    expect(told([seen(), adoptee("running"), ACCEPTED], { adoptTaskId }).action).toMatchObject({ do: "follow" });
    const refused: Event = { is: "sent", outcome: "refused" };
    expect(told([seen(), adoptee("running"), refused], { adoptTaskId }).action).toMatchObject({ do: "fail" });
  });

  test("first ends what else runs", () => {
    expect(told([seen(run("running", 1))], { adoptTaskId }).action).toMatchObject({ do: "cancel" });
  });

  test("counts once", () => {
    const before = { number: 1, published: [], state: "FAILED", adoptedTaskId: adoptTaskId };
    expect(told([seen(), NOBODY], { adoptTaskId, before }).action).toEqual({ do: "submit", number: 2 });
  });

  test("of a task that was adopted for other content is no answer to a question about this one", () => {
    const kept = { taskId: adoptTaskId, adoptedTaskId: adoptTaskId };
    const before = { number: 1, published: ["v1:b+"], state: "STALE", content: A, ...kept };
    const doubt = seen(run("unknown", 2));
    const events: Event[] = [doubt, planned(1), doubt, { is: "rows", rows: "there" }, doubt];
    expect(told(events, { adoptTaskId, before }).action).toMatchObject({ do: "lookAt", isRepeated: true });
    const looked = told([...events, adoptee("success")], { adoptTaskId, before });
    expect(looked.action).toMatchObject({ do: "fail", why: "undecided" });
    const lost = { ...before, state: "FAILED", published: [`${A}+?`] };
    const asked: Event[] = [seen(), { is: "rows", rows: "there" }, seen()];
    expect(told(asked, { adoptTaskId, before: lost }).action).toMatchObject({ do: "lookAt", taskId: adoptTaskId });
  });

  test("is refused where a note whose answer was lost turns out to name a task that has failed", () => {
    const note: Entry = { ...run("unknown", 1), is: "unpublished", taskId: adoptTaskId, isAdopted: true } as Entry;
    const events = [seen(), adoptee("running"), TAKEN, seen(note)];
    expect(told(events, { adoptTaskId }).action).toMatchObject({ do: "lookAt", taskId: adoptTaskId });
  });
});

test("a create leaves what runs into another target alone, an update ends it", () => {
  const elsewhere = { ...run("running", 1), target: "other" } as Entry;
  expect(told([seen(elsewhere), NOBODY]).action).toEqual({ do: "submit", number: 2 });
  expect(told([seen(elsewhere)], { before: { number: 0, state: "STALE" } }).action).toMatchObject({ do: "cancel" });
});
