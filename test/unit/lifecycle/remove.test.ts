import { describe, expect, test } from "@jest/globals";
import { faults } from "../../harness/fake";
import type { ProviderProcess } from "../../harness/virtual/process";
import { insert, setUp } from "../../harness/virtual/setup";

const stop = (process: ProviderProcess) => process.interrupt();
const DROP = "dropDatasource";

describe("delete", () => {
  test("keeps the rows", async () => {
    const { fake, stack } = setUp();
    await stack.up({ query: insert("A") });
    await stack.destroy();
    expect(stack.resource).toBeUndefined();
    expect(fake.contentsOf("events")).toEqual([insert("A")]);
  });

  test("keeps the rows and leaves a mark, so that nothing late runs on", async () => {
    const { fake, stack } = setUp();
    await stack.up({ query: insert("A") });
    const outcome = await stack.destroy();
    expect(outcome.error).toBeUndefined();
    expect(stack.resource).toBeUndefined();
    expect(fake.contentsOf("events")).toEqual([insert("A")]);
    expect(fake.tasks.at(-1)).toMatchObject({
      id: "query-pulumi-events-e7e12cea53-2",
      type: "noop",
      dataSource: "events",
      context: { pulumiDruid: `mark - ${stack.urn}` },
    });
    expect(fake.receivedOn("shutdown")).toEqual([]);
  });

  test("and the same again: the rows are known, nothing is run", async () => {
    const { fake, stack } = setUp();
    await stack.up({ query: insert("A") });
    await stack.destroy();
    await stack.up({ query: insert("A") });
    expect(fake.ledger).toHaveLength(1);
    expect(stack.outputs).toMatchObject({ adopted: true, number: 3 });
  });

  test("cancels what runs, and waits for its end", async () => {
    const { clock, fake, stack, later } = setUp();
    fake.plan({ runMs: 600_000 });
    await stack.up({ query: insert("A") }, { meanwhile: later(20_000, stop) });
    const start = clock.now();
    expect((await stack.destroy()).error).toBeUndefined();
    expect(clock.now() - start).toBeLessThan(10_000);
    expect(fake.tasks.map(({ type, statusCode }) => `${type} ${statusCode}`)).toEqual([
      "query_controller FAILED",
      "noop RUNNING",
    ]);
    expect(fake.ledger).toEqual([]);
  });

  test("cancels all of the sequence, also what the state does not know", async () => {
    const { clock, fake, stack, later } = setUp();
    await stack.up({ query: insert("A") });
    fake.plan({ runMs: 600_000 });
    await stack.up({ query: insert("B") }, { meanwhile: later(5_000, (process) => process.kill()) });
    expect((await stack.destroy()).error).toBeUndefined();
    await clock.advance(3_600_000);
    expect(fake.ledger).toHaveLength(1);
  });

  test("of a task that ends by itself just then is fine, and its rows stay", async () => {
    const { fake, stack, later } = setUp();
    fake.plan({ runMs: 30_000 });
    await stack.up({ query: insert("A") }, { meanwhile: later(20_000, stop) });
    fake.faults.add(faults.slow(20_000, { on: "payload" }));
    expect((await stack.destroy()).error).toBeUndefined();
    expect(fake.receivedOn("shutdown")).toHaveLength(1);
    expect(fake.tasks[0]).toMatchObject({ statusCode: "SUCCESS" });
    expect(fake.contentsOf("events")).toEqual([insert("A")]);
  });

  test("of a task that is gone already is fine", async () => {
    const { fake, stack, later } = setUp();
    fake.plan({ runMs: 600_000 });
    await stack.up({ query: insert("A") }, { meanwhile: later(20_000, stop) });
    fake.cleanHistory(String(stack.outputs.taskId));
    expect((await stack.destroy()).error).toBeUndefined();
    expect(stack.resource).toBeUndefined();
  });

  test("where Druid cannot be reached fails, and nothing is forgotten", async () => {
    const { fake, stack } = setUp();
    await stack.up({ query: insert("A") });
    const before = stack.resource;
    fake.faults.add(faults.refuse({ times: Number.POSITIVE_INFINITY }));
    const outcome = await stack.destroy();
    expect(outcome.error).toMatch(
      /^Cannot look up tasks on "http:\/\/router:8888": the connection was refused; .*\(the resource stays in the state: run the delete again, or `pulumi state delete` if Druid is gone for good\)$/,
    );
    expect(stack.resource).toBe(before);
    fake.faults.clear();
    expect((await stack.destroy()).error).toBeUndefined();
  });

  test("with a mark that is forbidden is a warning", async () => {
    const { fake, stack } = setUp({ forbidden: ["noop"] });
    await stack.up({ query: insert("A") });
    const outcome = await stack.destroy();
    expect(outcome.error).toBeUndefined();
    expect(stack.resource).toBeUndefined();
    expect(outcome.lines.filter(({ kind }) => kind === "warning").map(({ message }) => message)).toEqual([
      expect.stringMatching(
        /^Cannot record in Druid that the ingestion was deleted: .*403.*; continuing without the record$/,
      ),
    ]);
    expect(fake.tasks).toHaveLength(1);
  });

  test("runs from the state of a create that never came to a run", async () => {
    const { clock, fake, stack, later } = setUp();
    fake.faults.add({ ...faults.lateHang(30_000), on: "submit", skip: 1 });
    await stack.up({ query: insert("A") }, { meanwhile: later(5_000, stop) });
    expect((await stack.destroy()).error).toBeUndefined();
    // The submit that arrives late finds its number taken.
    await clock.advance(60_000);
    expect(fake.tasks.map(({ type }) => type)).toEqual(["noop"]);
  });
});

