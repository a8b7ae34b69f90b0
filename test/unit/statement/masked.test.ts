import { describe, expect, test } from "@jest/globals";
import { readString } from "../../../src/base/names";
import { tokenize } from "../../../src/base/tokens";
import { maskedQuery } from "../../../src/statement/masked";
import { cpuClock } from "../../harness/cpu-time";

describe("a literal that is continued on further lines", () => {
  test("is masked as a whole, also its short end", () => {
    expect(maskedQuery("SELECT 'Tr0ub4dor'\n'9f3'")).toBe("SELECT '…'\n'…'");
    expect(maskedQuery("SELECT 'plain words'\n'and more'")).toBe("SELECT 'plain words'\n'and more'");
  });

  test("is read once, however many pieces it has", () => {
    const sql = `SELECT ${"'a'\n".repeat(50_000)}`;
    const cpuMs = cpuClock();
    expect(maskedQuery(`${sql}'b'`)).toBe(`${sql}'b'`);
    expect(readString(tokenize(`${sql}x'AB'`).tokens, 1)?.next).toBe(50_001);
    expect(cpuMs()).toBeLessThan(4_000);
  });
});
