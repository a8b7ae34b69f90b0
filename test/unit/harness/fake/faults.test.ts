import { describe, expect, test } from "@jest/globals";
import { faults, seededFaults } from "../../../harness/fake";
import { INSERT, outcomeOf, world } from "./setup";

describe("a fault between client and Druid", () => {
  test("meets one request, and the next one gets through", async () => {
    const { fake, clock, client } = world();
    fake.faults.add(faults.refuse({ on: "submit" }));
    const submit = () => clock.run(outcomeOf(client.submit({ query: INSERT, context: { sqlQueryId: "a" } })));
    expect(await submit()).toMatchObject({ kind: "unreachable", code: "ECONNREFUSED" });
    expect(await submit()).toBe("done");
  });

  test.each([
    ["refuse", faults.refuse(), { kind: "unreachable", code: "ECONNREFUSED", sent: false }, 0],
    ["resetBefore", faults.resetBefore(), { kind: "unreachable", code: "ECONNRESET", sent: true }, 0],
    ["resetAfter", faults.resetAfter(), { kind: "unreachable", code: "ECONNRESET", sent: true }, 1],
    ["connectTimeout", faults.connectTimeout(), { kind: "unreachable", code: "ETIMEDOUT", sent: false }, 0],
    ["hang", faults.hang(), { kind: "unreachable", sent: true }, 0],
    ["hangAfter", faults.hangAfter(), { kind: "unreachable", sent: true }, 1],
    ["twice", faults.twice(), { status: 500, detail: expect.stringMatching(/already exists/) }, 1],
    [
      "brokerRetry",
      faults.brokerRetry(),
      { status: 500, detail: expect.stringMatching(/Task \[query-a\] already exists/) },
      1,
    ],
    ["wrapped503", faults.wrapped503(), { status: 500, detail: expect.stringMatching(/503/) }, 0],
    ["wrapped503After", faults.wrapped503After(), { status: 500 }, 1],
    ["empty503", faults.empty503(), { status: 503, detail: "" }, 0],
    ["html502", faults.html502(), { status: 502 }, 0],
    ["noDestination", faults.noDestination(), { status: 400, detail: expect.stringMatching(/Unable to determine/) }, 0],
    ["unauthorized", faults.unauthorized(), { status: 401 }, 0],
    ["forbidden", faults.forbidden(), { status: 403 }, 0],
    ["garbage", faults.garbage(), { kind: "unexpectedResponse" }, 1],
  ])("%s", async (_, fault, error, tasks) => {
    const { fake, clock, client } = world();
    fake.faults.add({ ...fault, on: "submit" });
    const submit = () => client.submit({ query: INSERT, context: { sqlQueryId: "a" } });
    expect(await clock.run(outcomeOf(submit()))).toMatchObject(error);
    expect(fake.tasks).toHaveLength(tasks);
    expect(fake.received).toMatchObject([{ route: "submit", fault: fault.name }]);
    // It is used up.
    expect(await clock.run(outcomeOf(submit()))).toEqual(
      tasks === 0 ? "done" : expect.objectContaining({ status: 500 }),
    );
    expect(clock.asleep).toBe(0);
  });

  test("late: the client is cut off, the task comes all the same", async () => {
    const { fake, clock, client, pass } = world();
    fake.faults.add(faults.late(20_000, { on: "submit" }));
    const error = await clock.run(outcomeOf(client.submit({ query: INSERT, context: { sqlQueryId: "a" } })));
    expect(error).toMatchObject({ code: "ECONNRESET" });
    expect(await clock.run(client.status("query-a"))).toBeUndefined();
    await pass(20_000);
    expect(await clock.run(client.status("query-a"))).toMatchObject({ statusCode: "RUNNING" });
  });

  test("hang: lasts as long as the client's own time-out", async () => {
    const { fake, clock, client } = world();
    fake.faults.add(faults.hang({ on: "submit" }));
    const before = clock.now();
    await clock.run(outcomeOf(client.submit({ query: INSERT })));
    expect(clock.now() - before).toBe(60_000);
  });

  test("meets the requests that it says: the third and fourth of its kind", async () => {
    const { fake, clock, client } = world();
    fake.faults.add(faults.empty503({ on: ["status", "payload"], skip: 2, times: 2 }));
    for (let turn = 0; turn < 3; turn += 1) {
      await clock.run(outcomeOf(client.status("query-a", { patienceMs: 0 })));
      await clock.run(outcomeOf(client.payload("query-a", { patienceMs: 0 })));
    }
    expect(fake.received.map(({ answered }) => answered)).toEqual([404, 404, 503, 503, 404, 404]);
  });

  test("leaves, aborted, an answer that was held back", async () => {
    const { fake, clock, client } = world();
    fake.faults.add(faults.slow(30_000, { on: "status" }));
    const controller = new AbortController();
    const outcome = outcomeOf(client.status("query-a", { signal: controller.signal }));
    void clock.sleep(1_000).then(() => controller.abort());
    const before = clock.now();
    expect(await clock.run(outcome)).toMatchObject({ kind: "interrupted" });
    expect(clock.now() - before).toBe(1_000);
    expect(clock.asleep).toBe(0);
  });
});

