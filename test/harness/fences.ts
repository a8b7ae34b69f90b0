/** The `ts` fences of the documentation. */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const root = resolve(__dirname, "../..");

/** In the order of the page; also those in comments of a source file. */
export function fencesOf(path: string): string[] {
  const text = readFileSync(join(root, path), "utf8");
  const plain = path.endsWith(".md") ? text : text.replace(/^[ \t]*\* ?/gm, "");
  return [...plain.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, code]) => code ?? "");
}
