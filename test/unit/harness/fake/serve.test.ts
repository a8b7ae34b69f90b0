import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { systemClock } from "../../../../src/base/clock";
import { createHttpClient } from "../../../../src/druid/http-client";
import { FakeDruid, faults, type ServedFake, serveFake } from "../../../harness/fake";
import { INSERT, outcomeOf } from "./setup";

describe("served on a port", () => {
  let fake: FakeDruid;
  let served: ServedFake;
  beforeEach(async () => {
    fake = new FakeDruid({ clock: systemClock, auth: { username: "u", password: "p" } });
    served = await serveFake(fake);
  });
  afterEach(() => served.stop());

  const client = (password = "p") => {
    const connection = { url: served.url, username: "u", password, headers: {}, tls: {}, requestTimeoutSeconds: 60 };
    return createHttpClient({ connection, clock: systemClock, random: Math.random });
  };
  const submit = (password?: string) => client(password).submit({ query: INSERT, context: { sqlQueryId: "a" } });

  test("answers, keeps a log, follows its own redirects and asks for credentials", async () => {
    expect(await submit()).toEqual({ taskId: "query-a", state: "RUNNING" });
    fake.overlordAway(60_000, "redirect");
    expect(await client().status("query-a")).toMatchObject({ statusCode: "RUNNING" });
    expect(await outcomeOf(submit("wrong"))).toMatchObject({ status: 401 });
    expect(fake.received.map(({ route, answered }) => [route, answered])).toEqual([
      ["submit", 202],
      ["status", 307],
      ["status", 200],
      ["submit", 401],
    ]);
    expect(fake.received[0]?.json).toMatchObject({ query: INSERT });
  });

  test("cuts connections, and with them those that hang when it stops", async () => {
    fake.faults.add(faults.resetAfter({ on: "submit" }), faults.hang({ on: "shutdown" }));
    expect(await outcomeOf(submit())).toMatchObject({ kind: "unreachable", code: "ECONNRESET", sent: true });
    expect(fake.tasks).toHaveLength(1);
    const hanging = outcomeOf(client().shutdown("query-a"));
    while (fake.receivedOn("shutdown").length === 0) await new Promise((resolve) => setImmediate(resolve));
    await served.stop();
    expect(await hanging).toMatchObject({ kind: "unreachable" });
    expect(await outcomeOf(submit())).toMatchObject({ code: "ECONNREFUSED" });
  });
});
