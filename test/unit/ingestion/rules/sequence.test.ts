/**
 * The two tables of the sequence, row by row: what a task leaves in `published`, and what is done next. `test/model`
 * shows that the rows together are right; here each is seen alone.
 */
import { describe, expect, test } from "@jest/globals";
import type { WriteKind } from "../../../../src/ingestion/rules/published";
import { account, decide, type Entry, type RunEntry, type Situation } from "../../../../src/ingestion/rules/sequence";

const A = "v1:aaaa";
const B = "v1:bbbb";
/** As it stands in the state of a replacement that was stopped. */
const GIVEN_UP = "given-up";
const WIKI = "wiki";
const taskId = (number: number) => `query-pulumi-wiki-0123456789-${number}`;

const run = (
  is: RunEntry["is"],
  number: number,
  content: string | undefined = A,
  target?: string | null,
): RunEntry => ({
  is,
  number,
  taskId: taskId(number),
  content,
  target: target === undefined ? WIKI : (target ?? undefined),
  kind: "REPLACE",
});
const insert = (is: RunEntry["is"], number: number, content = A): RunEntry => ({
  ...run(is, number, content),
  kind: "INSERT",
});
const mark = (number: number): Entry => ({ is: "mark", number, taskId: taskId(number) });
const tombstone = (number: number, target = WIKI): Entry => ({
  is: "tombstone",
  number,
  taskId: taskId(number),
  target,
});

function situation(more: Partial<Situation> & { kind?: WriteKind } = {}): Situation {
  const { kind = "INSERT", ...rest } = more;
  return {
    wanted: { content: A, target: WIKI, kind },
    recorded: { number: 0, published: [] },
    entries: [],
    rows: "unasked",
    ...rest,
  };
}
const recorded = (number: number, ...published: string[]) => ({ recorded: { number, published } });

describe("account", () => {
  const publishedAfter = (entries: Entry[], more: Partial<Situation> = {}) =>
    account(situation({ ...recorded(1, B), entries, ...more })).published;

  test("a SUCCESS makes its content the only one", () => {
    expect(publishedAfter([run("success", 2)])).toEqual([A]);
  });
  test("an ended, unpublished run changes nothing", () => {
    expect(publishedAfter([run("unpublished", 2)])).toEqual([B]);
  });
  test("a mark changes nothing", () => {
    expect(publishedAfter([mark(2)])).toEqual([B]);
  });
  test("a running task changes nothing yet", () => {
    expect(publishedAfter([run("running", 2)])).toEqual([B]);
  });
  test("an ended run whose outcome is not known adds its content, in doubt", () => {
    expect(publishedAfter([run("unknown", 2)])).toEqual([B, "v1:aaaa?"]);
  });
  test("a recorded run that Druid no longer knows adds its content, before what came after it", () => {
    const lost = { number: 1, content: A, kind: "REPLACE" as const };
    expect(publishedAfter([], { lost })).toEqual([B, "v1:aaaa?"]);
    expect(publishedAfter([tombstone(2)], { lost })).toEqual([]);
  });
  test("a tombstone of this datasource leaves nothing", () => {
    expect(publishedAfter([tombstone(2)])).toEqual([]);
  });
  test("a tombstone of another datasource changes nothing", () => {
    expect(publishedAfter([tombstone(2, "other")])).toEqual([B]);
  });
  test("what was given up is nothing that can be wanted, up to that number and no further", () => {
    const entries = [run("success", 1, B), run("unknown", 2), mark(3)];
    const create = { ...recorded(0), givenUpTo: 3 };
    expect(publishedAfter(entries, create)).toEqual([GIVEN_UP]);
    expect(publishedAfter([...entries, run("success", 4)], create)).toEqual([A]);
    expect(publishedAfter([...entries, run("unknown", 4)], create)).toEqual([GIVEN_UP, "v1:aaaa?"]);
  });
  test("what other INSERTs have added is not given up with what a replacement loads again", () => {
    const entries = [insert("success", 1, B), insert("success", 2, A), mark(3)];
    const create = { ...recorded(0), givenUpTo: 3 };
    expect(publishedAfter(entries, create)).toEqual([GIVEN_UP, "v1:bbbb+"]);
    expect(publishedAfter([...entries, insert("success", 4, A)], create)).toEqual(["v1:bbbb+", "v1:aaaa+"]);
  });
  test("what was given up and dropped is gone", () => {
    const create = { ...recorded(0), givenUpTo: 3 };
    expect(publishedAfter([run("success", 1, B), run("unknown", 2), tombstone(3)], create)).toEqual([]);
  });
  test("what was given up before the record leaves the record alone", () => {
    expect(publishedAfter([], { ...recorded(5, B), givenUpTo: 4 })).toEqual([B]);
    expect(publishedAfter([], { ...recorded(4, B), givenUpTo: 4 })).toEqual([GIVEN_UP]);
  });
  test("runs into another target do not count", () => {
    expect(publishedAfter([run("success", 2, A, "other"), run("unknown", 3, A, null)])).toEqual([B]);
  });
  test("without a target the runs without a target count", () => {
    const wanted = { content: A, target: undefined, kind: "EXPORT" as const };
    expect(publishedAfter([run("success", 2, A, null), run("success", 3, B)], { wanted })).toEqual([A]);
  });
  test("a run without our text takes the place of what was there, and is nothing that can be wanted", () => {
    const [published] = publishedAfter([{ ...run("success", 2), content: undefined }]);
    expect(published).toContain(taskId(2));
    expect([A, B]).not.toContain(published);
  });
  test("the rows of INSERTs stay beside each other until somebody overwrites or drops them", () => {
    const both = [insert("success", 2, B), insert("success", 3, A)];
    expect(publishedAfter(both, recorded(1))).toEqual(["v1:bbbb+", "v1:aaaa+"]);
    expect(publishedAfter([...both, run("success", 4, B)], recorded(1))).toEqual([B]);
    expect(publishedAfter([...both, tombstone(4)], recorded(1))).toEqual([]);
  });

  test("number is the last in use, wherever it was seen", () => {
    const numberOf = (more: Partial<Situation>) => account(situation(more)).number;
    expect(numberOf(recorded(7, A))).toBe(7);
    expect(numberOf({ ...recorded(7, A), entries: [mark(8), run("running", 11)] })).toBe(11);
    expect(numberOf({ ...recorded(7, A), lost: { number: 7, content: A, kind: "REPLACE" } })).toBe(7);
    expect(numberOf({ entries: [mark(1)], givenUpTo: 3 })).toBe(3);
  });
  test("run is the last SUCCESS with the wanted content, as long as its rows are there", () => {
    const runOf = (entries: Entry[], more: Partial<Situation> = {}) => account(situation({ entries, ...more })).run;
    expect(runOf([insert("success", 1), insert("success", 2, B), insert("unknown", 3)])?.number).toBe(1);
    expect(runOf([insert("success", 1), run("success", 2, B)])).toBeUndefined();
    expect(runOf([run("success", 1), tombstone(2)])).toBeUndefined();
    expect(runOf([run("success", 1), mark(2)], { givenUpTo: 2 })).toBeUndefined();
  });
  test("changes nothing of what it is given", () => {
    const given = situation({ ...recorded(1, B), entries: [run("unknown", 2)] });
    const before = structuredClone(given);
    account(given);
    decide(given);
    expect(given).toEqual(before);
  });
});

