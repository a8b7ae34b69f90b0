import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { readState, userInputs } from "../../../src/lifecycle/state";
import { insert, setUp, type World } from "../../harness/virtual/setup";
import type { StackResource } from "../../harness/virtual/stack";

const STATES = join(__dirname, "..", "..", "fixtures", "state");
const RELEASES = readdirSync(STATES).map((file) => file.replace(/\.json$/, ""));

/** The resource as that release left it, and the Druid that it left. */
async function leftBy(release: string): Promise<World & { old: StackResource }> {
  const text = readFileSync(join(STATES, `${release}.json`), "utf8");
  const old: StackResource = { ...JSON.parse(text), initErrors: [] };
  const world = setUp({}, { name: "wiki" });
  world.stack.resource = old;
  const { query, published } = old.outputs as { query: string; published: string[] };
  const sqlQueryId = String(old.outputs.taskId).replace("query-", "");
  const context = { sqlQueryId, pulumiDruid: `${published[0]} REPLACE wiki ${world.stack.urn}` };
  await world.fake.handle({
    method: "POST",
    path: "/druid/v2/sql/task",
    query: {},
    headers: {},
    body: JSON.stringify({ query, context }),
  });
  await world.clock.advance(10_000);
  return { ...world, old };
}

describe.each(RELEASES)("the state that %s left", (release) => {
  test("refreshes without a change", async () => {
    const { stack, old } = await leftBy(release);
    expect((await stack.refresh()).error).toBeUndefined();
    expect(stack.outputs).toEqual(old.outputs);
  });

  test("shows no difference for the same program", async () => {
    const { stack, old } = await leftBy(release);
    const outcome = await stack.up(userInputs(old.inputs));
    expect(outcome).toMatchObject({ asked: ["check", "diff"], requests: 0 });
  });

  test("goes on in its sequence", async () => {
    const { fake, stack, old } = await leftBy(release);
    const args = { ...userInputs(old.inputs), triggers: ["new"] };
    expect((await stack.up(args)).error).toBeUndefined();
    expect(stack.outputs).toMatchObject({ state: "SUCCESS", number: 2, key: old.outputs.key });
    expect(fake.tasks.map(({ id }) => id)).toEqual([`query-${old.outputs.key}-1`, `query-${old.outputs.key}-2`]);
  });

  test("is deleted under its own key", async () => {
    const { fake, stack, old } = await leftBy(release);
    expect((await stack.destroy()).error).toBeUndefined();
    expect(fake.tasks.at(-1)).toMatchObject({ id: `query-${old.outputs.key}-2`, type: "noop" });
  });

  test("is deleted with its rows where it says so", async () => {
    const { fake, stack, old } = await leftBy(release);
    old.outputs.onDelete = "dropDatasource";
    expect((await stack.destroy()).error).toBeUndefined();
    expect(fake.contentsOf("wiki")).toEqual([]);
  });
});

describe("a state in which something is missing or of another kind", () => {
  test.each([
    ["nothing", {}],
    ["nothing of ours", { query: insert("A") }],
    ["null everywhere", { number: null, published: null, state: null, taskId: null, url: null, rowsWritten: null }],
    [
      "other kinds",
      { number: "1", published: "v1:x", state: 1, taskId: [], url: {}, rowsWritten: "", segmentLoad: [], adopted: 1 },
    ],
    ["an empty set", { published: [] }],
  ])("%s is read as nothing known", (_name, outputs) => {
    expect(readState(outputs)).toEqual({
      key: undefined,
      number: 0,
      published: [],
      state: undefined,
      taskId: undefined,
      content: "query" in outputs ? expect.stringMatching(/^v1:/) : undefined,
      adopted: false,
      adoptedTaskId: undefined,
      kind: "query" in outputs ? "INSERT" : "REPLACE",
      rowsPublished: undefined,
      dataSource: undefined,
      url: undefined,
    });
  });

  test("what is more than we know is no fault", () => {
    expect(readState({ state: "LATER", number: 3, more: { deep: 1 } })).toMatchObject({ state: "LATER", number: 3 });
  });

  test.each([undefined, null, 7, {}])("with %p for a key the resource's id is the key", async (key) => {
    const { fake, stack } = setUp();
    await stack.up({ query: insert("A") });
    delete stack.outputs.key;
    if (key !== undefined) stack.outputs.key = key;
    await stack.up({ query: insert("B") });
    expect(fake.tasks.map(({ id }) => id.slice(-2))).toEqual(["-1", "-2"]);
    expect(stack.outputs.key).toBe(stack.resource?.id);
  });
});

describe("userInputs()", () => {
  test("leaves out what is ours, and keeps what nobody knows, to be told as a mistake", () => {
    const properties = { query: "q", __urn: "u", statement: {}, state: "SUCCESS", flavour: 1, onDelete: undefined };
    expect(userInputs(properties)).toEqual({ query: "q", flavour: 1 });
  });
});

describe("outputs", () => {
  test("stay under 4 KB at 10 stages, without the echo of the inputs", async () => {
    const { stack, old } = await leftBy("0.1.0");
    const report = old.outputs.report as { stages: object[] };
    const stages = Array.from({ length: 10 }, (_, number) => ({ ...report.stages[0], number, rows: 123_456_789 }));
    const echo = Object.keys(old.inputs).filter((name) => name !== "statement");
    const ours = Object.entries({ ...stack.outputs, report: { ...report, stages } }).filter(
      ([name]) => !echo.includes(name),
    );
    expect(Buffer.byteLength(JSON.stringify(Object.fromEntries(ours)))).toBeLessThan(4_096);
  });
});
