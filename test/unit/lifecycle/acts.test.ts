/** What people do to ingestions beside running them, with INSERT, which shows every second load. */
import { describe, expect, test } from "@jest/globals";
import { type FakeDruid, faults, isRun } from "../../harness/fake";
import { insert, replace, setUp } from "../../harness/virtual/setup";
import { Stack } from "../../harness/virtual/stack";

/** A task that somebody started without us. */
async function byHand(fake: FakeDruid, query: string, sqlQueryId = "by-hand"): Promise<string> {
  const body = JSON.stringify({ query, context: { sqlQueryId } });
  await fake.handle({ method: "POST", path: "/druid/v2/sql/task", query: {}, headers: {}, body });
  return `query-${sqlQueryId}`;
}

describe("adoptTaskId", () => {
  test.each([
    ["has ended", 10_000],
    ["still runs", 0],
  ])("in an update to new content takes the task that %s", async (_how, waitMs) => {
    const { clock, fake, stack } = setUp();
    await stack.up({ query: insert("A") });
    fake.plan("query-by-hand", { runMs: 5_000 });
    const adoptTaskId = await byHand(fake, insert("B"));
    await clock.advance(waitMs);
    expect((await stack.up({ query: insert("B"), adoptTaskId })).error).toBeUndefined();
    expect(fake.contentsOf("events")).toEqual([insert("A"), insert("B")]);
    expect(stack.outputs).toMatchObject({ state: "SUCCESS", adopted: true, taskId: adoptTaskId });
  });

  test("in a replacement to another datasource takes the run there", async () => {
    const { clock, fake, stack } = setUp();
    await stack.up({ query: insert("A") });
    const adoptTaskId = await byHand(fake, insert("A", "others"));
    await clock.advance(10_000);
    expect((await stack.up({ query: insert("A", "others"), adoptTaskId })).error).toBeUndefined();
    expect(fake.contentsOf("others")).toEqual([insert("A", "others")]);
  });

  test("after a first run that failed takes what was then loaded by hand", async () => {
    const { clock, fake, stack } = setUp();
    fake.plan(/-1$/, { outcome: { fault: "InsertTimeNull" } });
    await stack.up({ query: insert("A") });
    const adoptTaskId = await byHand(fake, insert("A"));
    await clock.advance(10_000);
    expect((await stack.up({ query: insert("A"), adoptTaskId })).error).toBeUndefined();
    expect(fake.contentsOf("events")).toEqual([insert("A")]);
  });

  test("in a create whose sequence has entries takes the task", async () => {
    const { clock, fake, stack } = setUp();
    await stack.up({ query: insert("A") });
    await stack.destroy();
    const adoptTaskId = await byHand(fake, insert("B"));
    await clock.advance(10_000);
    expect((await stack.up({ query: insert("B"), adoptTaskId })).error).toBeUndefined();
    expect(fake.contentsOf("events")).toEqual([insert("A"), insert("B")]);
  });

  test.each(["destroyed", "lost from state"])("what was adopted is found again once it was %s", async (how) => {
    const { clock, fake, stack } = setUp();
    const adoptTaskId = await byHand(fake, insert("A"));
    await clock.advance(10_000);
    await stack.up({ query: insert("A"), adoptTaskId });
    if (how === "destroyed") await stack.destroy();
    else stack.forget();
    expect((await stack.up({ query: insert("A") })).error).toBeUndefined();
    expect(fake.contentsOf("events")).toEqual([insert("A")]);
    expect(stack.outputs).toMatchObject({ adopted: true, taskId: adoptTaskId });
  });

  test("is refused for a run of our own of other content, and nothing runs", async () => {
    const { fake, stack } = setUp();
    await stack.up({ query: insert("A") });
    await stack.up({ query: insert("B") });
    const tasks = fake.tasks.length;
    const adoptTaskId = fake.tasks[0]?.id ?? "";
    expect((await stack.up({ query: insert("C"), adoptTaskId })).error).toContain(
      `Cannot adopt task "${adoptTaskId}" on "http://router:8888": it is an earlier run of this ingestion, with a different query`,
    );
    expect(fake.tasks).toHaveLength(tasks);
  });

  test("is refused where the rows of the task are gone", async () => {
    const { clock, fake, stack } = setUp();
    const adoptTaskId = await byHand(fake, insert("A"));
    await clock.advance(10_000);
    const path = "/druid/coordinator/v1/datasources/events";
    await fake.handle({ method: "DELETE", path, query: {}, headers: {}, body: "" });
    const { error } = await stack.up({ query: insert("A"), adoptTaskId });
    expect(error).toContain('its rows are no longer in "events"; remove adoptTaskId to load them again');
  });
});

