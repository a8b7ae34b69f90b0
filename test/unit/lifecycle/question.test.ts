import { describe, expect, test } from "@jest/globals";
import { insert, setUp } from "../../harness/virtual/setup";

const ID = (number: number) => `query-pulumi-events-e7e12cea53-${number}`;
const PUBLISHED = { outcome: { fault: "UnknownError", published: true } };
const HEAD = 'Cannot update ingestion "events" on "http://router:8888": ';
const INTO = 'check "events" on "http://router:8888": ';

describe("the question that a run in doubt leaves", () => {
  test("is asked where an INSERT may be there or not, and nothing more is loaded", async () => {
    const { fake, stack } = setUp();
    fake.plan({ outcome: { fault: "WorkerFailed", published: true } });
    await stack.up({ query: insert("A") });
    expect((await stack.up({ query: insert("A") })).error).toMatch(/adoptTaskId.*triggers/);
    expect(fake.contentsOf("events")).toEqual([insert("A")]);
  });

  test("names the run of what is wanted, and the two answers", async () => {
    const { fake, stack } = setUp();
    fake.plan(/-1$/, PUBLISHED);
    await stack.up({ query: insert("A") });
    expect((await stack.up({ query: insert("A") })).error).toBe(
      `${HEAD}it cannot be determined whether task "${ID(1)}" published its rows, and loading them again could duplicate ` +
        `them; ${INTO}if the rows are there, set adoptTaskId to "${ID(1)}"; otherwise change triggers to load them again`,
    );
  });

  test("is not put about other content: the rows of an INSERT stay beside those of any later one", async () => {
    const { fake, stack } = setUp();
    fake.plan(/-[23]$/, PUBLISHED);
    await stack.up({ query: insert("A") });
    await stack.up({ query: insert("B") });
    await stack.up({ query: insert("C") });
    expect((await stack.up({ query: insert("A") })).error).toBeUndefined();
    expect(fake.contentsOf("events")).toEqual([insert("A"), insert("B"), insert("C")]);
    expect((await stack.up({ query: insert("B") })).error).toContain(`set adoptTaskId to "${ID(2)}"`);
  });

  test("names a run that Druid has forgotten by its number", async () => {
    const { fake, stack } = setUp();
    await stack.up({ query: insert("A") });
    fake.plan(/-2$/, { vanish: true });
    await stack.up({ query: insert("B") });
    fake.plan(/-3$/, PUBLISHED);
    await stack.up({ query: insert("C") });
    expect((await stack.up({ query: insert("B") })).error).toContain(
      `if the rows are there, set adoptTaskId to "${ID(2)}"`,
    );
    // Druid knows nothing of it, so the word of whoever has looked has to do.
    expect((await stack.up({ query: insert("B"), adoptTaskId: ID(2) })).error).toBeUndefined();
    expect(stack.outputs).toMatchObject({ state: "SUCCESS", adopted: true, taskId: ID(2), number: 4 });
    expect((await stack.up({ query: insert("B"), adoptTaskId: ID(2) })).asked).toEqual(["check", "diff"]);
  });

  test("names an adopted task that Druid has forgotten, and accepts it as the answer, also after other content", async () => {
    const { clock, fake, stack } = setUp();
    fake.plan("query-by-hand", { runMs: 60_000 });
    const body = JSON.stringify({ query: insert("A"), context: { sqlQueryId: "by-hand" } });
    await fake.handle({ method: "POST", path: "/druid/v2/sql/task", query: {}, headers: {}, body });
    fake.in(10_000, () => fake.cleanHistory("query-by-hand"));
    const adoptTaskId = "query-by-hand";
    expect((await stack.up({ query: insert("A"), adoptTaskId })).error).toContain("no longer knows the adopted task");
    await clock.advance(60_000);
    expect((await stack.up({ query: insert("B") })).error).toBeUndefined();
    expect((await stack.up({ query: insert("A") })).error).toContain(`set adoptTaskId to "${adoptTaskId}"`);
    expect((await stack.up({ query: insert("A"), adoptTaskId })).error).toBeUndefined();
    expect((await stack.up({ query: insert("C"), adoptTaskId: "query-unknown" })).error).toContain(
      "Druid does not know it",
    );
    expect(fake.contentsOf("events")).toEqual([insert("A"), insert("B")]);
  });

  test("leaves one answer where Druid has told too late that nothing was published", async () => {
    const { clock, fake, stack } = setUp();
    fake.plan(/-1$/, { outcome: { fault: "WorkerFailed", published: false, stageNumber: 1 }, reportDelayMs: 20_000 });
    await stack.up({ query: insert("A") });
    expect(stack.outputs).toMatchObject({ state: "FAILED", published: [expect.stringMatching(/^v1:.*\?$/)] });
    await clock.advance(60_000);
    expect((await stack.up({ query: insert("A") })).error).toBe(
      `${HEAD}as Druid reports only now, task "${ID(1)}" published no rows, and nothing runs again without your consent: ` +
        "change triggers to load them",
    );
    expect((await stack.up({ query: insert("A"), triggers: ["again"] })).error).toBeUndefined();
    expect(fake.contentsOf("events")).toEqual([insert("A")]);
  });

  test("is about the run in doubt also after a refresh has accounted for it", async () => {
    const { clock, fake, stack, later } = setUp();
    await stack.up({ query: insert("A") });
    fake.plan(/-2$/, PUBLISHED);
    await stack.up({ query: insert("B") }, { meanwhile: later(1_000, (process) => process.kill()) });
    await clock.advance(60_000);
    await stack.refresh();
    expect(stack.outputs).toMatchObject({ state: "STALE", number: 2 });
    expect((await stack.up({ query: insert("B") })).error).toContain(
      `if the rows are there, set adoptTaskId to "${ID(2)}"; otherwise change triggers`,
    );
  });
});
