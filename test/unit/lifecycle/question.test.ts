import { describe, expect, test } from "@jest/globals";
import { insert, setUp } from "../../simulation/setup";

const ID = (number: number) => `query-pulumi-events-e7e12cea53-${number}`;
const PUBLISHED = { outcome: { fault: "UnknownError", published: true } };
const HEAD = 'Cannot update ingestion "events" on "http://router:8888": ';
const INTO = 'look into "events" on "http://router:8888": ';

describe("the question that a run in doubt leaves", () => {
  test("after another content's run: back to what was there before", async () => {
    const { fake, stack } = setUp();
    fake.plan(/-2$/, PUBLISHED);
    await stack.up({ query: insert("A") });
    await stack.up({ query: insert("B") });
    expect((await stack.up({ query: insert("A") })).error).toBe(
      `${HEAD}task "${ID(2)}" ended without telling whether its rows were published, so nobody can say whether what is ` +
        `wanted is the last that was loaded; ${INTO}if the rows of task "${ID(1)}" are there and no row of task ` +
        `"${ID(2)}" is set adoptTaskId to "${ID(1)}", else change triggers to load what is wanted again`,
    );
    await stack.up({ query: insert("A"), triggers: ["again"] });
    expect(fake.contentsOf("events")).toEqual([insert("A"), insert("B"), insert("A")]);
  });

  test("after several runs in doubt names them all", async () => {
    const { fake, stack } = setUp();
    fake.plan(/-[23]$/, PUBLISHED);
    await stack.up({ query: insert("A") });
    await stack.up({ query: insert("B") });
    await stack.up({ query: insert("C") });
    const { error } = await stack.up({ query: insert("A") });
    expect(error).toContain(`tasks "${ID(2)}", "${ID(3)}" ended without telling whether their rows were published`);
    expect(error).toContain(
      `if the rows of task "${ID(1)}" are there and no rows of the later ones are set adoptTaskId`,
    );
    expect((await stack.up({ query: insert("B") })).error).toContain(
      `if the rows of task "${ID(2)}" are there and no row of task "${ID(3)}" is set adoptTaskId to "${ID(2)}"`,
    );
  });

  test("names a run that Druid has forgotten by its number", async () => {
    const { fake, stack } = setUp();
    await stack.up({ query: insert("A") });
    fake.plan(/-2$/, { vanish: true });
    await stack.up({ query: insert("B") });
    fake.plan(/-3$/, PUBLISHED);
    await stack.up({ query: insert("C") });
    expect((await stack.up({ query: insert("B") })).error).toContain(
      `if the rows of task "${ID(2)}" are there and no row of task "${ID(3)}" is set adoptTaskId to "${ID(2)}"`,
    );
    // Druid knows nothing of it, so the word of whoever has looked has to do.
    expect((await stack.up({ query: insert("B"), adoptTaskId: ID(2) })).error).toBeUndefined();
    expect(stack.outputs).toMatchObject({ state: "SUCCESS", adopted: true, taskId: ID(2), number: 3 });
    expect((await stack.up({ query: insert("B"), adoptTaskId: ID(2) })).asked).toEqual(["check", "diff"]);
  });

  test("leaves one answer where Druid has told too late that nothing was published", async () => {
    const { clock, fake, stack } = setUp();
    fake.plan(/-1$/, { outcome: { fault: "WorkerFailed", published: false, stageNumber: 1 }, reportDelayMs: 20_000 });
    await stack.up({ query: insert("A") });
    expect(stack.outputs).toMatchObject({ state: "FAILED", published: ["none", expect.stringMatching(/^v1:/)] });
    await clock.advance(60_000);
    expect((await stack.up({ query: insert("A") })).error).toBe(
      `${HEAD}task "${ID(1)}" ended without telling whether its rows were published, and Druid says only now that it ` +
        "published nothing; change triggers to load what is wanted again",
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
      `if the rows are there set adoptTaskId to "${ID(2)}", if they are not change triggers`,
    );
  });
});
