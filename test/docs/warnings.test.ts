import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { WARNING_IDS } from "../../src/statement/warning";

test("docs/warnings.md has exactly one row for each warning, in the order of their ids", () => {
  const text = readFileSync(join(__dirname, "../../docs/warnings.md"), "utf8");
  const rows = [...text.matchAll(/^\| `([a-z-]+)` \|(.*)\|$/gm)];
  expect(rows.map(([, id]) => id)).toEqual([...WARNING_IDS]);
  for (const [, id, cells = ""] of rows)
    expect([id, cells.split("|").filter((cell) => cell.trim()).length]).toEqual([id, 3]);
});
