/** The policy pack of examples/policy in the SDK's own policy process, asked as Pulumi's engine asks. */
import { resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type PolicyProcess, startPolicyProcess } from "../harness/policy-process";

const TYPE = "pulumi-nodejs:dynamic/druid:MsqIngestion";
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const SECRET = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };
const secret = (value: unknown) => ({ ...SECRET, value });

const extern = (uri: string, more = "") =>
  `TABLE(EXTERN('{"type":"http",${more}"uris":["${uri}"]}', '{"type":"json"}')) EXTEND ("t" VARCHAR)`;
const GOOD = "https://druid.apache.org/a.json";
const query = ({ target = "raw_x", from = extern(GOOD), by = "DAY", overwrite = "" } = {}) =>
  `${overwrite ? "REPLACE" : "INSERT"} INTO "${target}" ${overwrite} SELECT TIME_PARSE("t") AS __time FROM ${from} PARTITIONED BY ${by}`;

let pack: PolicyProcess;

beforeAll(async () => {
  pack = await startPolicyProcess(resolve(__dirname, "../../examples/policy/policy-pack"));
});
afterAll(() => pack.stop());

async function violations(props: object, { stack = "dev", type = TYPE } = {}) {
  const urn = `urn:pulumi:${stack}::shop::${type}::pages`;
  return pack.analyze({ urn, type, props: { __secretQuery: false, ...props } });
}

test("the pack has the rules, and an ingestion that keeps them passes", async () => {
  expect(await pack.policies()).toEqual([
    "druid-no-overwrite-all",
    "druid-no-drop-datasource",
    "druid-allowed-sources",
    "druid-allowed-targets",
    "druid-partitioning",
    "druid-no-plain-credentials",
    "druid-max-num-tasks",
    "waits-for-rows",
  ]);
  expect(await violations({ query: query(), context: { maxNumTasks: 10 }, waitForSegmentLoad: true })).toEqual([]);
});

test.each<[string, object, string, (string | RegExp)?, string?]>([
  ["druid-no-overwrite-all", { query: query({ overwrite: "OVERWRITE ALL" }) }, 'replaces every row of "raw_x"'],
  ["druid-no-drop-datasource", { query: query(), onDelete: "dropDatasource" }, 'in the stack "prod-eu"', "", "prod-eu"],
  [
    "druid-allowed-sources",
    { query: query({ from: extern("https://druid.apache.org.evil.com/a") }) },
    'reads "https://druid.apache.org.evil.com/a"',
  ],
  [
    "druid-allowed-sources",
    { query: query({ from: extern("https://druid.apache.org/../a") }) },
    "allowed addresses begin with",
  ],
  [
    "druid-allowed-sources",
    { query: query({ from: extern(GOOD).replace('"http"', '"hdfs"') }) },
    'a source of type "hdfs"',
  ],
  [
    "druid-allowed-sources",
    { query: query({ from: "TABLE(EXTERN(?, ?)) EXTEND (t VARCHAR)" }), parameters: ["a", "b"] },
    'type "extern"',
  ],
  ["druid-allowed-targets", { query: query({ target: "wiki" }) }, 'writes to "wiki"'],
  [
    "druid-allowed-targets",
    { query: `INSERT INTO EXTERN(s3(bucket => 'b', prefix => 'p')) AS CSV SELECT 1 AS x FROM t` },
    'exports to "s3://b/p"',
  ],
  ["druid-partitioning", { query: query({ by: "ALL TIME" }) }, "PARTITIONED BY ALL is too coarse"],
  ["druid-partitioning", { query: query({ by: "'P5W'" }) }, "PARTITIONED BY P5W is too coarse"],
  [
    "druid-no-plain-credentials",
    { query: query({ from: extern(GOOD, '"httpAuthenticationPassword":"c4nary1234",') }) },
    "pulumi.secret()",
  ],
  ["druid-max-num-tasks", { query: query(), context: { maxNumTasks: "11" } }, "more than the allowed 10"],
  [
    "druid-max-num-tasks",
    { query: `SET maxNumTasks = 11; ${query()}`, context: { maxNumTasks: 2 } },
    "more than the allowed 10",
  ],
  ["waits-for-rows", { query: query(), waitForSegmentLoad: false }, "Set waitForSegmentLoad to true"],
])("%s finds its violation, case %#", async (policy, props, message, _ = "", stack = "dev") => {
  const found = await violations(props, { stack });
  expect(found).toEqual([
    { policy, message: expect.stringContaining(message), level: policy === "waits-for-rows" ? 0 : 1 },
  ]);
  expect(JSON.stringify(found)).not.toContain("c4nary");
});

test("more sources than state keeps, and addresses longer than it keeps, are judged too", async () => {
  const many = Array.from({ length: 30 }, (_, index) => `${GOOD}${index}`);
  const long = `https://druid.apache.org/${"x".repeat(80)}/../${"y".repeat(80)}`;
  for (const uri of [[...many, "https://evil.com/x"].join('","'), long])
    expect((await violations({ query: query({ from: extern(uri) }) })).map(({ policy }) => policy)).toEqual([
      "druid-allowed-sources",
    ]);
  expect(await violations({ query: query({ from: extern(many.join('","')) }) })).toEqual([]);
});

test("other stacks, exceptions, tables and other resources are left alone", async () => {
  expect(await violations({ query: query(), onDelete: "dropDatasource" })).toEqual([]);
  expect(
    await violations({ query: query({ target: "scratch_1", overwrite: "OVERWRITE ALL", from: '"any"' }) }),
  ).toEqual([]);
  expect(await violations({ query: query({ target: "wiki", by: "ALL" }) }, { type: "aws:s3/bucket:Bucket" })).toEqual(
    [],
  );
});

test("nothing is claimed of what is not known yet in preview", async () => {
  const unknown = await violations({ query: UNKNOWN, onDelete: UNKNOWN, context: { maxNumTasks: UNKNOWN } });
  expect(unknown.every(({ message, level }) => level === 0 && /can't run policy .* during preview/.test(message))).toBe(
    true,
  );
  expect(unknown.length).toBeGreaterThan(0);
  // A rule that needs only what is known still judges.
  const partly = await violations({ query: query({ by: "ALL" }), context: { maxNumTasks: UNKNOWN } });
  expect(partly.filter(({ level }) => level === 1)).toEqual([
    { policy: "druid-partitioning", message: expect.stringContaining("too coarse"), level: 1 },
  ]);
});

test("of a secret query no address, no expression and no value is shown", async () => {
  const bad = query({
    from: extern("https://c4nary:c4nary@evil.com/c4nary"),
    by: `TIME_FLOOR("c4nary", 'P1D')`,
    target: "wiki",
  });
  const found = await violations({ query: secret(bad), __secretQuery: true, context: secret({ maxNumTasks: 4_711 }) });
  expect(found.map(({ policy }) => policy).sort()).toEqual([
    "druid-allowed-sources",
    "druid-allowed-targets",
    "druid-max-num-tasks",
    "druid-partitioning",
  ]);
  expect(JSON.stringify(found)).not.toMatch(/c4nary|evil|4711/);
});
