import { describe, expect, test } from "@jest/globals";
import { faultsOfInputs, readIngestion, typedParameter } from "../../../../src/ingestion/contract/inputs";
import { hasUnknown, isUnknown } from "../../../../src/ingestion/contract/unknown";

const QUERY = "INSERT INTO a SELECT 1 PARTITIONED BY ALL";
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const FORMS = "must be a string, number, boolean, null or { type, value }";
const BEYOND = expect.stringMatching(/^is an integer beyond 2\^53, .*write a bigint, e\.g\. 9007199254740993n/);
const faults = (inputs: Record<string, unknown>) =>
  faultsOfInputs({ query: QUERY, ...inputs }).map(({ path, reason }) => [path, reason]);

describe("faultsOfInputs()", () => {
  test.each<[string, Record<string, unknown>]>([
    ["the least", {}],
    ["nulls", { context: null, parameters: null, triggers: null, waitForSegmentLoad: null, onDelete: null }],
    ["more nulls", { segmentLoadTimeoutSeconds: null, adoptTaskId: null, validate: null, connection: null }],
    ["every kind of parameter", { parameters: ["a", 1, 1.5, true, null, { type: "ARRAY", value: ["a", null, 1] }] }],
    ["any triggers", { triggers: [1, "a", null, { deep: [true] }, []] }],
    ["any connection: it has rules of its own", { connection: 5 }],
    ["the last safe integers", { parameters: [2 ** 53 - 1, -(2 ** 53 - 1), 0.1] }],
    ["digits of a 64-bit integer", { parameters: [{ type: "BIGINT", value: "-9223372036854775808" }] }],
    ["a large number of an approximate type", { parameters: [{ type: "double", value: 1e300 }] }],
  ])("%s: no fault", (_name, inputs) => expect(faults(inputs)).toEqual([]));

  test.each<[Record<string, unknown>, [string, unknown][]]>([
    [{ query: undefined }, [["query", "is required"]]],
    [{ query: null }, [["query", "must be a string"]]],
    [{ query: ["a"] }, [["query", "must be a string"]]],
    [{ context: "a" }, [["context", "must be an object"]]],
    [{ context: [] }, [["context", "must be an object"]]],
    [{ parameters: "a" }, [["parameters", "must be an array"]]],
    [{ parameters: [{}] }, [["parameters[0]", FORMS]]],
    [{ parameters: [1, { type: "", value: 1 }] }, [["parameters[1].type", "is empty"]]],
    [{ parameters: [{ type: "BIGINT", value: {} }] }, [["parameters[0]", FORMS]]],
    [
      { parameters: [{ type: "BIGINT", value: 1, name: "x" }] },
      [["parameters[0]", 'has no "name"; the keys are listed in the README']],
    ],
    [{ parameters: [[1]] }, [["parameters[0]", FORMS]]],
    [{ parameters: [2 ** 53] }, [["parameters[0]", BEYOND]]],
    [{ parameters: [0, -(2 ** 60)] }, [["parameters[1]", BEYOND]]],
    [{ parameters: [{ type: "BIGINT", value: 2 ** 53 }] }, [["parameters[0]", BEYOND]]],
    [{ parameters: [{ type: "ARRAY", value: [1, 2 ** 53] }] }, [["parameters[0]", BEYOND]]],
    [
      { parameters: [{ type: "bigint", value: "1.5" }] },
      [["parameters[0]", "of type bigint must be a number, or a string of digits"]],
    ],
    [
      { parameters: [{ type: "BIGINT", value: "9223372036854775808" }] },
      [["parameters[0]", "does not fit into the 64 bits of Druid's BIGINT"]],
    ],
    [{ triggers: "a" }, [["triggers", "must be an array"]]],
    [{ waitForSegmentLoad: "true" }, [["waitForSegmentLoad", "must be a boolean"]]],
    [{ segmentLoadTimeoutSeconds: 0 }, [["segmentLoadTimeoutSeconds", "must be more than 0"]]],
    [{ segmentLoadTimeoutSeconds: "5" }, [["segmentLoadTimeoutSeconds", "must be a number"]]],
    [{ onDelete: "drop" }, [["onDelete", 'must be "keepData" or "dropDatasource"']]],
    [{ adoptTaskId: "" }, [["adoptTaskId", "is empty; remove it to submit a task"]]],
    [{ adoptTaskId: 5 }, [["adoptTaskId", "must be a string"]]],
    [{ validate: "on" }, [["validate", 'must be "explain", "sample" or "off"']]],
    [
      { sql: "a", target: "b" },
      [["", 'MsqIngestion has no input "sql", "target"; its inputs are listed in the README']],
    ],
  ])("%j", (inputs, expected) => expect(faults(inputs)).toEqual(expected));

  test("gives all of them at once", () => {
    const paths = faults({ query: 1, triggers: 1, onDelete: 1, parameters: [{}, 2 ** 60], odd: 1 }).map(
      ([path]) => path,
    );
    expect(paths.sort()).toEqual(["", "onDelete", "parameters[0]", "parameters[1]", "query", "triggers"]);
  });

  test("an unknown anywhere is none, and hides none beside it", () => {
    const all = ["query", "context", "parameters", "triggers", "waitForSegmentLoad", "segmentLoadTimeoutSeconds"];
    const more = ["onDelete", "adoptTaskId", "validate", "connection"];
    expect(faults(Object.fromEntries([...all, ...more].map((name) => [name, UNKNOWN])))).toEqual([]);
    expect(faults({ parameters: [{ type: UNKNOWN, value: 1 }, { type: "A", value: [UNKNOWN] }, UNKNOWN] })).toEqual([]);
    expect(faults({ parameters: [UNKNOWN, {}] })).toEqual([["parameters[1]", FORMS]]);
  });
});

