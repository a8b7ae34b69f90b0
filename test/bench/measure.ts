/** Runs parts of the bench one after the other: nothing else may run while something is timed. */
import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { type Findings, type Options, type Part, together } from "./part";

export interface Result extends Findings {
  machine: { cpus: number; model: string };
  versions: Record<string, string>;
  /** Of the measurement; ISO 8601. */
  date: string;
  isQuick: boolean;
  secondsByPart: Record<string, number>;
}

export async function measure(parts: Record<string, Part>, options: Omit<Options, "say">): Promise<Result> {
  const found: Findings[] = [];
  const secondsByPart: Record<string, number> = {};
  for (const [name, part] of Object.entries(parts)) {
    const begun = performance.now();
    found.push(await part({ ...options, say: (line) => void process.stderr.write(`${name}: ${line}\n`) }));
    secondsByPart[name] = Math.round((performance.now() - begun) / 1_000);
  }
  return {
    machine: { cpus: cpus().length, model: cpus()[0]?.model ?? "unknown" },
    versions: versions(),
    date: new Date().toISOString().slice(0, 10),
    isQuick: options.isQuick,
    secondsByPart,
    ...together(found),
  };
}

function versions(): Record<string, string> {
  const { version, devDependencies } = JSON.parse(readFileSync(join(__dirname, "../../package.json"), "utf8"));
  const others = ["@pulumi/pulumi", "druid-query-toolkit"].map((name) => [name, devDependencies[name]]);
  return { "pulumi-druid": version, "Node.js": process.versions.node, ...Object.fromEntries(others) };
}
