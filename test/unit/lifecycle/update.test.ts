import { describe, expect, test } from "@jest/globals";
import { insert, replace, setUp } from "../../harness/virtual/setup";

describe("update", () => {
  test("new content is loaded once more, under the next number", async () => {
    const { fake, stack } = setUp();
    await stack.up({ query: insert("A") });
    const outcome = await stack.up({ query: insert("B") });
    expect(outcome).toMatchObject({ asked: ["check", "diff", "update"] });
    expect(outcome.error).toBeUndefined();
    expect(fake.ledger.map(({ content }) => content)).toEqual([insert("A"), insert("B")]);
    expect(stack.outputs).toMatchObject({ state: "SUCCESS", number: 2, adopted: false });
    expect(stack.outputs.taskId).toMatch(/-2$/);
  });

  test.each([
    ["context", { context: { maxNumTasks: 3 } }],
    ["parameters", { query: 'INSERT INTO "events" SELECT ? AS a PARTITIONED BY ALL', parameters: ["x"] }],
    ["triggers", { triggers: ["2024-01-02"] }],
  ])("new %s load once more", async (_name, more) => {
    const { fake, stack } = setUp();
    await stack.up({ query: insert("A") });
    await stack.up({ query: insert("A"), ...more });
    expect(fake.ledger).toHaveLength(2);
  });

  test("back to what it was before loads once more, since the rows are others now", async () => {
    const { fake, stack } = setUp();
    for (const letter of ["A", "B", "A"]) await stack.up({ query: replace(letter) });
    expect(fake.ledger.map(({ content }) => content)).toEqual([replace("A"), replace("B"), replace("A")]);
  });

  test("nothing changed: no request at all", async () => {
    const { stack } = setUp();
    await stack.up({ query: insert("A") });
    const before = stack.resource;
    const outcome = await stack.up({ query: insert("A") });
    expect(outcome).toMatchObject({ asked: ["check", "diff"], requests: 0 });
    expect(stack.resource?.outputs).toEqual(before?.outputs);
  });

  test("other comments and other white space are no change", async () => {
    const { stack } = setUp();
    await stack.up({ query: insert("A") });
    const outcome = await stack.up({ query: `-- nightly\n${insert("A").replaceAll(" ", "  ")}` });
    expect(outcome).toMatchObject({ asked: ["check", "diff"], requests: 0 });
  });

  test("other inputs alone ask nothing, run nothing, mark nothing, and are recorded", async () => {
    const { stack } = setUp();
    await stack.up({ query: insert("A") });
    const before = stack.outputs;
    const more = { onDelete: "dropDatasource", segmentLoadTimeoutSeconds: 5, validate: "off" };
    const outcome = await stack.up({ query: insert("A"), ...more });
    expect(outcome).toMatchObject({ asked: ["check", "diff", "update"], requests: 0 });
    expect(stack.outputs).toEqual({ ...before, ...more });
    expect((await stack.up({ query: insert("A"), ...more })).asked).toEqual(["check", "diff"]);
  });

  test("an input that is taken out again is out of the outputs too", async () => {
    const { stack } = setUp();
    await stack.up({ query: insert("A"), onDelete: "dropDatasource" });
    await stack.up({ query: insert("A") });
    expect(stack.outputs).not.toHaveProperty("onDelete");
  });

  test("another target is another resource: the old one ends, the new one begins", async () => {
    const { fake, stack } = setUp();
    await stack.up({ query: insert("A", "one") });
    const outcome = await stack.up({ query: insert("A", "two") });
    expect(outcome.asked).toEqual(["check", "diff", "delete", "create"]);
    expect(fake.contentsOf("one")).toEqual([insert("A", "one")]);
    expect(fake.contentsOf("two")).toEqual([insert("A", "two")]);
    expect(stack.outputs).toMatchObject({ dataSource: "two", state: "SUCCESS", number: 3 });
  });

  test("back to the first target, which has kept its rows, runs nothing", async () => {
    const { fake, stack } = setUp();
    for (const target of ["one", "two", "one"]) await stack.up({ query: insert("A", target) });
    expect(fake.ledger.map(({ dataSource }) => dataSource)).toEqual(["one", "two"]);
    expect(stack.outputs).toMatchObject({ dataSource: "one", adopted: true, state: "SUCCESS" });
    expect(stack.outputs.taskId).toMatch(/-1$/);
  });

  test("a forced replace runs again", async () => {
    const { fake, stack } = setUp();
    await stack.up({ query: insert("A") });
    const outcome = await stack.replace({ query: insert("A") });
    expect(outcome.error).toBeUndefined();
    expect(outcome.asked).toEqual(["check", "delete", "create"]);
    expect(fake.ledger).toHaveLength(2);
    expect(stack.outputs).toMatchObject({ state: "SUCCESS", adopted: false, number: 3 });
  });

  test("a forced replace of one that drops leaves the new rows alone", async () => {
    const { fake, stack } = setUp();
    await stack.up({ query: insert("A"), onDelete: "dropDatasource" });
    await stack.replace({ query: insert("A"), onDelete: "dropDatasource" });
    expect(fake.ledger.map(({ what }) => what)).toEqual(["insert", "drop", "insert"]);
    expect(fake.warehouse.rowsAtBroker("events")).toBe(1_000);
  });

  test("a renamed url of the same cluster is recorded and runs nothing", async () => {
    const { fake, stack } = setUp({}, { direct: false });
    await stack.up({ query: insert("A") });
    const outcome = await stack.up({ query: insert("A"), connection: { url: "http://other-name:8888" } });
    expect(outcome.error).toBeUndefined();
    expect(outcome.asked).toEqual(["check", "diff", "update"]);
    expect(stack.outputs).toMatchObject({ url: "http://other-name:8888", state: "SUCCESS", number: 1 });
    expect(fake.ledger).toHaveLength(1);
    expect(fake.tasks).toHaveLength(1);
  });
});