describe("readIngestion()", () => {
  test("puts every default in place", () => {
    expect(readIngestion({ query: QUERY })).toEqual({
      query: QUERY,
      context: {},
      parameters: [],
      triggers: [],
      waitForSegmentLoad: true,
      segmentLoadTimeoutMs: 600_000,
      onDelete: "keepData",
      adoptTaskId: undefined,
      validate: "explain",
      checks: undefined,
      retries: 2,
      connection: undefined,
    });
  });

  test("takes what is given", () => {
    const given = {
      query: QUERY,
      context: { a: 1 },
      parameters: [1],
      triggers: [1],
      waitForSegmentLoad: false,
      segmentLoadTimeoutSeconds: 1.5,
      onDelete: "dropDatasource",
      adoptTaskId: "t",
      validate: "off",
      checks: { minRows: 1 },
      retries: 0,
      connection: { url: "u" },
    };
    const { segmentLoadTimeoutSeconds: _seconds, ...rest } = given;
    expect(readIngestion(given)).toEqual({
      ...rest,
      parameters: [{ type: "BIGINT", value: 1 }],
      segmentLoadTimeoutMs: 1_500,
    });
  });
});

describe("typedParameter()", () => {
  test.each<[unknown, string]>([
    ["a", "VARCHAR"],
    ["", "VARCHAR"],
    [null, "VARCHAR"],
    [0, "BIGINT"],
    [-7, "BIGINT"],
    [1.5, "DOUBLE"],
    [true, "BOOLEAN"],
  ])("%j is a %s", (value, type) => {
    expect(typedParameter(value)).toEqual({ type, value });
  });

  test("what has a type keeps it", () => {
    expect(typedParameter({ type: "TIMESTAMP", value: 5 })).toEqual({ type: "TIMESTAMP", value: 5 });
  });
});

describe("unknown values", () => {
  test("of every type are known as such, by themselves and inside others", () => {
    const ids = [UNKNOWN, "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7", "3eeb2bf0-c639-47a8-9e75-3b44932eb421"];
    const more = ["6a19a0b0-7e62-4c92-b797-7f8e31da9cc2", "030794c1-ac77-496b-92df-f27374a8bd58"];
    const last = ["e48ece36-62e2-4504-bad9-02848725956a", "dd056dcd-154b-4c76-9bd3-c8f88648b5ff"];
    for (const id of [...ids, ...more, ...last]) {
      expect(isUnknown(id)).toBe(true);
      expect(hasUnknown({ a: [{ b: id }] })).toBe(true);
    }
    expect(hasUnknown({ a: ["x", null, 5, undefined] })).toBe(false);
    expect(hasUnknown(`${UNKNOWN} `)).toBe(false);
  });
});