describe("decide", () => {
  test("a running task with other content is canceled", () => {
    const other = run("running", 1, B);
    expect(decide(situation({ entries: [other] }))).toMatchObject({ do: "cancel", entries: [other] });
  });
  test("a running task into another target is canceled, even with the wanted content", () => {
    const other = run("running", 1, A, "other");
    expect(decide(situation({ entries: [other] }))).toMatchObject({ do: "cancel", entries: [other] });
  });
  test("a running task without our text is canceled", () => {
    const foreign = { ...run("running", 1), content: undefined };
    expect(decide(situation({ entries: [foreign] }))).toMatchObject({ do: "cancel", entries: [foreign] });
  });
  test("a running task with the wanted content is joined", () => {
    const own = run("running", 1);
    expect(decide(situation({ entries: [own] }))).toMatchObject({ do: "join", entry: own, published: [] });
  });
  test("what else runs is canceled before the wanted one is joined", () => {
    const own = run("running", 2);
    const before = run("running", 1, B);
    const twin = run("running", 3);
    expect(decide(situation({ entries: [before, own, twin] }))).toMatchObject({
      do: "cancel",
      entries: [before, twin],
    });
  });
  test("running comes before whatever published says", () => {
    const entries = [run("running", 2)];
    expect(decide(situation({ ...recorded(1, A), entries, rows: "gone" })).do).toBe("join");
    expect(decide(situation({ ...recorded(1, A), entries: [run("running", 2, B)], rows: "gone" })).do).toBe("cancel");
  });

  test.each<WriteKind>(["INSERT", "EXPORT", "REPLACE", "REPLACE_PART", "SELECT"])(
    "%s: nothing there is a submit",
    (kind) => {
      expect(decide(situation({ kind }))).toMatchObject({ do: "submit", next: 1, published: [] });
    },
  );
  test("other content there is a submit of the next number", () => {
    expect(decide(situation(recorded(4, B)))).toMatchObject({ do: "submit", next: 5, published: [B] });
    expect(decide(situation({ ...recorded(4, B), entries: [mark(5), run("unpublished", 6)] }))).toMatchObject({
      do: "submit",
      next: 7,
    });
  });
  const [ADDED, ADDED_PERHAPS, PERHAPS] = ["v1:aaaa+", "v1:aaaa+?", "v1:aaaa?"];
  test("whether the rows are there is asked before anything is said about wanted content", () => {
    expect(decide(situation(recorded(1, ADDED))).do).toBe("askRows");
    expect(decide(situation(recorded(1, ADDED_PERHAPS))).do).toBe("askRows");
    expect(decide(situation({ ...recorded(1, A), kind: "REPLACE" })).do).toBe("askRows");
    expect(decide(situation(recorded(1, B))).do).toBe("submit");
  });
  test("without a target there are no rows to ask about", () => {
    const wanted = { content: A, target: undefined, kind: "SELECT" as const };
    expect(decide(situation({ ...recorded(1, A), wanted }))).toMatchObject({ do: "keep", next: 2 });
  });
  test.each<[WriteKind, string]>([
    ["INSERT", ADDED],
    ["INSERT", ADDED_PERHAPS],
    ["REPLACE", A],
    ["REPLACE", PERHAPS],
  ])("%s: wanted content (%s) whose rows are gone is loaded again", (kind, item) => {
    const decision = decide(situation({ ...recorded(3, item), kind, rows: "gone" }));
    expect(decision).toMatchObject({ do: "submit", next: 4, published: [], run: undefined });
  });
  test.each<[WriteKind, string[]]>([
    ["INSERT", [ADDED]],
    ["INSERT", [ADDED, "v1:bbbb+"]],
    ["INSERT", [ADDED, "v1:bbbb+?"]],
    ["EXPORT", [ADDED]],
    ["REPLACE", [A]],
    ["REPLACE", ["v1:bbbb+", A]],
    ["SELECT", [A]],
  ])("%s: what is certainly there is kept, behind a mark (%j)", (kind, published) => {
    expect(decide(situation({ ...recorded(3, ...published), kind, rows: "there" }))).toMatchObject({
      do: "keep",
      next: 4,
      published,
      number: 3,
    });
  });
  test("a finished run of the sequence is kept, and named", () => {
    const done = insert("success", 1);
    expect(decide(situation({ entries: [done, mark(2)], rows: "there" }))).toMatchObject({
      do: "keep",
      next: 3,
      run: done,
    });
  });
  test.each<WriteKind>(["INSERT", "EXPORT"])("%s: what is perhaps there stops and asks", (kind) => {
    for (const published of [[ADDED_PERHAPS], ["v1:bbbb+", ADDED_PERHAPS]]) {
      expect(decide(situation({ ...recorded(3, ...published), kind, rows: "there" })).do).toBe("stopAndAsk");
    }
  });
  test.each<[WriteKind, string[]]>([
    ["REPLACE", [PERHAPS]],
    ["REPLACE", [B, PERHAPS]],
    ["REPLACE", [A, "v1:bbbb?"]],
    ["SELECT", [PERHAPS]],
  ])("%s: what is perhaps the last is run again (%j)", (kind, published) => {
    expect(decide(situation({ ...recorded(3, ...published), kind, rows: "there" }))).toMatchObject({
      do: "submit",
      next: 4,
    });
  });
  test("a run of other content in doubt does not hold an INSERT back", () => {
    expect(decide(situation({ entries: [insert("unknown", 2, B)] }))).toMatchObject({
      do: "submit",
      next: 3,
      published: ["v1:bbbb+?"],
    });
  });
  test("a lost INSERT stops and asks", () => {
    const lost = { number: 1, content: A, kind: "INSERT" as const };
    expect(decide(situation({ ...recorded(1), lost, rows: "there" })).do).toBe("stopAndAsk");
  });
  test("an INSERT that somebody has since replaced in full is loaded again, one replaced in part is asked about", () => {
    const part: Entry = { ...run("success", 2, B), kind: "REPLACE_PART" };
    expect(decide(situation({ entries: [insert("success", 1), run("success", 2, B)] })).do).toBe("submit");
    expect(decide(situation({ entries: [insert("success", 1), part], rows: "there" })).do).toBe("stopAndAsk");
  });
  test("a replacement runs again what its delete gave up, under a number of its own", () => {
    const entries = [insert("success", 1), mark(2)];
    expect(decide(situation({ entries, givenUpTo: 2 }))).toMatchObject({
      do: "submit",
      next: 3,
      published: [GIVEN_UP],
    });
  });
  test("a datasource that was dropped is loaded again", () => {
    expect(decide(situation({ entries: [insert("success", 1), tombstone(2)] }))).toMatchObject({
      do: "submit",
      next: 3,
    });
  });
});
