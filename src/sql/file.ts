/** Reads SQL from a file, and finds each `${name}` in it. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { RunError } from "@pulumi/pulumi";
import { lineOf, placesOf } from "./template";

const NAMED = /\$\{([A-Za-z_]\w*)\}/;

/**
 * Splits a file into the names in `${name}` and the texts around them. In comments a `${name}` stays text, and also
 * within quotes if there is no value of that name, because JSON and patterns may contain it.
 */
export function readSqlFile(path: string | URL, given: readonly string[]): { texts: string[]; names: string[] } {
  const fail = (reason: string): never => {
    throw new RunError(`Cannot build the SQL from the file "${String(path)}": ${reason}`);
  };
  const parts = read(path, fail).split(NAMED);
  const all = parts.filter((_, index) => index % 2 === 0);
  const texts = [all[0] ?? ""];
  const names: string[] = [];
  for (const [index, place] of placesOf(all).entries()) {
    const name = parts[2 * index + 1] ?? "";
    const next = all[index + 1] ?? "";
    const where = `\${${name}} on line ${lineOf(all, index)}`;
    if (place === "open") {
      if (!given.includes(name)) fail(`there is no value for ${where}; give one, in the second argument of sql.file`);
      texts.push(next);
      names.push(name);
    } else {
      if (place === "quotes" && given.includes(name)) {
        fail(`${where} stands within quotes; sql quotes each value itself, so write it outside of them`);
      }
      texts[texts.length - 1] += `\${${name}}${next}`;
    }
  }
  const unused = given.find((name) => !names.includes(name));
  if (unused !== undefined) fail(`it has no \${${unused}}; remove the value "${unused}", or correct its name`);
  return { texts, names };
}

function read(path: string | URL, fail: (reason: string) => never): string {
  try {
    const text = readFileSync(path instanceof URL ? fileURLToPath(path) : path, "utf8");
    return text.replace(/^\uFEFF/, "");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== "ENOENT") return fail(message);
    return fail(
      `there is no file at "${path instanceof URL ? path.href : resolve(path)}"; a path is relative to the program's ` +
        'working directory, and new URL("x.sql", import.meta.url) to the program\'s file',
    );
  }
}