describe("an Overlord", () => {
  test("that is away holds back what runs until it is there again", async () => {
    const { fake, clock, client, submit, pass } = world();
    await submit("a");
    await pass(1_000);
    fake.overlordAway(30_000);
    expect(await clock.run(outcomeOf(client.status("query-a", { patienceMs: 0 })))).toMatchObject({ status: 400 });
    expect(await outcomeOf(submit("b"))).toMatchObject({ status: 500, detail: expect.stringMatching(/not available/) });
    await pass(20_000);
    expect(fake.ledger).toEqual([]);
    await pass(10_100);
    expect((await clock.run(client.status("query-a")))?.statusCode).toBe("SUCCESS");
    expect(fake.ledger).toHaveLength(1);
  });

  test("that leads from somewhere else redirects there", async () => {
    const { fake, clock, client, submit } = world();
    await submit("a");
    fake.overlordAway(10_000, "redirect");
    expect((await clock.run(client.status("query-a")))?.statusCode).toBe("RUNNING");
    expect(fake.received.map(({ path, answered }) => [path.startsWith("/leader/"), answered]).slice(1)).toEqual([
      [false, 307],
      [true, 200],
    ]);
  });

  test("that restarts fails what ran, or forgets everything", async () => {
    const { fake, clock, client, submit, pass } = world();
    await submit("a");
    await pass(10_000);
    await submit("b");
    await pass(1_000);
    fake.restartOverlord({ running: "fails" });
    await pass(5_000);
    const failed = await clock.run(client.status("query-b"));
    expect(failed).toMatchObject({
      statusCode: "FAILED",
      errorMsg: expect.stringMatching(/^UnknownError: .*already exis/),
    });
    expect((await clock.run(client.status("query-a")))?.statusCode).toBe("SUCCESS");
    await submit("c");
    fake.restartOverlord({ forget: true });
    await pass(60_000);
    expect(fake.tasks).toEqual([]);
    expect(fake.ledger).toHaveLength(1);
  });
});

describe("a task's row", () => {
  test("vanishes after its submit, or when history is cleaned", async () => {
    const { fake, clock, client, submit, pass } = world();
    fake.plan("query-a", { vanish: true });
    fake.plan("query-b", { historyMs: 60_000 });
    await submit("a");
    await submit("b");
    expect(await clock.run(client.status("query-a"))).toBeUndefined();
    await pass(30_000);
    expect((await clock.run(client.status("query-b")))?.statusCode).toBe("SUCCESS");
    await pass(60_000);
    expect(await clock.run(client.status("query-b"))).toBeUndefined();
    expect(fake.ledger).toHaveLength(1);
  });
});

describe("seededFaults", () => {
  const told = (seed: number) => {
    const { faults, events } = seededFaults(seed);
    return JSON.stringify([faults, events]);
  };

  test("draws the same schedule for the same seed, and others for others", () => {
    const seeds = Array.from({ length: 200 }, (_, seed) => seed);
    expect(seeds.map(told)).toEqual(seeds.map(told));
    expect(new Set(seeds.map(told)).size).toBeGreaterThan(150);
  });

  test("leads to the same requests and answers at the same times", async () => {
    const live = async (seed: number) => {
      const { fake, clock, client } = world({ seed, latencyMs: (random) => random() * 50 });
      fake.follow(seededFaults(seed));
      const client_ = async () => {
        await outcomeOf(client.submit({ query: INSERT, context: { sqlQueryId: "a" } }));
        for (let look = 0; look < 10; look += 1) {
          await outcomeOf(client.status("query-a"));
          await clock.sleep(1_000);
        }
      };
      await clock.run(Promise.all([client_(), client_()]));
      return fake.received.map(({ atMs, route, fault, answered }) => [atMs, route, fault, answered]);
    };
    for (let seed = 0; seed < 10; seed += 1) expect(await live(seed)).toEqual(await live(seed));
  });
});
