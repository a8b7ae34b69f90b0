import { describe, expect, test } from "@jest/globals";
import { type Change, whyMoved, whyUpdate } from "../../../../src/lifecycle/preview/why";

const QUERY = "INSERT INTO t\nSELECT a\nFROM u\nPARTITIONED BY ALL";
const stored = {
  number: 1,
  published: ["v1:old+"],
  state: "SUCCESS",
  content: "v1:old",
  kind: "INSERT",
  taskId: undefined,
  adoptedTaskId: undefined,
} as unknown as Change["stored"];
const CHANGED: Partial<Change> = { wanted: { content: "v1:new", kind: "INSERT" } };

function why(change: Partial<Change>) {
  const wanted = { content: "v1:old", kind: "INSERT" } as const;
  const whole = { olds: { query: QUERY }, news: { query: QUERY }, content: [], others: [], unknown: [], ...change };
  return whyUpdate({
    stored,
    wanted,
    dataSource: "t",
    hasMoved: false,
    isRenamed: false,
    isToBeChecked: false,
    isSecret: false,
    ...whole,
  });
}

describe("whyUpdate()", () => {
  test.each<[string, boolean, Partial<Change>]>([
    [
      "Why: runs because the query changed (1 line)",
      true,
      { ...CHANGED, content: ["query"], news: { query: QUERY.replace("a\n", "b\n") } },
    ],
    [
      "Why: runs because the query (2 lines) and triggers changed",
      true,
      { ...CHANGED, content: ["query", "triggers"], news: { query: QUERY.replace("a\nFROM u", "b\nFROM v") } },
    ],
    [
      "Why: runs because the query changed",
      true,
      { ...CHANGED, content: ["query"], news: { query: QUERY.replace("a\n", "b\n") }, isSecret: true },
    ],
    [
      "Why: runs because the context (maxNumTasks) changed",
      true,
      {
        ...CHANGED,
        content: ["context"],
        olds: { context: { maxNumTasks: 2, mine: 1 } },
        news: { context: { maxNumTasks: 3, mine: 1 } },
      },
    ],
    [
      "Why: runs because the context changed",
      true,
      { ...CHANGED, content: ["context"], olds: {}, news: { context: { canary: "canary" } } },
    ],
    ["Why: may run: query and context are not known yet", true, { unknown: ["query", "context"], wanted: undefined }],
    [
      "Why: runs because the last run failed: InsertTimeNull",
      true,
      { stored: { ...stored, state: "FAILED", published: [] }, olds: { error: { errorCode: "InsertTimeNull" } } },
    ],
    ["Why: runs because the last run failed", true, { stored: { ...stored, state: "FAILED", published: [] } }],
    ["Why: runs because its rows are gone", true, { stored: { ...stored, state: "DATA_MISSING", published: [] } }],
    [
      "Why: continues where it stopped: the last run had not ended",
      true,
      { stored: { ...stored, state: "RUNNING", published: [] } },
    ],
    [
      "Why: first checks what Druid has run: the last operation was interrupted",
      false,
      { stored: { ...stored, state: "STALE", published: [] } },
    ],
    ["Why: nothing runs if the rows are there: the url changed", false, { hasMoved: true, others: ["connection"] }],
    ["Why: only the checks run: its checks changed, or have not passed on these rows", false, { isToBeChecked: true }],
    [
      "Nothing will run: the ingestion was renamed or moved, and `pulumi up` only records its earlier runs under the new name",
      false,
      { isRenamed: true, others: ["onDelete"] },
    ],
    ["Why: nothing runs: onDelete and validate changed", false, { others: ["onDelete", "validate"] }],
    [
      "Why: nothing runs: the task of adoptTaskId is adopted",
      false,
      { ...CHANGED, content: ["query"], news: { adoptTaskId: "query-x" } },
    ],
    [
      'Nothing will run: "t" already has these rows from an earlier run of this ingestion; to load them a second time, set triggers to a value not used before',
      false,
      { ...CHANGED, stored: { ...stored, published: ["v1:new+", "v1:old+"] } },
    ],
    [
      'Nothing will run: "t" already has these rows from an earlier run of this ingestion',
      false,
      {
        wanted: { content: "v1:new", kind: "REPLACE" },
        stored: { ...stored, state: "FAILED", published: ["v1:new"] },
      },
    ],
    [
      '"t" may already have these rows from an earlier run of this ingestion: `pulumi up` will stop and ask [may-be-loaded]',
      false,
      { stored: { ...stored, state: "FAILED", published: ["v1:old+?"] } },
    ],
  ])("%s", (text, runs, change) => {
    expect(why(change)).toMatchObject({ text, runs });
  });

  test("does not ask again if the user names a task to adopt", () => {
    const failed = { ...stored, state: "FAILED", published: ["v1:old+?"] };
    expect(why({ stored: failed, news: { query: QUERY, adoptTaskId: "query-x" } })?.text).toMatch(
      /adoptTaskId is adopted/,
    );
  });

  test("is undefined if there is nothing to explain", () => {
    expect(why({})).toBeUndefined();
  });
});

test("whyMoved() names both datasources", () => {
  expect(whyMoved("a", "b")).toMatchObject({
    text: 'Why: runs because the target changes from "a" to "b"',
    runs: true,
  });
});