describe("delete with dropDatasource", () => {
  test("takes the rows, waits until they are gone, and says so by a tombstone", async () => {
    const { clock, fake, stack } = setUp();
    await stack.up({ query: insert("A"), onDelete: DROP });
    fake.warehouse.dropDelayMs = 8_000;
    const start = clock.now();
    const outcome = await stack.destroy();
    expect(outcome.error).toBeUndefined();
    expect(clock.now() - start).toBeGreaterThanOrEqual(8_000);
    expect(outcome.lines.map(({ message }) => message)).toContain(
      'Dropping "events": all its segments are marked unused',
    );
    expect(fake.warehouse.rowsAtBroker("events")).toBeUndefined();
    expect(fake.tasks.at(-1)?.context).toEqual({ pulumiDruid: `tombstone events ${stack.urn}` });
  });

  test("and created again loads again", async () => {
    const { fake, stack } = setUp();
    await stack.up({ query: insert("A"), onDelete: DROP });
    await stack.destroy();
    await stack.up({ query: insert("A"), onDelete: DROP });
    expect(fake.ledger.map(({ what }) => what)).toEqual(["insert", "drop", "insert"]);
    expect(stack.outputs).toMatchObject({ adopted: false });
  });

  test("is refused while a neighbour loads into the same datasource", async () => {
    const { fake, stack } = setUp();
    const args = { query: insert("A"), onDelete: DROP };
    const neighbours = [{ name: "other", args: { query: insert("B") } }];
    await stack.up(args, { neighbours });
    const outcome = await stack.destroy({ neighbours });
    expect(outcome.error).toBeUndefined();
    expect(outcome.lines).toContainEqual(
      expect.objectContaining({
        kind: "warning",
        message: '"events" is not dropped, since "other" also loads into it: its rows stay',
      }),
    );
    expect(fake.receivedOn("drop")).toEqual([]);
    expect(fake.contentsOf("events")).toEqual([insert("A")]);
  });

  test("is left out where this ingestion has published nothing", async () => {
    const { fake, stack } = setUp();
    fake.warehouse.publish({
      what: "insert",
      dataSource: "events",
      content: "others' rows",
      rows: 5,
      taskId: "x",
      context: {},
      segments: 1,
      loadDelayMs: 0,
    });
    fake.plan({ outcome: { fault: "InsertTimeNull" } });
    await stack.up({ query: insert("A"), onDelete: DROP });
    const outcome = await stack.destroy();
    expect(fake.receivedOn("drop")).toEqual([]);
    expect(outcome.lines.map(({ message }) => message)).toContain(
      '"events" is not dropped: this ingestion has published nothing into it',
    );
  });

  test("drops what a run has published that was never accounted for", async () => {
    const { clock, fake, stack, later } = setUp();
    fake.plan({ runMs: 60_000 });
    await stack.up({ query: insert("A"), onDelete: DROP }, { meanwhile: later(20_000, stop) });
    await clock.advance(120_000);
    await stack.destroy();
    expect(fake.contentsOf("events")).toEqual([]);
  });

  test("drops what a run may have published that Druid has forgotten", async () => {
    const { clock, fake, stack, later } = setUp();
    fake.plan({ runMs: 60_000 });
    await stack.up({ query: insert("A"), onDelete: DROP }, { meanwhile: later(20_000, stop) });
    await clock.advance(120_000);
    fake.cleanHistory();
    await stack.destroy();
    expect(fake.contentsOf("events")).toEqual([]);
  });

  test("drops what an adopted run has published by its own end", async () => {
    const { clock, fake, stack, later } = setUp();
    fake.plan({ runMs: 60_000 });
    const body = JSON.stringify({ query: insert("A"), context: { sqlQueryId: "by-hand" } });
    await fake.handle({ method: "POST", path: "/druid/v2/sql/task", query: {}, headers: {}, body });
    const args = { query: insert("A"), onDelete: DROP, adoptTaskId: "query-by-hand" };
    await stack.up(args, { meanwhile: later(20_000, stop) });
    await clock.advance(120_000);
    await stack.destroy();
    expect(fake.contentsOf("events")).toEqual([]);
  });

  test("begins again where its number was taken meanwhile", async () => {
    const { fake, stack } = setUp();
    await stack.up({ query: insert("A"), onDelete: DROP });
    const body = JSON.stringify({ query: insert("B"), context: { sqlQueryId: "pulumi-events-e7e12cea53-2" } });
    const taken = () => fake.handle({ method: "POST", path: "/druid/v2/sql/task", query: {}, headers: {}, body });
    fake.faults.add(faults.slow(1_000, { on: "drop" }));
    fake.in(100, () => void taken());
    expect((await stack.destroy()).error).toBeUndefined();
    expect(fake.tasks.find(({ id }) => id.endsWith("-2"))).toMatchObject({ statusCode: "FAILED", cancelled: true });
    expect(fake.tasks.at(-1)?.context.pulumiDruid).toMatch(/^tombstone events /);
    expect(fake.contentsOf("events")).toEqual([]);
  });

  test("a lost answer to the drop is asked again", async () => {
    const { fake, stack } = setUp();
    await stack.up({ query: insert("A"), onDelete: DROP });
    fake.faults.add(faults.resetAfter({ on: "drop" }));
    expect((await stack.destroy()).error).toBeUndefined();
    expect(fake.receivedOn("drop")).toHaveLength(2);
    expect(fake.contentsOf("events")).toEqual([]);
  });

  test("a drop that never comes to an end fails, and nothing is forgotten", async () => {
    const { clock, fake, stack } = setUp();
    await stack.up({ query: insert("A"), onDelete: DROP });
    fake.warehouse.dropDelayMs = Number.POSITIVE_INFINITY;
    const start = clock.now();
    const outcome = await stack.destroy();
    expect(outcome.error).toMatch(
      /^Cannot delete ingestion "events" on "http:\/\/router:8888": "events" can still be queried 10 minutes after it was dropped/,
    );
    expect(clock.now() - start).toBeLessThan(11 * 60_000);
    expect(stack.resource).toBeDefined();
    expect(fake.receivedOn("sql").length).toBeLessThan(400);
  });

  test("a dropper of the old target: another target takes the old rows and no others", async () => {
    const { fake, stack } = setUp();
    await stack.up({ query: insert("A", "one"), onDelete: DROP });
    const outcome = await stack.up({ query: insert("A", "two"), onDelete: DROP });
    expect(outcome.asked).toEqual(["check", "diff", "delete", "create"]);
    expect(outcome.error).toBeUndefined();
    expect(fake.contentsOf("one")).toEqual([]);
    expect(fake.contentsOf("two")).toEqual([insert("A", "two")]);
  });
});
