import { describe, expect, test } from "@jest/globals";
import { redact } from "../../../src/base/redact";
import { cpuClock } from "../../harness/cpu-time";

describe("redact()", () => {
  test("takes the secrets that it is told, and those of addresses, out of a text", () => {
    expect(redact("login swordfish at http://u:pass@host/x", ["swordfish"])).toBe("login [secret] at http://host/x");
  });

  test.each([
    ["at http://u:pass@host/x", "at http://host/x"],
    ["at http://u:p@ss@host/x", "at http://host/x"],
    ["at http://u:pa/ss@host/x", "at http://host/x"],
    ["at http://token@host/x", "at http://host/x"],
    ["at jdbc:mysql://u:pass@host/x", "at jdbc:mysql://host/x"],
    ["cut at http://u:pas", "cut at http://"],
    ["cut at http://u:pas; see http://h/x", "cut at http:// see http://h/x"],
    ["at https://h/x?a=1&X-Amz-Signature=abc%2F&b=2", "at https://h/x?a=1&X-Amz-Signature=[secret]&b=2"],
    ['at "https://h/x?sig=abc", 2', 'at "https://h/x?sig=[secret]", 2'],
    ["at jdbc:sqlserver://h:1;user=u;password=pass", "at jdbc:sqlserver://h:1;user=u;password=[secret]"],
    ["at http://host:8888/x, a@b", "at http://host:8888/x, a@b"],
    ["at http://host:8888", "at http://host:8888"],
    ["at http://[::1]:8888/x", "at http://[::1]:8888/x"],
    ["write to a@b: no", "write to a@b: no"],
  ])("%j", (text, expected) => {
    expect(redact(text, [])).toBe(expected);
  });

  test("takes the longest secret first, and leaves short ones", () => {
    expect(redact("swordfish sword abc", ["sword", "swordfish", "abc"])).toBe("[secret] [secret] abc");
  });

  test.each([
    ["dots", "a.".repeat(500_000)],
    ["schemes", "a://".repeat(250_000)],
    ["colons", `http://${":".repeat(1_000_000)}`],
    ["parameters", "?a=b".repeat(250_000)],
    ["letters", "a".repeat(1_000_000)],
  ])("takes 1 MB of %s in linear time", (_, text) => {
    const computed = cpuClock();
    redact(text, ["swordfish"]);
    expect(computed()).toBeLessThan(5_000);
  });
});