describe("a rename", () => {
  test.each([
    ["an alias", { name: "fresh" }, "destroyed"],
    ["an alias", { name: "fresh" }, "lost from state"],
    ["the stack", { stack: "prod", alias: false }, "destroyed"],
    ["the stack", { stack: "prod", alias: false }, "lost from state"],
  ])("by %s (%j), then %s: what was loaded is found", async (_what, to, how) => {
    const { fake, stack } = setUp();
    await stack.up({ query: insert("A") });
    stack.rename(to);
    const renamed = await stack.up({ query: insert("A") });
    expect(renamed.asked).toEqual(["check", "diff", "update"]);
    expect((await stack.up({ query: insert("A") })).requests).toBe(0);
    if (how === "destroyed") await stack.destroy();
    else stack.forget();
    expect((await stack.up({ query: insert("A") })).error).toBeUndefined();
    expect(fake.contentsOf("events")).toEqual([insert("A")]);
  });

  test("of the stack, destroyed before any `pulumi up`: what was loaded is found", async () => {
    const { fake, stack } = setUp();
    await stack.up({ query: insert("A") });
    stack.rename({ stack: "prod", alias: false });
    expect((await stack.destroy()).error).toBeUndefined();
    expect((await stack.up({ query: insert("A") })).error).toBeUndefined();
    expect(fake.contentsOf("events")).toEqual([insert("A")]);
  });

  test("after a first create that was killed: the run is found under the alias and joined", async () => {
    const { fake, stack, later } = setUp();
    fake.plan({ runMs: 60_000 });
    await stack.up({ query: insert("A") }, { meanwhile: later(5_000, (process) => process.kill()) });
    expect(stack.resource).toBeUndefined();
    stack.rename({ name: "fresh" });
    expect((await stack.up({ query: insert("A") })).error).toBeUndefined();
    expect(fake.contentsOf("events")).toEqual([insert("A")]);
    await stack.destroy();
    await stack.up({ query: insert("A") });
    expect(fake.contentsOf("events")).toEqual([insert("A")]);
  });

  test("after a killed first create: its late request loads nothing in addition to the new load", async () => {
    const { clock, fake, stack, later } = setUp();
    fake.faults.add(faults.lateHang(30_000, { on: isRun }));
    await stack.up({ query: insert("A") }, { meanwhile: later(5_000, (process) => process.kill()) });
    stack.rename({ name: "fresh" });
    expect((await stack.up({ query: insert("A") })).error).toBeUndefined();
    await clock.advance(60_000);
    expect(fake.contentsOf("events")).toEqual([insert("A")]);
  });

  test("while a run is left running: it is joined under the new name", async () => {
    const { fake, stack, later } = setUp();
    fake.plan({ runMs: 60_000 });
    await stack.up({ query: insert("A") }, { meanwhile: later(5_000, (process) => process.interrupt()) });
    stack.rename({ name: "fresh" });
    expect((await stack.up({ query: insert("A") })).error).toBeUndefined();
    expect(fake.contentsOf("events")).toEqual([insert("A")]);
    expect(stack.outputs).toMatchObject({ state: "SUCCESS", key: expect.stringMatching(/^pulumi-fresh-/) });
    expect((await stack.up({ query: insert("A") })).requests).toBe(0);
  });

  test("of a run that Druid then forgets: a REPLACE runs again, as it would under its old name", async () => {
    const { fake, stack, later } = setUp();
    fake.plan({ runMs: 60_000 });
    await stack.up({ query: replace("A") }, { meanwhile: later(5_000, (process) => process.interrupt()) });
    stack.rename({ name: "fresh" });
    const forgets = { meanwhile: later(5_000, () => fake.restartOverlord({ forget: true, running: "fails" })) };
    expect((await stack.up({ query: replace("A") }, forgets)).error).toBeUndefined();
    expect(stack.outputs).toMatchObject({ state: "SUCCESS", adopted: false });
  });

  test("that does not come to its end says what and where", async () => {
    const { fake, stack } = setUp();
    await stack.up({ query: insert("A") });
    stack.rename({ name: "fresh" });
    fake.faults.add(faults.refuse({ times: 10_000 }));
    const { error } = await stack.up({ query: insert("A") }, { timeouts: { update: "1s" } });
    expect(error).toBe(
      'Cannot update ingestion "fresh" on "http://router:8888": it took longer than the 1 s of customTimeouts.update',
    );
  });

  test("whose note gets no answer writes it only once", async () => {
    const { fake, stack } = setUp();
    await stack.up({ query: insert("A") });
    stack.rename({ name: "fresh" });
    fake.faults.add(faults.resetAfter({ on: "noop" }));
    expect((await stack.up({ query: insert("A") })).error).toBeUndefined();
    const notes = fake.tasks.filter(({ context }) => /^from /.test(String(context.pulumiDruid)));
    expect(notes).toHaveLength(1);
    expect(stack.outputs).toMatchObject({ state: "SUCCESS", number: 1 });
  });

  test("and new content with it: the new content runs once, under the new name", async () => {
    const { fake, stack } = setUp();
    await stack.up({ query: insert("A") });
    stack.rename({ name: "fresh" });
    await stack.up({ query: insert("B") });
    await stack.up({ query: insert("A") });
    expect(fake.contentsOf("events")).toEqual([insert("A"), insert("B")]);
  });

  test("there and back, with a loss of the state each time", async () => {
    const { fake, stack } = setUp();
    await stack.up({ query: insert("A") });
    for (const name of ["fresh", "events", "fresh"]) {
      stack.rename({ name });
      await stack.up({ query: insert("A") });
      stack.forget();
      expect((await stack.up({ query: insert("A") })).error).toBeUndefined();
    }
    expect(fake.contentsOf("events")).toEqual([insert("A")]);
  });

  test("frees the old name for a stack that is new: its loads are its own", async () => {
    const { clock, fake, stack } = setUp();
    await stack.up({ query: insert("A") });
    stack.rename({ stack: "old", alias: false });
    await stack.up({ query: insert("A") });
    const other = new Stack({ fake, clock, config: { "druid:url": "http://router:8888" } });
    expect((await other.up({ query: insert("A", "others") })).error).toBeUndefined();
    expect((await other.up({ query: insert("B", "others") })).error).toBeUndefined();
    expect(fake.contentsOf("others")).toEqual([insert("A", "others"), insert("B", "others")]);
    expect((await stack.up({ query: insert("B") })).error).toBeUndefined();
    expect(fake.contentsOf("events")).toEqual([insert("A"), insert("B")]);
  });

  test("of a stack whose load still runs: a new stack under the old name leaves it alone", async () => {
    const { clock, fake, stack, later } = setUp();
    fake.plan({ runMs: 60_000 });
    await stack.up({ query: insert("A") }, { meanwhile: later(5_000, (process) => process.interrupt()) });
    stack.rename({ stack: "old", alias: false });
    const other = new Stack({ fake, clock, config: { "druid:url": "http://router:8888" } });
    expect((await other.up({ query: insert("B", "others") })).error).toBeUndefined();
    expect((await stack.up({ query: insert("A") })).error).toBeUndefined();
    expect(fake.contentsOf("events")).toEqual([insert("A")]);
    expect(fake.contentsOf("others")).toEqual([insert("B", "others")]);
  });

  test("without an alias is refused where the rows are there, and says what to write", async () => {
    const { fake, stack, clock } = setUp();
    await stack.up({ query: insert("A") });
    const fresh = new Stack({ fake, clock, name: "fresh", config: { "druid:url": "http://router:8888" } });
    const { error } = await fresh.up({ query: insert("A") });
    expect(error).toContain('add the resource option aliases: [{ name: "events" }]');
    expect(fake.contentsOf("events")).toEqual([insert("A")]);
    expect((await fresh.up({ query: insert("A"), triggers: ["on purpose"] })).error).toBeUndefined();
  });

  test("without an alias for the old parent is refused, with the old URN to add", async () => {
    const { fake, stack } = setUp();
    await stack.up({ query: insert("A") });
    const { urn } = stack;
    stack.forget();
    stack.urn = urn.replace("::pulumi-nodejs:", "::acme:data:Lake$pulumi-nodejs:");
    const { error } = await stack.up({ query: insert("A") });
    expect(error).toContain(`new name or parent, add the resource option aliases: ["${urn}"]`);
    expect(fake.ledger).toHaveLength(1);
  });

  test("of a REPLACE to and fro keeps what is last, last", async () => {
    const { fake, stack } = setUp();
    await stack.up({ query: replace("A") });
    stack.rename({ name: "fresh" });
    await stack.up({ query: replace("B") });
    await stack.destroy();
    await stack.up({ query: replace("A") });
    expect(fake.contentsOf("events")).toEqual([replace("A")]);
  });
});

