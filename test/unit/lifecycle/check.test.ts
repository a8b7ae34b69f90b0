import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import type { Properties } from "../../../src/lifecycle";
import * as lifecycle from "../../../src/lifecycle";
import { FakeDruid, faults, json, VirtualClock } from "../../harness/fake";
import { type ProcessOptions, ProviderProcess } from "../../harness/virtual/process";
import { insert, replace, setUp, URL } from "../../harness/virtual/setup";
import { wire } from "../../harness/virtual/wire";

const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const HIDDEN = { __urn: "urn:pulumi:dev::case::druid::events", __organization: "o", __secretQuery: false };

function asker(options: Partial<ProcessOptions> = {}) {
  const clock = new VirtualClock();
  const fake = new FakeDruid({ clock });
  const process = new ProviderProcess({ fake, clock, config: { "druid:url": URL }, ...options });
  const check = async (news: Properties, olds: Properties = {}) => {
    const checked = await clock.run(lifecycle.check(process.parts, wire(olds), wire({ ...HIDDEN, ...news })));
    wire(checked.inputs);
    return checked;
  };
  const reasons = async (news: Properties, olds?: Properties) =>
    (await check(news, olds)).failures.map(({ property, reason }) => {
      // Pulumi prints the value of a property that is named here.
      expect(property).toBe("");
      return reason;
    });
  return { clock, fake, process, check, reasons };
}

