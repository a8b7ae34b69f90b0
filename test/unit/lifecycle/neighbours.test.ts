/** Moves in which the delete of one ingestion meets the load of another: refused before any row is at stake. */
import { describe, expect, test } from "@jest/globals";
import * as lifecycle from "../../../src/lifecycle";
import { FakeDruid, VirtualClock } from "../../harness/fake";
import { ProviderProcess } from "../../harness/virtual/process";
import { insert, replace, URL } from "../../harness/virtual/setup";
import { wire } from "../../harness/virtual/wire";

const DROP = { onDelete: "dropDatasource" };

function program() {
  const clock = new VirtualClock();
  const { parts } = new ProviderProcess({ fake: new FakeDruid({ clock }), clock, config: { "druid:url": URL } });
  const inputs = (name: string, args: lifecycle.Properties) => ({
    ...args,
    __urn: `urn:pulumi:dev::case::druid::${name}`,
    __secretQuery: false,
  });
  /** What a check says where the resource was `from` and is to be `to`. */
  return async (name: string, from: lifecycle.Properties | undefined, to: lifecycle.Properties): Promise<string[]> => {
    const olds = from ? inputs(name, from) : {};
    const { failures } = await clock.run(lifecycle.check(parts, wire(olds), wire(inputs(name, to))));
    return failures.map(({ reason }) => reason);
  };
}

describe("a move to another datasource", () => {
  test("alone is fine, with a drop as well", async () => {
    const check = program();
    expect(await check("a", { query: insert("A", "one"), ...DROP }, { query: insert("A", "two"), ...DROP })).toEqual(
      [],
    );
    expect(await check("b", undefined, { query: insert("B", "three") })).toEqual([]);
  });

  test.each([DROP, {}])("of two into each other's place is refused (%j), with the way in steps", async (more) => {
    const check = program();
    const [one, two] = [insert("A", "one"), insert("A", "two")];
    expect(await check("a", { query: one, ...more }, { query: two, ...more })).toEqual([]);
    // A replacement is checked once more, as if it were new.
    expect(await check("a", undefined, { query: two, ...more })).toEqual([]);
    const reasons = await check("b", { query: two, ...more }, { query: one, ...more });
    expect(reasons).toHaveLength(2);
    expect(reasons[0]).toContain("do it in steps");
  });

  test("with a drop is refused where another one loads there, whichever is seen first", async () => {
    const move = [{ query: insert("A", "one"), ...DROP }, { query: insert("A", "two") }] as const;
    const first = program();
    expect(await first("a", ...move)).toEqual([]);
    expect((await first("b", undefined, { query: replace("B", "one") }))[0]).toContain(
      '"a" moves away from "one" and drops it, while "b" loads into it',
    );
    const last = program();
    expect(await last("b", { query: insert("B", "one") }, { query: insert("B", "one") })).toEqual([]);
    expect((await last("a", ...move))[0]).toContain('the drop could remove the rows of "b"');
  });

  test("that keeps rows is fine where another one overwrites them, or is new", async () => {
    const check = program();
    expect(await check("a", { query: insert("A", "one") }, { query: insert("A", "two") })).toEqual([]);
    expect(await check("b", { query: replace("B", "three") }, { query: replace("B", "one") })).toEqual([]);
    expect(await check("c", undefined, { query: insert("C", "one") })).toEqual([]);
  });
});
