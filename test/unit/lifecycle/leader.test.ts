import { describe, expect, test } from "@jest/globals";
import { faults } from "../../harness/fake";
import { insert, setUp } from "../../harness/virtual/setup";

/** The real transport, which has to follow the redirects. */
const OVER_HTTP = { direct: false };
const LOGIN = { url: "http://router:8888", username: "loader", password: "swordfish" };

describe("the leader changes in the middle of a load", () => {
  test.each(["redirect", "noDestination", "empty503", "html502"] as const)(
    "and the old one answers with %s: the rows are loaded once",
    async (how) => {
      const { fake, stack } = setUp({}, OVER_HTTP);
      fake.url = "http://router:8090";
      fake.plan({ runMs: 60_000 });
      for (const ms of [100, 20_000, 40_000]) fake.in(ms, () => fake.overlordAway(8_000, how));
      const outcome = await stack.up({ query: insert("A"), connection: LOGIN });
      expect(outcome.error).toBeUndefined();
      expect(stack.outputs).toMatchObject({ state: "SUCCESS", number: 1 });
      expect(fake.ledger).toHaveLength(1);
      expect(fake.receivedOn("submit").every(({ headers }) => headers.authorization?.startsWith("Basic "))).toBe(true);
    },
  );

  test("while the query is submitted: the answer is lost, and the rows are loaded once", async () => {
    const { fake, stack } = setUp({}, OVER_HTTP);
    fake.faults.add(
      faults.wrapped503After({ on: (request) => !request.body?.includes("EXPLAIN") && request.route === "submit" }),
    );
    fake.in(150, () => fake.overlordAway(5_000, "empty503"));
    expect((await stack.up({ query: insert("A"), connection: LOGIN })).error).toBeUndefined();
    expect(fake.ledger).toHaveLength(1);
  });

  test("to a leader on another host: said, and nothing is sent there", async () => {
    const { fake, stack } = setUp({}, OVER_HTTP);
    fake.url = "http://elsewhere:8090";
    fake.overlordAway(600_000, "redirect");
    const { error } = await stack.up({ query: insert("A"), connection: LOGIN });
    expect(error).toContain('a redirect to another host, "http://elsewhere:8090", to which no credentials are sent');
    expect(fake.ledger).toEqual([]);
  });
});
