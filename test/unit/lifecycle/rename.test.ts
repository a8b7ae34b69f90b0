import { describe, expect, test } from "@jest/globals";
import * as lifecycle from "../../../src/lifecycle";
import { FakeDruid, VirtualClock } from "../../harness/fake";
import { ProviderProcess } from "../../harness/virtual/process";
import { insert, URL } from "../../harness/virtual/setup";
import { wire } from "../../harness/virtual/wire";

const inputs = (name: string, letter: string) => ({
  query: insert(letter),
  __urn: `urn:pulumi:dev::case::druid::${name}`,
  __organization: "o",
  __secretQuery: false,
});

/** A resource "old" that the program now calls "fresh", with an alias; everything in one process. */
async function renamed() {
  const clock = new VirtualClock();
  const { parts } = new ProviderProcess({ fake: new FakeDruid({ clock }), clock, config: { "druid:url": URL } });
  const { outs } = await clock.run(lifecycle.create(parts, wire(inputs("old", "A"))));
  const check = (olds: lifecycle.Properties, news: lifecycle.Properties) =>
    clock.run(lifecycle.check(parts, wire(olds), wire(news)));
  await lifecycle.diff(parts, wire(outs), wire(inputs("fresh", "A")));
  return { check, clock, parts, outs };
}

describe("a resource that was renamed by an alias", () => {
  test("keeps its old name from another one, since their tasks would be taken for each other's", async () => {
    const { check } = await renamed();
    const { failures } = await check({}, inputs("old", "B"));
    expect(failures.map(({ reason }) => reason)).toEqual([
      'the name "old" is still in use: "fresh" was renamed from it by an alias and keeps its task ids; give this ingestion another name',
    ]);
  });

  test("is itself not refused, nor is a third one", async () => {
    const { check } = await renamed();
    expect((await check(inputs("old", "A"), inputs("fresh", "A"))).failures).toEqual([]);
    expect((await check({}, inputs("fresh", "A"))).failures).toEqual([]);
    expect((await check({}, inputs("third", "B"))).failures).toEqual([]);
  });

  test("frees its old name once it is deleted", async () => {
    const { check, clock, parts, outs } = await renamed();
    await clock.run(lifecycle.remove(parts, String(outs.key), wire({ ...outs, ...inputs("fresh", "A") })));
    expect((await check({}, inputs("old", "B"))).failures).toEqual([]);
  });
});
