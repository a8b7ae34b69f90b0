import { describe, expect, test } from "@jest/globals";
import { externsOf } from "../../../../src/druid/wire/extern";
import { ExplainResponseWithExterns } from "../../../../src/druid/wire/plan";
import { recorded } from "../recorded";

const SOURCE = { type: "http", uris: ["http://h/a.csv"] };
const FORMAT = { type: "csv", findColumnsFromHeader: true };
const EXTERNAL = {
  type: "external",
  inputSource: SOURCE,
  inputFormat: FORMAT,
  signature: [
    { name: "t", type: "LONG" },
    { name: "n", type: "LONG" },
    { name: "name", type: "STRING" },
  ],
};
const virtual = (name: string, expression: string) => ({ type: "expression", name, expression, outputType: "LONG" });
const plan = (query: object, column = "v0") => [
  {
    query: { queryType: "scan", dataSource: EXTERNAL, ...query },
    columnMappings: [
      { queryColumn: column, outputColumn: "__time" },
      { queryColumn: "n", outputColumn: "n" },
    ],
  },
];
const reading = (query: object, column?: string) => externsOf(plan(query, column))[0]?.reading;

describe("externsOf()", () => {
  test.each(["27.0.0", "37.0.0"])("reads a recorded plan of %s", (version) => {
    const { body } = recorded(`${version}/explain-insert`);
    expect(ExplainResponseWithExterns.parse(body)[0]?.PLAN.externs).toMatchObject([
      {
        inputSource: { type: "inline" },
        inputFormat: { type: "json" },
        columns: [{ name: "ts", type: "STRING" }, { name: "page" }, { name: "added", type: "LONG" }],
        reading: { time: "timestamp_parse(\"ts\",null,'UTC')", transforms: [] },
      },
    ]);
  });

  test("takes each source once, at any depth, and no reading if there are several", () => {
    const other = { ...EXTERNAL, inputSource: { type: "http", uris: ["http://h/b.csv"] } };
    const join = {
      type: "join",
      left: EXTERNAL,
      right: { type: "query", query: { dataSource: other } },
      again: EXTERNAL,
    };
    const found = externsOf(plan({ dataSource: join }, "t"));
    expect(found.map(({ inputSource }) => inputSource.uris)).toEqual([["http://h/a.csv"], ["http://h/b.csv"]]);
    expect(found.every((one) => one.reading === undefined)).toBe(true);
  });

  test("makes numbers of numeric columns, but of no text that only looks like one", () => {
    expect(reading({}, "t")?.time).toBe(`CAST("t", 'LONG')`);
    const expression = `if(("name" == 'a"t"'),("t" * 1000),("n" + 1))`;
    expect(reading({ virtualColumns: [virtual("v0", expression)] })?.time).toBe(
      `if(("name" == 'a"t"'),(CAST("t", 'LONG') * 1000),(CAST("n", 'LONG') + 1))`,
    );
  });

  test("finds __time behind a GROUP BY", () => {
    const dimensions = [{ dimension: "v0", outputName: "d0" }];
    const query = { queryType: "groupBy", virtualColumns: [virtual("v0", `timestamp_floor("t",'P1D')`)], dimensions };
    expect(reading(query, "d0")?.time).toBe(`timestamp_floor(CAST("t", 'LONG'),'P1D')`);
    expect(reading(query, "a0")).toBeUndefined();
  });

  test("applies the filter with its virtual columns", () => {
    const filter = { type: "equals", column: "v1", matchValue: "B" };
    const virtualColumns = [virtual("v0", `"t"`), virtual("v1", `upper("name")`)];
    expect(reading({ filter, virtualColumns })).toEqual({
      time: `CAST("t", 'LONG')`,
      transforms: [
        { name: "v0", expression: `CAST("t", 'LONG')` },
        { name: "v1", expression: `upper("name")` },
      ],
      filter,
    });
  });

  test.each<[string, string, object]>([
    [
      "a filter that needs another kind of virtual column",
      "v0",
      { filter: { type: "x" }, virtualColumns: [virtual("v0", `"t"`), { type: "nested-field", name: "v1" }] },
    ],
    ["a virtual column of another one", "v0", { virtualColumns: [virtual("v0", `("v1" + 1)`), virtual("v1", `"t"`)] }],
    [
      "a __time in the data, which the plan restricts by intervals",
      "__time",
      { dataSource: { ...EXTERNAL, signature: [{ name: "__time", type: "LONG" }] } },
    ],
    ["a query over a query", "v0", { dataSource: { type: "query", query: { dataSource: EXTERNAL } } }],
    ["an unknown kind of query", "v0", { queryType: "topN" }],
    ["no __time at all", "x", { virtualColumns: [] }],
  ])("tells no reading for %s", (_, column, query) => {
    const [extern] = externsOf(plan(query, column));
    expect(extern?.inputSource).toEqual(SOURCE);
    expect(extern?.reading).toBeUndefined();
  });

  test("finds nothing in a plan of tables", () => {
    expect(externsOf([{ query: { dataSource: { type: "table", name: "t" } } }, "text", null])).toEqual([]);
  });
});
