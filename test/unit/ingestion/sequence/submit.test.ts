import { describe, expect, test } from "@jest/globals";
import { DruidIngestionError, messageOf } from "../../../../src/base/errors";
import { type SubmitOutcome, submit, submitMark } from "../../../../src/ingestion/sequence/submit";
import { type Fault, faults, json, type Reach } from "../../../harness/fake";
import { type Recorded, sessionOver } from "../../../harness/virtual/session";

const QUERY = 'INSERT INTO "events" SELECT 1 AS a PARTITIONED BY ALL';
const RUN = { is: "run", content: "v1:abc", kind: "INSERT", target: "events", urn: "U" } as const;
const ID = "query-key-7";
const FOREVER = Number.POSITIVE_INFINITY;

const send = ({ clock, session }: Recorded) =>
  clock.run(submit(session, "key", 7, { query: QUERY, context: { maxNumTasks: 3 } }, RUN));
const mark = ({ clock, session }: Recorded, target?: string) =>
  clock.run(submitMark(session, "key", 7, target, { is: "mark", urn: "U" }));
const idsSent = ({ fake }: Recorded) => {
  const sent = [...fake.receivedOn("submit"), ...fake.receivedOn("noop")].map(({ json: body }) => {
    const { id, context } = body as { id?: string; context: { sqlQueryId?: string } };
    return id ?? `query-${context.sqlQueryId}`;
  });
  return [...new Set(sent)];
};
const errorOf = (outcome: SubmitOutcome) => ("error" in outcome ? messageOf(outcome.error) : "");

describe("submit()", () => {
  test("sends the query once, under its number, with what it is", async () => {
    const recorded = sessionOver();
    expect(await send(recorded)).toEqual({ is: "accepted" });
    expect(recorded.fake.received.map(({ route, json: body }) => [route, body])).toEqual([
      [
        "submit",
        {
          query: QUERY,
          context: { maxNumTasks: 3, sqlQueryId: "key-7", pulumiDruid: "v1:abc INSERT events U" },
        },
      ],
    ]);
  });

  // What becomes of one fault, and of the same for ever.
  test.each<[string, (reach?: Reach) => Fault, SubmitOutcome["is"], SubmitOutcome["is"]]>([
    ["a refused connection", faults.refuse, "accepted", "refused"],
    ["a connection that is never made", faults.connectTimeout, "accepted", "refused"],
    ["a reset before Druid has it", faults.resetBefore, "accepted", "unclear"],
    ["a reset after Druid has it", faults.resetAfter, "taken", "taken"],
    ["no answer, and Druid has it not", faults.hang, "accepted", "unclear"],
    ["no answer, but Druid has it", faults.hangAfter, "taken", "taken"],
    ["the request delivered twice", faults.twice, "taken", "taken"],
    ["the broker trying twice by itself", faults.brokerRetry, "taken", "taken"],
    ["500 that wraps a 503", faults.wrapped503, "accepted", "unclear"],
    ["500 that wraps a 503, though taken", faults.wrapped503After, "taken", "taken"],
    ["503", faults.empty503, "accepted", "unclear"],
    ["502 of a proxy", faults.html502, "accepted", "unclear"],
    ["502 of a proxy, though taken", faults.html502After, "taken", "taken"],
    ["no leader to send it to", faults.noDestination, "accepted", "refused"],
    ["garbage, though taken", faults.garbage, "taken", "taken"],
    ["a wrong password", faults.unauthorized, "refused", "refused"],
    ["a missing permission", faults.forbidden, "refused", "refused"],
  ])("%s", async (_name, fault, once, ever) => {
    const one = sessionOver();
    one.fake.faults.add(fault({ on: "submit" }));
    expect((await send(one)).is).toBe(once);
    expect(idsSent(one)).toEqual([ID]);
    expect(one.fake.tasks.length).toBe(once === "refused" ? 0 : 1);

    const all = sessionOver();
    all.fake.faults.add(fault({ on: "submit", times: FOREVER }));
    const start = all.clock.now();
    expect((await send(all)).is).toBe(ever);
    expect(idsSent(all)).toEqual([ID]);
    // A minute of patience, and one request more that may hang for a minute.
    expect(all.clock.now() - start).toBeLessThanOrEqual(140_000);
    expect(all.fake.receivedOn("submit").length).toBeLessThan(30);
  });

  test.each<[string, object, number]>([
    [
      "a fault of the query",
      { error: { error: "druidException", errorCode: "invalidInput", errorMessage: "Bad" } },
      400,
    ],
    [
      "a parser fault that comes as 500",
      { error: { errorMessage: "Unable to parse the SQL, unrecognized error" } },
      500,
    ],
  ])("%s is said at once", async (_name, body, status) => {
    const recorded = sessionOver();
    recorded.fake.faults.add(faults.answers(json(status, body), { on: "submit", times: FOREVER }));
    expect((await send(recorded)).is).toBe("refused");
    expect(recorded.fake.received).toHaveLength(1);
  });

  test("a server error that does not say it will pass is tried three times", async () => {
    const recorded = sessionOver();
    const answer = json(500, { error: { errorMessage: "NullPointerException" } });
    recorded.fake.faults.add(faults.answers(answer, { on: "submit", times: FOREVER }));
    const outcome = await send(recorded);
    expect(outcome.is).toBe("unclear");
    expect(errorOf(outcome)).toMatch(/^Cannot submit the query to "http:\/\/router:8888": 500 .*NullPointerException/);
    expect(recorded.fake.receivedOn("submit")).toHaveLength(3);
    expect(recorded.fake.receivedOn("status")).toHaveLength(3);
  });

  // No id would keep a second one from running.
  test.each<[string, Fault["effect"], SubmitOutcome["is"]]>([
    ["and Druid knows none of this id", "none", "unclear"],
    ["though Druid has it", "now", "taken"],
  ])("one accepted as another task is not sent again, %s", async (_name, effect, expected) => {
    const recorded = sessionOver();
    const answer = json(202, { taskId: "query-other", state: "RUNNING" });
    recorded.fake.faults.add({ name: "other", effect, on: "submit", times: FOREVER, answer });
    const outcome = await send(recorded);
    expect(outcome.is).toBe(expected);
    expect(errorOf(outcome)).toMatch(
      expected === "taken" ? /^$/ : /^Cannot submit task "query-key-7" to .*another task/,
    );
    expect(recorded.fake.receivedOn("submit")).toHaveLength(1);
  });

  test("429 passes by itself", async () => {
    const recorded = sessionOver();
    recorded.fake.faults.add(faults.answers(json(429, { error: "Too many" }), { on: "submit", times: 3 }));
    expect((await send(recorded)).is).toBe("accepted");
  });

  test("a leader change is followed or waited for", async () => {
    const recorded = sessionOver();
    recorded.fake.overlordAway(5_000);
    expect((await send(recorded)).is).toBe("accepted");
    expect(recorded.said).toContain("Druid did not accept the task (HTTP 500), trying again");
  });

  test("what it says while it tries has no more of the server's words than the status", async () => {
    const recorded = sessionOver();
    recorded.fake.faults.add(faults.refuse({ on: "submit" }), faults.html502({ on: "submit" }));
    await send(recorded);
    expect(recorded.said).toEqual([
      "Druid did not accept the task (ECONNREFUSED), trying again",
      "Druid did not accept the task (HTTP 502), trying again",
    ]);
  });

  test("one that arrives late, after it was sent again, is one and the same", async () => {
    const recorded = sessionOver();
    recorded.fake.faults.add(faults.late(30_000, { on: "submit" }));
    expect((await send(recorded)).is).toBe("accepted");
    await recorded.clock.advance(60_000);
    expect(recorded.fake.tasks).toHaveLength(1);
    expect(recorded.fake.ledger).toHaveLength(1);
  });

  test.each<[string, Fault, SubmitOutcome["is"]]>([
    ["is under way", faults.hang({ on: "submit" }), "unclear"],
    ["was refused and is to be sent again", faults.refuse({ on: "submit", times: FOREVER }), "refused"],
    ["was lost and is looked for", faults.resetAfter({ on: "submit" }), "unclear"],
  ])("an interrupt while it %s", async (_name, fault, expected) => {
    const recorded = sessionOver();
    recorded.fake.faults.add(fault, faults.hang({ on: "status" }));
    recorded.clock.sleep(3_000).then(
      () => recorded.stop.abort(new DruidIngestionError("interrupted", "stop")),
      () => undefined,
    );
    const start = recorded.clock.now();
    const outcome = await send(recorded);
    expect([outcome.is, errorOf(outcome)]).toEqual([expected, "stop"]);
    expect(recorded.clock.now() - start).toBe(3_000);
  });

  test.each([0, 1])("where the engine is gone before request %d, nothing more is sent", async (passes) => {
    const recorded = sessionOver();
    let asked = 0;
    recorded.session.assertAlive = async () => {
      asked += 1;
      if (asked > passes) throw new DruidIngestionError("orphaned", "gone");
    };
    recorded.fake.faults.add(faults.resetBefore({ on: "submit", times: FOREVER }));
    const outcome = await send(recorded);
    expect([outcome.is, errorOf(outcome)]).toEqual([passes === 0 ? "refused" : "unclear", "gone"]);
    expect(recorded.fake.receivedOn("submit")).toHaveLength(passes);
  });
});

