/** The heart, one step at a time: what is seen goes in, what to do comes out. Nothing of Druid is here. */
import { describe, expect, test } from "@jest/globals";
import type { Action, Event, Heart, Progress } from "../../../../src/ingestion/rules/heart";
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
): { action: Action; saved: Progress | undefined; heart: Heart } {
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
  let saved: Progress | undefined;
  for (const event of events) {
    const next = step(heart, event);
    heart = next.heart;
    saved = next.save ?? saved;
  }
  return { action: heart.action, saved, heart };
}

const ACCEPTED: Event = { is: "sent", outcome: "accepted", isAnswered: true };
const taken = (isAnswered: boolean): Event => ({ is: "sent", outcome: "taken", isAnswered });
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

describe("a number that is taken", () => {
  test("by a request whose answer may have been lost is joined", () => {
    expect(told([seen(), NOBODY, taken(false), seen(run("running", 1))]).action).toMatchObject({ do: "follow" });
  });

  test("though every answer came is joined only where Druid plans one task", () => {
    const events = [seen(), NOBODY, taken(true), seen(run("running", 1))];
    expect(told(events).action).toMatchObject({ do: "countTasks" });
    const planned = (tasks: number): Event => ({ is: "planned", tasks });
    expect(told([...events, planned(1), seen(run("running", 1))]).action).toMatchObject({ do: "follow" });
    expect(told([...events, planned(2)]).action).toMatchObject({ do: "cancel" });
    const { action, saved } = told([...events, planned(2), { is: "canceled" }]);
    expect(action).toMatchObject({ do: "fail", why: "severalTasks" });
    expect(saved).toMatchObject({ state: "STALE", number: 1, published: ["v1:a+?"] });
  });

  test("by a part that has failed meanwhile is not submitted again and again", () => {
    const failed = { ...run("unknown", 1), is: "unpublished" } as Entry;
    const events = [seen(), NOBODY, taken(true), seen(failed)];
    expect(told(events).action).toMatchObject({ do: "countTasks" });
    expect(told([...events, { is: "planned", tasks: 2 }]).action).toMatchObject({ do: "fail", why: "severalTasks" });
  });
  test("by a part that has succeeded meanwhile is called done by nobody", () => {
    const planned: Event = { is: "planned", tasks: 2 };
    const { saved } = told([seen(), NOBODY, taken(true), seen(run("success", 1)), planned]);
    expect(saved).toMatchObject({ number: 1, published: ["v1:a+?"] });
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
    },
  });

  test("is noted under the next number, and done", () => {
    expect(told([seen()], { adoptTaskId }).action).toEqual({ do: "lookAt", taskId: adoptTaskId });
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
    const refused: Event = { is: "sent", outcome: "refused", isAnswered: true };
    expect(told([seen(), adoptee("running"), refused], { adoptTaskId }).action).toMatchObject({ do: "fail" });
  });

  test("first ends what else runs", () => {
    expect(told([seen(run("running", 1))], { adoptTaskId }).action).toMatchObject({ do: "cancel" });
  });

  test("counts once", () => {
    const before = { number: 1, published: [], state: "FAILED", adoptedTaskId: adoptTaskId };
    expect(told([seen()], { adoptTaskId, before }).action).toEqual({ do: "submit", number: 2 });
  });

  test("of a task that was adopted for other content is no answer to a question about this one", () => {
    const kept = { taskId: adoptTaskId, adoptedTaskId: adoptTaskId };
    const before = { number: 1, published: ["v1:b+"], state: "STALE", content: A, ...kept };
    const events: Event[] = [seen(run("unknown", 2)), { is: "rows", rows: "there" }, seen(run("unknown", 2))];
    expect(told(events, { adoptTaskId, before }).action).toMatchObject({ do: "fail", why: "undecided" });
    const lost = { ...before, state: "FAILED", published: [`${A}+?`] };
    const asked: Event[] = [seen(), { is: "rows", rows: "there" }, seen()];
    expect(told(asked, { adoptTaskId, before: lost }).action).toMatchObject({ do: "lookAt", taskId: adoptTaskId });
  });

  test("is refused where a note whose answer was lost turns out to name a task that has failed", () => {
    const note: Entry = { ...run("unknown", 1), is: "unpublished", taskId: adoptTaskId, isAdopted: true } as Entry;
    const events = [seen(), adoptee("running"), taken(false), seen(note)];
    expect(told(events, { adoptTaskId }).action).toMatchObject({ do: "lookAt", taskId: adoptTaskId });
  });
});

test("a create leaves what runs into another target alone, an update ends it", () => {
  const elsewhere = { ...run("running", 1), target: "other" } as Entry;
  expect(told([seen(elsewhere)]).action).toEqual({ do: "submit", number: 2 });
  expect(told([seen(elsewhere)], { before: { number: 0, state: "STALE" } }).action).toMatchObject({ do: "cancel" });
});
