import { readString } from "../../../src/base/names";
import { tokenize } from "../../../src/base/tokens";
import { maskedQuery } from "../../../src/statement/masked";

describe("a literal that is continued on further lines", () => {
  it("is masked as a whole, also its short end", () => {
    expect(maskedQuery("SELECT 'Tr0ub4dor'\n'9f3'")).toBe("SELECT '…'\n'…'");
    expect(maskedQuery("SELECT 'plain words'\n'and more'")).toBe("SELECT 'plain words'\n'and more'");
  });

  it("is read once, however many pieces it has", () => {
    const sql = `SELECT ${"'a'\n".repeat(50_000)}`;
    const begun = performance.now();
    expect(maskedQuery(`${sql}'b'`)).toBe(`${sql}'b'`);
    expect(readString(tokenize(`${sql}x'AB'`).tokens, 1)?.next).toBe(50_001);
    expect(performance.now() - begun).toBeLessThan(4_000);
  });
});