describe("submitMark()", () => {
  test("puts a task that does nothing on the target", async () => {
    const recorded = sessionOver();
    expect((await mark(recorded, "events")).is).toBe("accepted");
    expect(recorded.fake.received.map(({ route, json: body }) => [route, body])).toEqual([
      ["noop", { type: "noop", id: ID, dataSource: "events", runTime: 1, context: { pulumiDruid: "mark - U" } }],
    ]);
  });

  test("of what has no target goes to none", async () => {
    const recorded = sessionOver();
    await mark(recorded);
    expect(recorded.fake.tasks[0]).toMatchObject({ dataSource: "none" });
  });

  test.each<[string, Fault, SubmitOutcome["is"]]>([
    ["a lost answer", faults.resetAfter({ on: "noop" }), "taken"],
    ["a lost request", faults.resetBefore({ on: "noop" }), "accepted"],
    ["an Overlord that is away", faults.noDestination({ on: "noop", times: 3 }), "accepted"],
    ["a missing permission", faults.forbidden({ on: "noop", times: FOREVER }), "refused"],
  ])("%s", async (_name, fault, expected) => {
    const recorded = sessionOver();
    recorded.fake.faults.add(fault);
    expect((await mark(recorded, "events")).is).toBe(expected);
    expect(idsSent(recorded)).toEqual([ID]);
  });

  test("a number that is taken is taken", async () => {
    const recorded = sessionOver();
    await send(recorded);
    expect((await mark(recorded, "events")).is).toBe("taken");
    expect((await send(recorded)).is).toBe("taken");
  });
});
