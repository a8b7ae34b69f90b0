import { describe, expect, test } from "@jest/globals";
import * as lifecycle from "../../../src/lifecycle";
import { FakeDruid, VirtualClock } from "../../harness/fake";
import { ProviderProcess } from "../../harness/virtual/process";
import { insert, URL } from "../../harness/virtual/setup";
import { wire } from "../../harness/virtual/wire";

/** Several ingestions of one `pulumi up`. */
async function together(count: number, capacity: number) {
  const clock = new VirtualClock();
  const fake = new FakeDruid({ clock, capacity });
  fake.plan({ runMs: 60_000 });
  const process = new ProviderProcess({ fake, clock, config: { "druid:url": URL } });
  const inputs = (number: number) => ({
    query: insert("A", `events${number}`),
    __urn: `urn:pulumi:dev::case::druid::events${number}`,
    __organization: "o",
    __secretQuery: false,
  });
  const all = Array.from({ length: count }, (_, number) => lifecycle.create(process.parts, wire(inputs(number))));
  const made = await clock.run(Promise.all(all));
  return { fake, process, made };
}

describe("several ingestions of one process", () => {
  test("wait for each other where the cluster has no room for all, and none starves", async () => {
    const { fake, process, made } = await together(4, 4);
    expect(made.map(({ outs }) => outs.state)).toEqual(Array(4).fill("SUCCESS"));
    expect(fake.tasks.every(({ statusCode }) => statusCode === "SUCCESS")).toBe(true);
    expect(process.texts("status")).toContain(
      "waiting for other ingestions: 4 of 4 task slots are in use by this `pulumi up`",
    );
    const begun = fake.tasks.map(({ createdAtMs }) => createdAtMs).sort();
    expect((begun[2] ?? 0) - (begun[1] ?? 0)).toBeGreaterThan(55_000);
  });

  test("share their looks, so that ten cost little more than one", async () => {
    const one = await together(1, 100);
    const ten = await together(10, 100);
    const looks = ({ fake }: { fake: FakeDruid }) =>
      fake.receivedOn("status").length + fake.receivedOn("statuses").length;
    expect(looks(ten)).toBeLessThan(looks(one) * 3);
  });

  test("have keys, tasks and lines of their own", async () => {
    const { fake, process, made } = await together(3, 100);
    expect(new Set(made.map(({ id }) => id)).size).toBe(3);
    expect(fake.tasks.map(({ dataSource }) => dataSource).sort()).toEqual(["events0", "events1", "events2"]);
    expect(new Set(process.lines.map(({ urn }) => urn)).size).toBe(3);
  });
});