describe("check", () => {
  test("has nothing against good inputs, and adds what the SQL says", async () => {
    const { inputs, failures } = await asker().check({ query: insert("A") });
    expect(failures).toEqual([]);
    expect(inputs.statement).toMatchObject({ kind: "INSERT", dataSource: "events" });
  });

  test("passes good inputs on with what the SQL says, and asks the planner once", async () => {
    const { fake, check } = asker();
    const news = { ...HIDDEN, query: replace("A"), context: { maxNumTasks: 3 } };
    const { inputs, failures } = await check(news);
    expect(failures).toEqual([]);
    expect(inputs).toEqual({
      ...news,
      statement: { kind: "REPLACE", dataSource: "events", overwrite: "ALL", partitionedBy: "ALL", sources: [] },
      dataSource: "events",
      url: URL,
    });
    const asked = fake.received.filter(({ route }) => route === "submit");
    expect(asked.map(({ json: body }) => (body as { query: string }).query)).toEqual([
      `EXPLAIN PLAN FOR ${replace("A")}`,
    ]);
    // Where Druid checks the keys of contexts, the one that each submit has must be checked here too.
    expect(fake.received[0]?.json).toMatchObject({ context: { maxNumTasks: 3, pulumiDruid: "explain" } });
    expect(fake.tasks).toEqual([]);
  });

  test("refuses an output that became a text, before Druid loads that text as a value", async () => {
    const { fake, reasons } = asker();
    const output = pulumi.output("lake");
    const query = `INSERT INTO events SELECT * FROM raw WHERE bucket = '${output}' PARTITIONED BY DAY`;
    const json = `INSERT INTO events SELECT * FROM TABLE(EXTERN('${JSON.stringify({ uris: [output] })}', '{}'))`;
    expect(await reasons({ query })).toEqual([
      expect.stringMatching(/^"query" contains an output as text: .*; write sql`/),
    ]);
    expect(await reasons({ query: json })).toEqual([expect.stringMatching(/^"query" contains an output as text/)]);
    expect(await reasons({ query: insert("A"), triggers: [{ deep: `${output}` }] })).toEqual([
      expect.stringMatching(/^"triggers" contains an output as text/),
    ]);
    expect(fake.received).toEqual([]);
  });

  test("tells all faults at once, each with its path", async () => {
    const { reasons } = asker();
    expect(
      await reasons({
        query: "DELETE FROM events",
        context: { sqlQueryId: "mine", maxNumTasks: 1 },
        parameters: [2 ** 60],
        onDelete: "drop",
        waitForSegmentLoad: "yes",
        connection: { url: "ftp://x", token: "t", password: "p" },
        __timeouts: { create: "soon" },
        flavour: "odd",
        // An output, and no input.
        url: "http://druid:8888",
      }),
    ).toEqual([
      '"waitForSegmentLoad" must be a boolean',
      '"onDelete" must be "keepData" or "dropDatasource"',
      'MsqIngestion has no input "flavour", "url"; its inputs are listed in the README',
      expect.stringMatching(/^"parameters\[0\]" is an integer beyond 2\^53/),
      '"customTimeouts.create" must be a duration like "30m", "1h30m" or "90s"',
      '"query" is invalid: The query is not an INSERT, REPLACE or SELECT statement (line 1, column 1)\n' +
        "  1 | DELETE FROM events\n    | ^",
      expect.stringMatching(/^"context.sqlQueryId" /),
      expect.stringMatching(/^"context.maxNumTasks" /),
      expect.stringMatching(/^"connection.url" /),
      expect.stringMatching(/^"connection.password" /),
    ]);
  });

  test("a query that is not there is required, and the answer crosses Pulumi's wire", async () => {
    const { reasons } = asker();
    expect(await reasons({})).toEqual(['"query" is required']);
    expect(await reasons({ query: null })).toEqual(['"query" must be a string']);
    expect(await reasons({ query: 5 })).toEqual(['"query" must be a string']);
  });

  test("says where no connection is given", async () => {
    const { reasons } = asker({ config: {} });
    expect(await reasons({ query: insert("A") })).toEqual([
      '"connection" has no url; set "connection.url" in the program, "druid:url" in the stack config or DRUID_URL in the environment',
    ]);
  });

  test.each([
    ["query", { query: UNKNOWN }],
    ["context", { context: UNKNOWN }],
    ["a key of context", { context: { maxNumTasks: UNKNOWN } }],
    ["parameters", { query: "INSERT INTO a SELECT ? PARTITIONED BY ALL", parameters: UNKNOWN }],
    ["a parameter", { query: "INSERT INTO a SELECT ? PARTITIONED BY ALL", parameters: [UNKNOWN] }],
    [
      "a parameter's value",
      { query: "INSERT INTO a SELECT ? PARTITIONED BY ALL", parameters: [{ type: "BIGINT", value: UNKNOWN }] },
    ],
    [
      "a parameter's type",
      { query: "INSERT INTO a SELECT ? PARTITIONED BY ALL", parameters: [{ type: UNKNOWN, value: 1 }] },
    ],
    ["triggers", { triggers: UNKNOWN }],
    ["a trigger", { triggers: [{ deep: [UNKNOWN] }] }],
    ["waitForSegmentLoad", { waitForSegmentLoad: UNKNOWN }],
    ["segmentLoadTimeoutSeconds", { segmentLoadTimeoutSeconds: UNKNOWN }],
    ["onDelete", { onDelete: UNKNOWN }],
    ["adoptTaskId", { adoptTaskId: UNKNOWN }],
    ["validate", { validate: UNKNOWN }],
    ["connection", { connection: UNKNOWN }],
    ["a part of connection", { connection: { url: "http://router", username: "u", password: UNKNOWN } }],
    ["a time limit", { __timeouts: { create: UNKNOWN } }],
  ])("an unknown %s is no fault, and nothing that hangs on it is asked", async (name, news) => {
    const { fake, reasons } = asker();
    expect(await reasons({ query: insert("A"), ...news })).toEqual([]);
    const decides = /query|context|parameter|trigger|connection|validate/.test(name);
    // EXPLAIN, the tasks into the datasource, and what is there; if nothing runs, what is there does not matter.
    expect(fake.received.length).toBe(decides ? 0 : name.endsWith("adoptTaskId") ? 1 : 3);
  });

  test("what is beside an unknown is judged all the same", async () => {
    const { reasons } = asker();
    expect(await reasons({ query: UNKNOWN, onDelete: "drop", parameters: [UNKNOWN, {}] })).toEqual([
      expect.stringMatching(/^"parameters\[1\]" /),
      '"onDelete" must be "keepData" or "dropDatasource"',
    ]);
  });

  test("an unknown query has an unknown statement", async () => {
    const { check } = asker();
    expect((await check({ query: UNKNOWN })).inputs.statement).toBe(UNKNOWN);
  });

  test("asks nothing and warns of nothing where content is not new", async () => {
    const { fake, process, check } = asker();
    const olds = { query: replace("A"), onDelete: "keepData" };
    await check({ ...olds, query: `${replace("A")} -- noted` }, olds);
    expect(fake.received).toEqual([]);
    expect(process.lines).toEqual([]);
  });

  test("does not ask the planner with validate off", async () => {
    const { fake, check } = asker();
    expect((await check({ query: insert("A"), validate: "off" })).failures).toEqual([]);
    expect(fake.received).toEqual([]);
  });

  test("bad SQL is a failure, with line and column of the query itself", async () => {
    const { reasons } = asker();
    const query = 'INSERT INTO "events"\nSELECT a, FROM t PARTITIONED BY ALL';
    expect(await reasons({ query })).toEqual([
      expect.stringMatching(
        /^Cannot plan the query on "http:\/\/router:8888": 400 .* \(line 2, column 9 of the query\)\n {2}2 \| SELECT a, FROM t PARTITIONED BY ALL\n {4}\| {9}\^$/s,
      ),
    ]);
    const first = "INSERT INTO events SELECT a, FROM t PARTITIONED BY ALL";
    expect((await reasons({ query: first }))[0]).toMatch(
      /\(line 1, column 28 of the query\)\n {2}1 \| INSERT .*\n {4}\| {28}\^$/,
    );
  });

  test.each([
    ["01-leak-slash-comment.sql", "Received an unexpected token [\\'CANARYSECRET\\'] (line [2], column [57])"],
    ["02-leak-cr-comment.sql", "Received an unexpected token [\\'CANARYSECRET\\'] (line [2], column [57])"],
    [
      "03-cred-api-key-header.sql",
      'Received an unexpected token [\\\'{\\"X-Api-Key\\":\\"abc\\"}\\\'] (line [1], column [49])',
    ],
  ])("no literal of %s is in what a preview says, and one place", async (name, errorMessage) => {
    const { fake, process, check } = asker();
    const context = {
      line: errorMessage.includes("[2]") ? "2" : "1",
      column: errorMessage.includes("57") ? "57" : "49",
    };
    const refusal = { error: { error: "druidException", category: "INVALID_INPUT", errorMessage, context } };
    fake.faults.add(faults.answers(json(400, refusal), { on: "submit" }));
    const query = readFileSync(join(__dirname, "../../fixtures/sql", name), "utf8");
    const { failures } = await check({ query });
    const told = JSON.stringify([failures, process.lines]);
    expect(told).not.toMatch(/CANARY|abc/);
    expect(failures[0]?.reason.match(/line/g)).toHaveLength(1);
    expect(failures[0]?.reason).toMatch(/\(line (2, column 57|1, column 32) of the query\)\n.* \| .*\n.* \| +\^$/);
    expect(told).toMatch(/The query contains .*(password|X-Api-Key).* in plain text/);
  });

  test.each([
    ["no permission", faults.forbidden({ on: "submit" }), /403.*grant DATASOURCE WRITE on the target/],
    ["a wrong password", faults.unauthorized({ on: "submit" }), /401.*/],
    [
      "a context that Druid refuses",
      faults.answers(json(400, { error: { error: "druidException", errorMessage: "Bad maxNumTasks" } }), {
        on: "submit",
      }),
      /400.*Bad maxNumTasks/,
    ],
  ])("%s is a failure", async (_name, fault, expected) => {
    const { fake, reasons } = asker();
    fake.faults.add(fault);
    expect(await reasons({ query: insert("A") })).toEqual([expect.stringMatching(expected)]);
  });

  test.each([
    ["cannot be reached", faults.refuse({ times: 99 }), /the connection was refused/],
    ["hangs", faults.hang({ times: 99 }), /no complete answer came within 60 s/],
    ["has no broker", faults.html502({ times: 99 }), /502/],
    ["starts", faults.empty503({ times: 99 }), /503/],
    ["has no leader", faults.noDestination({ times: 99 }), /Unable to determine destination/],
  ])("a cluster that %s is a warning", async (_name, fault, expected) => {
    const { clock, fake, process, reasons } = asker();
    const start = clock.now();
    fake.faults.add(fault);
    expect(await reasons({ query: insert("A") })).toEqual([]);
    expect(process.texts("warning")).toEqual([expect.stringMatching(/^The query could not be checked yet: /)]);
    expect(process.texts("warning")[0]).toMatch(expected);
    expect(clock.now() - start).toBeLessThanOrEqual(60_000);
  });

  test("a table that is not there yet is a warning: the same `pulumi up` may make it", async () => {
    const { process, reasons } = asker();
    expect(await reasons({ query: 'INSERT INTO "events" SELECT * FROM "later" PARTITIONED BY ALL' })).toEqual([]);
    expect(process.texts("warning")[0]).toMatch(/^The query could not be checked yet: .*Object 'later' not found/);
  });

  test("warns when an export runs again into the same destination", async () => {
    const { stack } = setUp({ version: 30 });
    const query = "INSERT INTO EXTERN(local(exportPath => '/x')) AS CSV SELECT 1 AS n";
    const warnings = ({ lines }: { lines: { kind: string; message: string }[] }) =>
      lines.filter(({ kind }) => kind === "warning").map(({ message }) => message);
    const first = await stack.up({ query });
    expect([first.error, warnings(first)]).toEqual([undefined, []]);
    const again = await stack.preview({ query, triggers: ["again"] });
    expect(warnings(again)).toEqual([expect.stringMatching(/^The export runs again into the same destination/)]);
  });

  test("warns when several load into one datasource and one of them drops it", async () => {
    const { process, check } = asker();
    await check({ query: insert("A"), onDelete: "dropDatasource" });
    await check({ query: insert("B"), __urn: `${HIDDEN.__urn}2` });
    expect(process.texts("warning")).toContainEqual(
      expect.stringMatching(/^Several ingestions load into "events", and 1 of them drops it on delete/),
    );
  });

  test("parameters are counted", async () => {
    const { reasons } = asker();
    expect(await reasons({ query: insert("A"), parameters: [1] })).toEqual([
      '"parameters" has 1 value for 0 "?" in the query',
    ]);
  });

  test("says if a missing table is one that another ingestion of the program loads", async () => {
    const { process, check, reasons } = asker();
    await check({ query: insert("A", "raw"), __urn: `${HIDDEN.__urn}2` });
    expect(await reasons({ query: 'INSERT INTO "sums" SELECT * FROM "raw" PARTITIONED BY ALL' })).toEqual([]);
    expect(process.texts("info")).toContain(
      'The query could not be checked yet: it reads "raw", which "events2" of this program loads; this ingestion has to wait for that load, so its options need "events2" in dependsOn',
    );
    expect(process.texts("warning")).toEqual([]);
  });

  test("a secret query leaks nothing: not in the statement, not in a failure, not in a warning", async () => {
    const { fake, process, check } = asker();
    const secret = "s3cr3t-literal";
    const query = `INSERT INTO "events" SELECT '${secret}' AS a, FROM t PARTITIONED BY ALL`;
    fake.tables.add("t");
    const { inputs, failures } = await check({ query, __secretQuery: true });
    expect(failures).toHaveLength(1);
    expect(failures[0]?.reason).toMatch(
      /\(line 1, column \d+ of the query\); run the query behind EXPLAIN PLAN FOR in /,
    );
    expect(JSON.stringify([failures, inputs.statement, process.lines])).not.toContain(secret);
    expect(inputs.statement).toEqual({
      kind: "INSERT",
      dataSource: "events",
      partitionedBy: "ALL",
      sources: [{ type: "table" }],
    });
  });

  test("an interrupt ends a check that hangs", async () => {
    const { clock, fake, process, check } = asker();
    fake.faults.add(faults.hang({ times: 9 }));
    const start = clock.now();
    clock.sleep(1_000).then(
      () => process.interrupt(),
      () => undefined,
    );
    await check({ query: insert("A") });
    expect(clock.now() - start).toBe(1_000);
  });

  test("runs in every preview and up, and a preview changes nothing", async () => {
    const { fake, stack } = setUp();
    const { inputs, changes, error } = await stack.preview({ query: insert("A") });
    expect({ changes, error }).toEqual({ changes: true, error: undefined });
    expect(inputs.statement).toMatchObject({ kind: "INSERT", dataSource: "events" });
    expect(fake.tasks).toEqual([]);
    await stack.up({ query: insert("A") });
    expect(await stack.preview({ query: insert("A") })).toMatchObject({ changes: false, requests: 0 });
  });
});
