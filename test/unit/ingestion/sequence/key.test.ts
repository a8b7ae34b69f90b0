import { describe, expect, test } from "@jest/globals";
import { keyOf, nameOf, numberOf, sqlQueryIdOf, taskIdOf } from "../../../../src/ingestion/sequence/key";

const PREFIX = "urn:pulumi:prod::shop::pulumi-nodejs:dynamic/druid:MsqIngestion::";

describe("keyOf()", () => {
  test("is made of the name and a hash of organization and URN", () => {
    const key = keyOf(`${PREFIX}events`, "acme");
    expect(key).toBe("pulumi-events-7b2facf0fe");
    expect(taskIdOf(key, 3)).toBe("query-pulumi-events-7b2facf0fe-3");
  });

  // Public for ever: what one release has written the next must find.
  test.each([
    ["events", "acme", "pulumi-events-7b2facf0fe"],
    ["events", "organization", "pulumi-events-31b01ca9fe"],
    ["a b/c.d:e", "acme", "pulumi-a-b-c-d-e-"],
    ["tabs\tand\nlines", "acme", "pulumi-tabs-and-lines-"],
    ["größe-日本", "acme", "pulumi-gr--e----22cc14b23b"],
    ["pair-😀", "acme", "pulumi-pair----1a09e8dece"],
    ["parent::child", "acme", "pulumi-parent--child-f3db1c67db"],
    ["exactly-twenty-four-long", "acme", "pulumi-exactly-twenty-four-long-"],
    ["exactly-twenty-four-longer", "acme", "pulumi-exactly-twenty-four-long-"],
    ["under_score-and-dash-0-9-A-Z", "acme", "pulumi-under_score-and-dash-0-9-"],
  ])("of %j in %s", (name, organization, expected) => {
    const key = keyOf(PREFIX + name, organization);
    expect(key.startsWith(expected)).toBe(true);
    expect(key).toMatch(/^pulumi-[A-Za-z0-9_-]{1,24}-[0-9a-f]{10}$/);
  });

  test("differs by organization, project, stack, type and name", () => {
    const keys = [
      keyOf(`${PREFIX}a`, "one"),
      keyOf(`${PREFIX}a`, "two"),
      keyOf(`${PREFIX}b`, "one"),
      keyOf(`${PREFIX.replace("prod", "dev")}a`, "one"),
      keyOf(`${PREFIX.replace("shop", "mall")}a`, "one"),
      keyOf(`${PREFIX.replace("pulumi-nodejs", "my:Parent$pulumi-nodejs")}a`, "one"),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });

  test("of names that are cut to the same differs", () => {
    const name = "exactly-twenty-four-long";
    expect(keyOf(`${PREFIX}${name}`, "o")).not.toBe(keyOf(`${PREFIX}${name}er`, "o"));
  });
});

describe("nameOf()", () => {
  test.each([
    [`${PREFIX}events`, "events"],
    [`${PREFIX}a::b::c`, "a::b::c"],
    ["no urn", "no urn"],
    ["", ""],
  ])("of %j", (urn, expected) => expect(nameOf(urn)).toBe(expected));
});

describe("task ids", () => {
  test("stay short enough for the labels of Kubernetes", () => {
    const key = keyOf(`${PREFIX}${"n".repeat(200)}`, "organization");
    expect(sqlQueryIdOf(key, 99_999).length).toBeLessThan(57);
    expect(taskIdOf(key, 99_999).length).toBeLessThanOrEqual(63);
  });

  test("are Druid's name for ours", () => {
    expect(sqlQueryIdOf("k", 12)).toBe("k-12");
    expect(taskIdOf("k", 12)).toBe("query-k-12");
  });

  test.each([
    ["query-k-12", 12],
    ["query-k-0", undefined],
    ["query-k-012", undefined],
    ["query-k-12-worker0_0", undefined],
    ["query-k2-12", undefined],
    ["query-k", undefined],
    ["noop-k-12", undefined],
  ])("%s has the number %s", (taskId, number) => {
    expect(numberOf("k", taskId)).toBe(number);
  });
});