describe("the rows of an INSERT", () => {
  test("are kept where other content was wanted for a while, by an interrupt or a kill", async () => {
    for (const end of ["interrupt", "kill"] as const) {
      const { clock, fake, stack, later } = setUp();
      await stack.up({ query: insert("A") });
      fake.plan({ runMs: 20_000 });
      await stack.up({ query: insert("B") }, { meanwhile: later(5_000, (process) => process[end]()) });
      await clock.advance(60_000);
      if (end === "kill") await stack.refresh();
      expect((await stack.up({ query: insert("A") })).error).toBeUndefined();
      expect(fake.contentsOf("events")).toEqual([insert("A"), insert("B")]);
    }
  });

  test("are kept over destroys between, and a drop ends that", async () => {
    const { fake, stack } = setUp();
    for (const letter of ["A", "B", "A"]) {
      await stack.up({ query: insert(letter) });
      await stack.destroy();
    }
    expect(fake.contentsOf("events")).toEqual([insert("A"), insert("B")]);
    await stack.up({ query: insert("A"), onDelete: "dropDatasource" });
    await stack.destroy();
    await stack.up({ query: insert("A") });
    expect(fake.contentsOf("events")).toEqual([insert("A")]);
  });

  test("are not loaded again by a trigger that is taken out", async () => {
    const { fake, stack } = setUp();
    await stack.up({ query: insert("A") });
    await stack.up({ query: insert("A"), triggers: [1] });
    expect(fake.ledger).toHaveLength(2);
    await stack.up({ query: insert("A") });
    expect(fake.ledger).toHaveLength(2);
  });
});

