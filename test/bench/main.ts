/**
 * `npm run bench`: pulumi-druid beside the ways of its peers, in one run, on the same work. Each part gives tables and
 * goals; `--json` prints one object with both and nothing else.
 */
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { done } from "./done";
import { many } from "./many";
import type { Findings, Goal, Part, Table } from "./part";
import { sql } from "./sql";
import { start } from "./start";
import { waiting } from "./waiting";

const USAGE = `Usage: npm run bench -- [part ...] [--quick] [--json] [--lib DIR]

  part       waiting, done, many, start, sql; all if none is named
  --quick    fewer rounds, in about two minutes
  --json     one object: machine, versions, date, tables, and goals by name
  --lib DIR  measures the Druid whose jars are in DIR, instead of 27.0.0 from the Maven registry
`;
const PARTS: Record<string, Part> = { waiting, done, many, start, sql };

function asMarkdown({ title, head, rows }: Table): string {
  const line = (cells: (string | number)[]) => `| ${cells.join(" | ")} |`;
  return [`### ${title}`, "", line(head), line(head.map(() => "---")), ...rows.map(line), ""].join("\n");
}

function goalsTable(goals: Record<string, Goal>): Table {
  const rows = Object.entries(goals).map(([name, { goal, value, unit, met }]) => [
    name,
    `${value} ${unit}`,
    `at most ${goal} ${unit}`,
    met ? "met" : "MISSED",
  ]);
  return { title: "Goals", head: ["what", "measured", "goal", ""], rows };
}

export async function main(args: string[]): Promise<void> {
  const flag = { type: "boolean", default: false } as const;
  const options = { quick: flag, json: flag, help: flag, lib: { type: "string" } } as const;
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  if (values.help) return void process.stdout.write(USAGE);
  const unknown = positionals.filter((name) => !(name in PARTS));
  if (unknown.length > 0)
    throw new Error(`Cannot measure "${unknown.join('", "')}": the parts are ${Object.keys(PARTS).join(", ")}`);
  const found: Findings = { tables: [], goals: {} };
  const secondsByPart: Record<string, number> = {};
  for (const [name, part] of Object.entries(PARTS)) {
    if (positionals.length > 0 && !positionals.includes(name)) continue;
    const begun = performance.now();
    const say = (line: string) => void process.stderr.write(`${name}: ${line}\n`);
    const { tables, goals } = await part({ isQuick: values.quick, lib: values.lib, say });
    found.tables.push(...tables);
    Object.assign(found.goals, goals);
    secondsByPart[name] = Math.round((performance.now() - begun) / 1_000);
  }
  const [cpu] = cpus();
  const machine = {
    cpus: cpus().length,
    model: cpu?.model,
    node: process.versions.node,
    date: new Date().toISOString().slice(0, 10),
  };
  if (values.json)
    return void process.stdout.write(`${JSON.stringify({ machine, secondsByPart, ...found }, null, 2)}\n`);
  for (const table of [...found.tables, goalsTable(found.goals)]) console.log(asMarkdown(table));
  console.log(
    `${machine.cpus} CPUs (${machine.model}), Node.js ${machine.node}, ${machine.date}; seconds: ${JSON.stringify(secondsByPart)}`,
  );
}
