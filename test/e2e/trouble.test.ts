/** Bad input, bad data, secrets, and an interrupt: a clear word, nothing lost, nothing doubled. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { TestStack } from "../harness/stack";
import { useWorld } from "./use-world";
import { csv, csvRows, extern, ingestion, load } from "./world";

const world = useWorld();
let web: Server;
let webUrl: string;

beforeAll(async () => {
  web = createServer((request, response) => {
    const status = Number(request.url?.match(/^\/(\d{3})\//)?.[1] ?? 200);
    response.writeHead(status, { "content-type": "text/html" }).end("<html><body>Welcome</body></html>");
  }).listen(0, "127.0.0.1");
  await new Promise((done) => web.once("listening", done));
  webUrl = `http://127.0.0.1:${(web.address() as AddressInfo).port}`;
});
afterAll(async () => {
  web.closeAllConnections();
  web.close();
});

describe("bad input", () => {
  const query = 'REPLACE INTO "bad" OVERWRITE ALL SELECT CURRENT_TIMESTAMP AS __time, 1 AS "n" PARTITIONED BY ALL';
  const cases: [string, Record<string, unknown>, RegExp][] = [
    ["a closed port", { query, connection: { url: "http://127.0.0.1:9" } }, /connection was refused/],
    [
      "a name that is not there",
      { query, connection: { url: "http://druid.invalid:8888" } },
      /Cannot .*druid\.invalid/,
    ],
    ["HTML", { query, connection: { url: "WEB/200" } }, /HTML page/],
    [
      "401",
      { query, connection: { url: "WEB/401", username: "u", password: "pass-canary" } },
      /401 .*username and password/,
    ],
    ["403", { query, connection: { url: "WEB/403" } }, /403 .*grant/],
    ["bad SQL", { query: 'REPLACE INTO "bad" OVERWRITE ALL\nSELECT FORM x PARTITIONED BY ALL' }, /line 2, column \d+/],
    ["a table that is not there", { query: 'SELECT * FROM "nosuch_table"' }, /Object 'nosuch_table' not found/],
    ["no query", {}, /"query" is required/],
    ["sqlQueryId in the context", { query, context: { sqlQueryId: "mine" } }, /"context.sqlQueryId"/],
    ["sqlQueryId in a SET", { query: `SET sqlQueryId = 'mine'; ${query}` }, /"sqlQueryId"/],
    ["EXPLAIN", { query: `EXPLAIN PLAN FOR ${query}` }, /"EXPLAIN" loads nothing/],
  ];

  let stack: TestStack;
  const target = () => `bad_${stack.name}`;
  beforeAll(() => {
    stack = world.stack();
  });

  test.each(cases)("%s is one clear error, and nothing is submitted or kept", async (_, args, says) => {
    const own = JSON.parse(JSON.stringify(args).replaceAll("WEB", webUrl).replaceAll('\\"bad\\"', `\\"${target()}\\"`));
    const before = await world.tasks("pulumi-bad");
    const ended = await stack.run("up", ingestion("bad", own));
    expect(ended.exit).not.toBe(0);
    expect(ended.output).toMatch(says);
    expect(ended.output).not.toContain("pass-canary");
    expect(await world.tasks("pulumi-bad")).toEqual(before);
    expect(stack.resources().filter(({ urn }) => urn.endsWith("::bad"))).toEqual([]);
  });

  test("after all of them, good input goes well", async () => {
    await stack.must("up", ingestion("bad", { query: query.replace('"bad"', `"${target()}"`) }));
    expect(await world.count(target())).toBe(1);
  });

  test("an integer beyond 2^53 is refused with what to write instead", async () => {
    const program = ingestion("big", { query: 'SELECT ? AS "n"', parameters: [2 ** 53 + 2] });
    const ended = await stack.run("preview", program);
    expect(ended.exit).not.toBe(0);
    expect(ended.output).toMatch(/"parameters\[0\]" is an integer beyond 2\^53.*VARCHAR/);
  });
});

describe("trouble", () => {
  test("a task that fails stays with its whole error, and is repaired by the next `pulumi up`", async () => {
    const stack = world.stack();
    const target = `fail_${stack.name}`;
    const source = world.files.text("/fail.csv", csv(30));
    const query = load("INSERT", target, source);
    const failed = await stack.run(
      "up",
      ingestion("fail", { query: query.replace('TIME_PARSE("t")', 'TIME_PARSE("name")') }),
    );
    expect(failed.exit).not.toBe(0);
    expect(failed.output).toMatch(/failed in stage \d.* on .*InsertTimeNull/);
    expect(stack.resource("fail").outputs).toMatchObject({ state: "FAILED", number: 1, published: [] });
    await stack.must("up", ingestion("fail", { query }));
    expect(stack.resource("fail").outputs).toMatchObject({ state: "SUCCESS", number: 2 });
    expect(stack.resource("fail").outputs.error).toBeUndefined();
    expect(await world.count(target)).toBe(30);
  });

  test("an interrupted up leaves the task running, and the next one joins it", async () => {
    const stack = world.stack();
    const target = `int_${stack.name}`;
    const drip = world.files.drip(`/drip-${stack.name}.csv`);
    drip.write("t,n,name\n");
    const program = ingestion("slow", { query: load("INSERT", target, drip.url) });
    const first = stack.start("up", program);
    await drip.readers();
    const interrupted = Date.now();
    first.child.kill("SIGINT");
    const ended = await first.ended;
    expect(Date.now() - interrupted).toBeLessThan(10_000);
    expect(ended.exit).not.toBe(0);
    expect(ended.output).toContain("keeps running in Druid; the next `pulumi up` resumes it");
    expect(stack.resource("slow").outputs).toMatchObject({ state: "RUNNING", number: 1 });
    const second = stack.start("up", program);
    await second.says(/Joining task/);
    drip.write(csvRows(40));
    drip.end();
    expect((await second.ended).exit).toBe(0);
    expect(await world.count(target)).toBe(40);
    expect(stack.resource("slow").outputs).toMatchObject({ state: "SUCCESS", number: 1 });
  });

  test("a secret query and a secret from config stand in the open nowhere", async () => {
    const stack = world.stack({ secretConfig: { "e2e:word": "sesame-canary" } });
    const target = `secret_${stack.name}`;
    const source = world.files.text("/secret.csv", csv(10));
    const query = `REPLACE INTO "${target}" OVERWRITE ALL SELECT TIME_PARSE("t") AS __time, \${word} AS "word" FROM ${extern(source)} PARTITIONED BY ALL`;
    const program = (bad: string) =>
      `const query = config.requireSecret("word").apply(w => { const word = "'" + w + "'"; return ${"`"}${query.replace('TIME_PARSE("t")', bad)}${"`"}; });
       new MsqIngestion("secret", { query });`;
    const failed = await stack.run("up", program("no_such_function(1)"));
    expect(failed.exit).not.toBe(0);
    const failedTask = await stack.run("up", program('TIME_PARSE("name")'));
    expect(failedTask.exit).not.toBe(0);
    const up = await stack.must("up", program('TIME_PARSE("t")'));
    for (const { output } of [failed, failedTask, up]) expect(output).not.toContain("sesame-canary");
    expect(stack.resource("secret").outputs.query).toContain("sesame-canary");
    expect(stack.resource("secret").outputs.statement).toEqual({
      kind: "REPLACE",
      dataSource: target,
      overwrite: "ALL",
      partitionedBy: "ALL",
      sources: [{ type: "http" }],
    });
    expect(await world.count(target, `"word" = 'sesame-canary'`)).toBe(10);
  });
});
