/** A reader finds every page, and every link leads somewhere. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { expect, test } from "@jest/globals";

const root = resolve(__dirname, "../..");
const pages = readdirSync(join(root, "docs")).filter((name) => name.endsWith(".md"));
const texts = [
  "README.md",
  "ARCHITECTURE.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
  "examples/README.md",
  ...pages.map((name) => join("docs", name)),
];
const read = (path: string) => readFileSync(join(root, path), "utf8");

/** As GitHub makes them from headings. */
const anchorsOf = (path: string): string[] =>
  [...read(path).matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\- ]/gu, "")
      .replaceAll(" ", "-"),
  );

test.each(texts)("the links of %s lead somewhere", (path) => {
  const plain = read(path).replace(/^```[\s\S]*?^```/gm, "");
  const targets = [...plain.matchAll(/\]\(([^)\s]+)\)/g)].map(([, to = ""]) => to).filter((to) => !/^https?:/.test(to));
  const broken = targets.filter((to) => {
    const [file = "", anchor] = to.split("#");
    const target = file === "" ? path : join(dirname(path), file);
    if (!existsSync(join(root, target))) return true;
    return anchor !== undefined && !anchorsOf(target).includes(anchor);
  });
  expect(broken).toEqual([]);
});

test("docs/README.md names every page, and examples/README.md every example", () => {
  const named = [...read("docs/README.md").matchAll(/\]\(([\w-]+\.md)\)/g)].map(([, name]) => name);
  expect([...new Set(named)].sort()).toEqual(pages.filter((name) => name !== "README.md").sort());
  const examples = readdirSync(join(root, "examples"), { withFileTypes: true }).filter((one) => one.isDirectory());
  const listed = [...read("examples/README.md").matchAll(/^\| \[([\w-]+)\]/gm)].map(([, name]) => name);
  expect(listed.sort()).toEqual(examples.map(({ name }) => name).sort());
});

test("the README can be read in one sitting", () => {
  expect(read("README.md").split("\n").length).toBeLessThan(250);
});

test("each row of a table has as many cells as its head", () => {
  const cells = (line: string) => line.replace(/\\\|/g, "").split("|").length;
  const uneven = texts.flatMap((path) => {
    const plain = read(path).replace(/^```[\s\S]*?^```/gm, "");
    return [...plain.matchAll(/(?:^\|.*\n)+/gm)].flatMap(([table]) => {
      const [head = "", ...rows] = table.trim().split("\n");
      return rows.filter((row) => cells(row) !== cells(head)).map((row) => `${path}: ${row.slice(0, 60)}`);
    });
  });
  expect(uneven).toEqual([]);
});
