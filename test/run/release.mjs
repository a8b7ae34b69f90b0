/**
 * `npm run release -- --dry-run`: what would be published under the version of package.json, its release notes, and
 * what is still missing. Without `--dry-run` it publishes, with provenance, which npm gives from a CI that it knows
 * alone.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { build, install, root, run } from "./setup.mjs";

const KB_MAX = 150;

const { values } = parseArgs({ options: { "dry-run": { type: "boolean", default: false } } });
const isDry = values["dry-run"];
const { version, name } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const missing = [];

/** The text below a heading of the changelog. */
function notesOf(heading) {
  const [, ...sections] = `\n${readFileSync(join(root, "CHANGELOG.md"), "utf8")}`.split(/\n## /);
  const section = sections.find((one) => one.split("\n")[0].startsWith(heading));
  return section === undefined ? "" : section.split("\n").slice(1).join("\n").trim();
}

const pending = notesOf("Unreleased");
if (pending !== "")
  missing.push(`CHANGELOG.md: what is under "Unreleased" belongs under "${version}", or a later version`);
const notes = [notesOf(version), pending].filter(Boolean).join("\n\n");
if (notes === "") missing.push(`CHANGELOG.md: there are no notes for ${version}`);
if (run("git", ["status", "--porcelain"]).trim() !== "") missing.push("git: there are changes that are not committed");
if (run("git", ["tag", "--list", `v${version}`]).trim() !== "") missing.push(`git: v${version} is there already`);

install();
build();
const [packed] = JSON.parse(run("npm", ["pack", "--dry-run", "--json", "--ignore-scripts", "--loglevel=error"]));
const kB = packed.size / 1000;
if (kB >= KB_MAX) missing.push(`the package has ${kB.toFixed(0)} kB; it is to stay below ${KB_MAX}`);

console.log(`${name} ${version}: ${packed.files.length} files, ${kB.toFixed(1)} kB to download\n\n${notes}\n`);
for (const what of missing) console.log(`missing: ${what}`);
if (isDry) {
  run("npm", ["publish", "--dry-run", "--ignore-scripts", "--loglevel=error"]);
  const signs = process.env.ACTIONS_ID_TOKEN_REQUEST_URL !== undefined;
  console.log(
    `Provenance: ${signs ? "this run can sign it" : "not from this machine; .github/workflows/release.yaml publishes with it"}`,
  );
  console.log(missing.length === 0 ? "It can be released." : "It cannot be released yet.");
} else if (missing.length > 0) {
  process.exitCode = 1;
} else {
  run("npm", ["publish", "--provenance", "--access", "public", "--ignore-scripts"], { stdio: "inherit" });
  console.log(`Published. Now: git tag v${version} && git push origin v${version}`);
}
