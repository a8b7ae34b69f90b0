import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { queryValues } from "../../../src/druid/transport/query-values";
import { canonicalQuery } from "../../../src/statement/canonical";
import { credentialValues } from "../../../src/statement/credentials";
import { readStatement } from "../../../src/statement/facts";
import { cpuClock } from "../../harness/cpu-time";
import { runs } from "../../harness/fuzz/runs";
import { anyCredential, anyStatement } from "../../harness/fuzz/sql";

describe("random statements, of which `test/simulation` tries more", () => {
  test("are read without a crash, and have one canonical text", () => fc.assert(anyStatement, runs(300) as never));
  test("show no credential", () => fc.assert(anyCredential, runs(200) as never));
});

test.each([
  ["a literal", `SELECT '${"x".repeat(8_300_000)}'`],
  ["JSON", `SELECT '[${'{"a":"b"},'.repeat(20_000)}1]'`],
  ["JSON of any depth", `SELECT '${"[".repeat(100_000)}'`],
  ["parentheses", "(".repeat(100_000)],
  ["literals", `SELECT ${"'a',".repeat(30_000)} 1`],
])("a long statement of %s is read in linear time", (_what, sql) => {
  const computed = cpuClock();
  readStatement(sql);
  canonicalQuery(sql);
  credentialValues(sql);
  queryValues({ query: sql });
  expect(computed()).toBeLessThan(10_000);
});
