/** Recorded answers, and those written by hand for other versions: see test/fixtures/druid/README.md. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Recorded } from "../../harness/recording";

const ROOT = join(__dirname, "..", "..", "fixtures", "druid");

/** E.g. `27.0.0/submit-ok`. */
export function recorded(name: string): Recorded {
  return JSON.parse(readFileSync(join(ROOT, `${name}.json`), "utf8"));
}

export function recordedNames(): string[] {
  const versions = readdirSync(ROOT, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return versions.flatMap(({ name }) =>
    readdirSync(join(ROOT, name)).map((file) => `${name}/${file.replace(/\.json$/, "")}`),
  );
}

/** As it went over the wire. */
export function bodyText({ body }: Recorded): string {
  return typeof body === "string" ? body : JSON.stringify(body);
}
