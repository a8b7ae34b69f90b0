/**
 * `npm run bench`: pulumi-druid beside the ways of its peers, in one run, on the same work. Each part gives tables and
 * goals; `--json` prints one object with both and nothing else.
 */
import { parseArgs } from "node:util";
import { done } from "./done";
import { many } from "./many";
import { asMarkdown, writeDocs } from "./markdown";
import { measure } from "./measure";
import type { Part } from "./part";
import { sql } from "./sql";
import { start } from "./start";
import { waiting } from "./waiting";

const USAGE = `Usage: npm run bench -- [part ...] [--quick] [--json] [--write] [--lib DIR]

  part       waiting, done, many, start, sql; all if none is named
  --quick    fewer rounds, in about two minutes
  --json     one object: machine, versions, date, tables, and goals by name
  --write    also writes the figures into docs/bench.md and README.md
  --lib DIR  measures the Druid whose jars are in DIR, instead of 27.0.0 from the Maven registry
`;
const PARTS: Record<string, Part> = { waiting, done, many, start, sql };

export async function main(args: string[]): Promise<void> {
  const flag = { type: "boolean", default: false } as const;
  const options = { quick: flag, json: flag, write: flag, help: flag, lib: { type: "string" } } as const;
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  if (values.help) return void process.stdout.write(USAGE);
  const unknown = positionals.filter((name) => !(name in PARTS));
  if (unknown.length > 0)
    throw new Error(`Cannot measure "${unknown.join('", "')}": the parts are ${Object.keys(PARTS).join(", ")}`);
  if (values.write && positionals.length > 0)
    throw new Error("Cannot write the figures of some parts only: the docs have one run of all; name no part");
  const wanted = Object.entries(PARTS).filter(([name]) => positionals.length === 0 || positionals.includes(name));
  const result = await measure(Object.fromEntries(wanted), { isQuick: values.quick, lib: values.lib });
  if (values.write) writeDocs(result);
  process.stdout.write(`${values.json ? JSON.stringify(result, null, 2) : asMarkdown(result)}\n`);
}