describe("a forced replacement", () => {
  const WARNING = /^This ingestion has already loaded these rows into "events" \(task "query-.*-1"\)/;
  const preview = async (letter: string, more = {}, statement = insert) => {
    const { stack } = setUp();
    await stack.up({ query: statement("A"), ...more });
    stack.forget();
    const { error, lines } = await stack.preview({ query: statement(letter), ...more });
    expect(error).toBeUndefined();
    return lines.filter(({ kind }) => kind === "warning").map(({ message }) => message);
  };

  test("of an INSERT gets a warning in preview that it loads again, since it looks like a create", async () => {
    expect(await preview("A")).toEqual([expect.stringMatching(WARNING)]);
  });

  test("gets no warning for other content, for a REPLACE, and if the delete drops the datasource", async () => {
    const told = [
      await preview("B"),
      await preview("A", { onDelete: "dropDatasource" }),
      await preview("A", {}, replace),
    ];
    expect(told.flat().filter((text) => WARNING.test(text))).toEqual([]);
  });

  test.each([
    [["payload"], undefined],
    [["tasks"], /grant DATASOURCE "events" READ$/],
    [["tasks", "statuses", "status"], /grant DATASOURCE "events" READ$/],
  ] as const)(
    "gets no warning if Druid refuses the user %j, but is refused itself if that user may not follow it",
    async (forbidden, refusal) => {
      const { fake, stack } = setUp();
      await stack.up({ query: insert("A") });
      stack.forget();
      for (const on of forbidden) fake.faults.add(faults.forbidden({ on, times: 100 }));
      const { error, lines } = await stack.preview({ query: insert("A") });
      expect(error).toEqual(refusal && expect.stringMatching(refusal));
      expect(lines.filter(({ message }) => WARNING.test(message))).toEqual([]);
      expect(fake.ledger).toHaveLength(1);
    },
  );
});

test("a forced replacement of what was renamed in the same `pulumi up` loads again", async () => {
  const { fake, stack } = setUp();
  await stack.up({ query: replace("A") });
  stack.rename({ name: "fresh" });
  expect((await stack.replace({ query: replace("A") })).error).toBeUndefined();
  expect(fake.ledger.filter(({ what }) => what === "replace")).toHaveLength(2);
});
