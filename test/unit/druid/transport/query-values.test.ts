import { describe, expect, test } from "@jest/globals";
import { queryValues } from "../../../../src/druid/transport/query-values";

const valuesOf = (query: string) => queryValues({ query }).filter((value) => value !== query);

describe("queryValues()", () => {
  test("takes literals as written and as meant, and no names", () => {
    const values = valuesOf(`SELECT "column" FROM "table" WHERE a = 'it''s' AND b = 'long'`);
    expect(values).toEqual(["it's", "it''s", "long"]);
  });

  test("takes no quote inside a comment or a quoted name for the beginning of a literal", () => {
    expect(valuesOf(`SELECT 'first' -- don't\n, /* isn't */ "o'clock", 'last'`)).toEqual(["first", "last"]);
  });

  test("takes the values inside an input source, and not its types and columns", () => {
    const source =
      '{"type":"http","uris":["https://host/key"],"httpAuthenticationPassword":{"type":"default","password":"swordfish"}}';
    const signature = '[{"name":"timestamp","type":"string"}]';
    const values = valuesOf(
      `SELECT * FROM TABLE(EXTERN('${source}', '{"type":"csv","columns":["page"]}', '${signature}'))`,
    );
    expect(values).toEqual(expect.arrayContaining([source, "https://host/key", "swordfish"]));
    for (const name of ["http", "default", "timestamp", "string", "page"]) expect(values).not.toContain(name);
  });

  test("takes the values of parameters", () => {
    const parameters = [
      { type: "VARCHAR", value: "parameter" },
      { type: "BIGINT", value: 12345 },
      { type: "ARRAY", value: ["inside", null] },
    ];
    expect(queryValues({ query: "SELECT ?", parameters })).toEqual(["parameter", "inside", "SELECT ?"]);
  });

  test("takes comments", () => {
    expect(valuesOf("SELECT 1 -- a remark\n/* another\none */")).toEqual(["a remark", "another\none", "another\\none"]);
  });

  test("takes the words of an input source that is broken", () => {
    const values = valuesOf(`EXTERN('{"type":"http","password":swordfish}', '')`);
    expect(values).toEqual(expect.arrayContaining(['{"type":"http","password":swordfish}', "swordfish"]));
    expect(values).not.toContain("type");
  });

  test("leaves short ones, which would eat the words of a message", () => {
    expect(valuesOf("SELECT 'a', 'DAY', 'HOUR'")).toEqual(["HOUR"]);
  });
});
