import { describe, expect, test } from "@jest/globals";
import { faults } from "../../harness/fake";
import { json } from "../../harness/fake/exchange";
import { insert, setUp } from "../../harness/virtual/setup";

const ALWAYS = { times: Number.POSITIVE_INFINITY };

describe("what Druid does not answer is no reason to load an INSERT a second time", () => {
  test.each([500, 504])(
    "a list of tasks that ends with %d: the rows may be those of its former name",
    async (status) => {
      const { fake, stack } = setUp();
      await stack.up({ query: insert("A") });
      stack.forget();
      stack.rename({ name: "renamed", alias: false });
      fake.faults.add(faults.answers(json(status, { error: "too slow" }), { on: "tasks", ...ALWAYS }));
      expect((await stack.up({ query: insert("A"), validate: "off" })).error).toMatch(
        new RegExp(`^Cannot list the tasks into "events" on "http://router:8888": ${status}`),
      );
      expect(fake.contentsOf("events")).toEqual([insert("A")]);
    },
  );

  test("a task of ours of which it tells the status, but not what it loads", async () => {
    const { fake, stack } = setUp();
    await stack.up({ query: insert("A") });
    stack.forget();
    fake.faults.add(faults.answers(json(404, { task: null, payload: null }), { on: "payload", ...ALWAYS }));
    expect((await stack.up({ query: insert("A"), validate: "off" })).error).toContain(
      `Cannot read task "query-pulumi-events-e7e12cea53-1" on "http://router:8888": Druid tells its status, but not what it loads`,
    );
    fake.faults.clear();
    expect((await stack.up({ query: insert("A") })).error).toBeUndefined();
    expect(fake.contentsOf("events")).toEqual([insert("A")]);
  });
});
