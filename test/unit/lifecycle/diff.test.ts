import { describe, expect, test } from "@jest/globals";
import { keyOf } from "../../../src/ingestion/sequence/key";
import type { Properties } from "../../../src/lifecycle";
import * as lifecycle from "../../../src/lifecycle";
import { FakeDruid, VirtualClock } from "../../harness/fake";
import { ProviderProcess } from "../../harness/virtual/process";
import { insert, URL } from "../../harness/virtual/setup";
import { wire } from "../../harness/virtual/wire";

const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const INPUTS = {
  query: insert("A"),
  context: { maxNumTasks: 3 },
  parameters: [1],
  triggers: ["x"],
  __urn: "urn:pulumi:a",
};
const KEY = keyOf(INPUTS.__urn, "organization");
const OUTPUTS = { ...INPUTS, state: "SUCCESS", key: KEY, number: 1, url: URL, published: ["v1:x"], __provider: "p" };

async function diff(
  news: Properties,
  olds: Properties = OUTPUTS,
  config: Record<string, string> = { "druid:url": URL },
) {
  const clock = new VirtualClock();
  const fake = new FakeDruid({ clock });
  const process = new ProviderProcess({ fake, clock, config });
  const { changes, replaces, deleteBeforeReplace } = await lifecycle.diff(process.parts, wire(olds), wire(news));
  expect(fake.received).toEqual([]);
  expect(deleteBeforeReplace).toBe(true);
  expect(typeof changes).toBe("boolean");
  return { changes, replaces, told: process.texts("debug"), shown: process.texts("info") };
}

describe("diff", () => {
  test("another query is an update, the same inputs are no change", async () => {
    const changed = await diff({ ...INPUTS, query: insert("B") });
    expect(changed).toMatchObject({ changes: true, replaces: [] });
    expect(await diff(INPUTS)).toMatchObject({ changes: false });
  });

  test.each<[string, Properties]>([
    ["nothing", {}],
    ["comments and white space", { query: `/* x */ ${insert("A").replaceAll(" ", "\n")}` }],
    ["the order of context's keys", { context: { maxNumTasks: 3 } }],
    ["a parameter written with its type", { parameters: [{ type: "BIGINT", value: 1 }] }],
    ["an input that is null instead of absent", { validate: null, onDelete: null }],
    ["hidden inputs", { __timeouts: { create: "1h" }, __secretQuery: true }],
  ])("%s: no change", async (_name, more) => {
    expect(await diff({ ...INPUTS, ...more })).toEqual({ changes: false, replaces: [], told: [], shown: [] });
  });

  test.each<[string, Properties, string]>([
    ["another query", { query: insert("B") }, "query changed"],
    ["a word in other case", { query: insert("A").replace("SELECT", "select") }, "query changed"],
    ["another context", { context: { maxNumTasks: 4 } }, "context changed"],
    ["other parameters", { parameters: [2] }, "parameters changed"],
    ["other triggers", { triggers: ["y"] }, "triggers changed"],
    ["several", { parameters: [2], triggers: [] }, "parameters, triggers changed"],
    ["onDelete", { onDelete: "dropDatasource" }, "onDelete changed"],
    ["waitForSegmentLoad", { waitForSegmentLoad: false }, "waitForSegmentLoad changed"],
    ["adoptTaskId", { adoptTaskId: "query-x" }, "adoptTaskId changed"],
    ["a password", { connection: { url: URL, username: "u", password: "p" } }, "connection changed"],
    ["another url", { connection: { url: "http://else:8888" } }, "the url of Druid changed; connection changed"],
    ["an unknown query", { query: UNKNOWN }, "query not yet known"],
    ["an unknown inside triggers", { triggers: [{ a: UNKNOWN }] }, "triggers not yet known"],
    ["an unknown input", { onDelete: UNKNOWN }, "onDelete changed"],
    ["another name", { __urn: "urn:pulumi:b" }, "renamed: its runs are recorded under the new name"],
    ["another organization", { __organization: "other" }, "renamed: its runs are recorded under the new name"],
  ])("%s: an update, and the log says why", async (_name, more, reason) => {
    expect(await diff({ ...INPUTS, ...more })).toMatchObject({
      changes: true,
      replaces: [],
      told: [`Differs: ${reason}`],
    });
  });

  test.each<[string, Properties, number]>([
    ["alone", {}, 1],
    ["with an input that runs nothing", { onDelete: "dropDatasource" }, 1],
    ["with other content", { query: insert("B") }, 0],
    ["with a task to adopt", { adoptTaskId: "query-x" }, 0],
    ["with another url", { connection: { url: "http://else:8888" } }, 0],
  ])("a rename %s: preview says that nothing will run only where that is so", async (_name, more, lines) => {
    const { changes, shown } = await diff({ ...INPUTS, __urn: "urn:pulumi:b", ...more });
    expect(changes).toBe(true);
    const renamed = shown.filter((line) => /^Nothing will run: the ingestion was renamed or moved/.test(line));
    expect([renamed.length, shown.length]).toEqual([lines, 1]);
  });

  test("an input that is taken out: an update", async () => {
    const { triggers: _left, ...rest } = INPUTS;
    expect(await diff(rest)).toMatchObject({ changes: true, told: ["Differs: triggers changed"] });
  });

  test.each(["RUNNING", "FAILED", "STALE", "DATA_MISSING", "SOMETHING_NEWER"])(
    "the last run is %s: an update",
    async (state) => {
      const found = await diff(INPUTS, { ...OUTPUTS, state });
      expect(found).toMatchObject({ changes: true, replaces: [], told: [`Differs: the last run is ${state}`] });
    },
  );

  test("a url that comes from config and changed there: an update", async () => {
    const found = await diff(INPUTS, OUTPUTS, { "druid:url": "http://else:8888" });
    expect(found).toMatchObject({ changes: true, told: ["Differs: the url of Druid changed"] });
  });

  test.each([
    ["userinfo", "http://u:p@router:8888"],
    ["a slash at its end", "http://router:8888/"],
  ])("a url that differs in %s only is the same", async (_name, url) => {
    expect(await diff(INPUTS, OUTPUTS, { "druid:url": url })).toMatchObject({ changes: false });
  });

  test("another target: a replacement", async () => {
    const found = await diff({ ...INPUTS, query: insert("A", "others") });
    expect(found).toMatchObject({
      changes: true,
      replaces: ["query"],
      told: ["Differs: query changed; another target"],
    });
  });

  test.each([
    ["an unknown query", UNKNOWN],
    ["a SELECT, which has no target", "SELECT 1"],
  ])("%s is no replacement", async (_name, query) => {
    expect(await diff({ ...INPUTS, query })).toMatchObject({ changes: true, replaces: [] });
  });
});
