import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { canonicalJson } from "../../../src/base/json";
import { type Content, contentHash } from "../../../src/ingestion/contract/content";

interface Vector {
  name: string;
  content: Content;
  /** RFC 8785, computed by another program. */
  canonical: string;
  hash: string;
}

const FILE = join(__dirname, "..", "..", "fixtures", "content-v1.json");
const vectors = JSON.parse(readFileSync(FILE, "utf8")) as Vector[];
const base: Content = {
  query: "INSERT INTO a SELECT ? PARTITIONED BY ALL",
  context: { maxNumTasks: 3 },
  parameters: [{ type: "BIGINT", value: 1 }],
  triggers: ["x"],
};

describe("contentHash()", () => {
  // Written into every task: a hash that changes loads everything anew.
  test.each(vectors.map((vector) => [vector.name, vector] as const))("is frozen as v1: %s", (_name, vector) => {
    expect(createHash("sha256").update(vector.canonical).digest("hex")).toBe(vector.hash.slice("v1:".length));
    expect(contentHash(vector.content)).toBe(vector.hash);
  });

  test.each<[string, Partial<Content>]>([
    ["the query", { query: "INSERT INTO a SELECT ? PARTITIONED BY DAY" }],
    ["the case of a word", { query: "insert INTO a SELECT ? PARTITIONED BY ALL" }],
    ["the context", { context: { maxNumTasks: 4 } }],
    ["a key of the context", { context: { maxNumTasks: 3, more: null } }],
    ["a parameter's value", { parameters: [{ type: "BIGINT", value: 2 }] }],
    ["a parameter's type", { parameters: [{ type: "DOUBLE", value: 1 }] }],
    ["a number written as a text", { parameters: [{ type: "BIGINT", value: "1" }] }],
    ["the triggers", { triggers: ["y"] }],
    ["the order of triggers", { triggers: [["x"]] }],
  ])("differs by %s", (_name, change) => {
    expect(contentHash({ ...base, ...change })).not.toBe(contentHash(base));
  });

  test("does not see what stands beside a parameter's type and value, nor the order of keys", () => {
    const noted = { value: 1, type: "BIGINT", note: "x" };
    const parameters: Content["parameters"] = [noted];
    expect(contentHash({ ...base, parameters })).toBe(contentHash(base));
  });
});

describe("canonicalJson()", () => {
  test.each(vectors.map((vector) => [vector.name, vector] as const))("follows RFC 8785: %s", (_name, vector) => {
    const parsed = JSON.parse(vector.canonical);
    expect(canonicalJson(parsed)).toBe(vector.canonical);
  });

  test.each([
    [{ b: 1, a: undefined }, '{"b":1}'],
    [[undefined, 1], "[null,1]"],
    [undefined, "null"],
    [{ b: [{ d: 1, c: 2 }], a: "" }, '{"a":"","b":[{"c":2,"d":1}]}'],
  ])("writes %j as %s", (value, expected) => expect(canonicalJson(value)).toBe(expected));
});
