import { describe, expect, test } from "@jest/globals";
import * as lifecycle from "../../../src/lifecycle";
import { FakeDruid, VirtualClock } from "../../harness/fake";
import { ProviderProcess } from "../../harness/virtual/process";
import { insert, URL } from "../../harness/virtual/setup";
import { wire } from "../../harness/virtual/wire";

/** Several ingestions of one `pulumi up`. */
async function together(
  count: number,
  capacity: number,
  { version = 27 as 27 | 37, secret = (_number: number): boolean => false, loadDelayMs = 0 } = {},
) {
  const clock = new VirtualClock();
  const fake = new FakeDruid({ clock, capacity, version });
  fake.plan({ runMs: 60_000, ...(loadDelayMs > 0 && { loadDelayMs }) });
  const process = new ProviderProcess({ fake, clock, config: { "druid:url": URL } });
  const inputs = (number: number) => ({
    query: insert("A", `events${number}`),
    __urn: `urn:pulumi:dev::case::druid::events${number}`,
    __organization: "o",
    __secretQuery: secret(number),
  });
  const all = Array.from({ length: count }, (_, number) => lifecycle.create(process.parts, wire(inputs(number))));
  const made = await clock.run(Promise.all(all));
  return { fake, process, made, clock };
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

  const none = () => false;
  const all = () => true;
  const everySecond = (number: number) => number % 2 === 0;

  test.each([
    ["no", none],
    ["only", all],
  ])(
    "are not held up by a Coordinator that reads its metadata once a minute: %s secret queries",
    async (_what, secret) => {
      const few = await together(1, 100, { version: 37, secret, loadDelayMs: 5_000 });
      const many = await together(12, 100, { version: 37, secret, loadDelayMs: 5_000 });
      expect(many.clock.now() - few.clock.now()).toBeLessThan(5_000);
    },
  );

  test("wait for each other's slots also if the queries are secrets, or some of them", async () => {
    for (const secret of [all, everySecond]) {
      const { fake } = await together(4, 4, { secret });
      const begun = fake.tasks.map(({ createdAtMs }) => createdAtMs).sort();
      expect((begun[2] ?? 0) - (begun[1] ?? 0)).toBeGreaterThan(55_000);
    }
  });

  test("have keys, tasks and lines of their own", async () => {
    const { fake, process, made } = await together(3, 100);
    expect(new Set(made.map(({ id }) => id)).size).toBe(3);
    expect(fake.tasks.map(({ dataSource }) => dataSource).sort()).toEqual(["events0", "events1", "events2"]);
    expect(new Set(process.lines.map(({ urn }) => urn)).size).toBe(3);
  });
});
