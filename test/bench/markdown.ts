/** What the bench found, as Markdown, and the places in the docs where it stands. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Result } from "./measure";
import type { Goal, Table } from "./part";

const ROOT = join(__dirname, "../..");

export function asMarkdown(result: Result): string {
  const { secondsByPart } = result;
  const seconds = Object.entries(secondsByPart).map(([name, count]) => `${name} ${count} s`);
  const tables = [goalsTable(result.goals), ...result.tables].map(tableAsMarkdown);
  return [`${circumstances(result)} It took: ${seconds.join(", ")}.`, ...tables].join("\n\n");
}

/** The goals alone, for README. */
export function shortTable(result: Result): string {
  const rows = Object.entries(result.goals).map(([name, goal]) => [
    name,
    `${measured(goal)}${goal.met ? "" : ", **missed**"}`,
    limit(goal),
  ]);
  return `${circumstances(result)}\n\n${tableAsMarkdown({ head: ["", "measured", "goal"], rows })}`;
}

/** Writes docs/bench.md and the table in README between the marks that stand there. */
export function writeDocs(result: Result): void {
  for (const [file, text] of [
    ["docs/bench.md", asMarkdown(result)],
    ["README.md", shortTable(result)],
  ] as const) {
    const path = join(ROOT, file);
    writeFileSync(path, replaceBlock(readFileSync(path, "utf8"), text));
  }
}

export function replaceBlock(page: string, text: string): string {
  const block = /(<!-- bench: [^>]*-->\n)[\s\S]*?(<!-- end of bench -->)/;
  if (!block.test(page)) throw new Error("Cannot write the figures of the bench: the page has no mark for them");
  return page.replace(block, (_all, begin, end) => `${begin}\n${text}\n\n${end}`);
}

function circumstances({ machine, versions, date, isQuick }: Result): string {
  const named = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const quick = isQuick ? "; a quick run, of fewer rounds" : "";
  return `Measured on ${date}, on ${machine.cpus} cores (${machine.model}), with ${named.join(", ")}${quick}.`;
}

function goalsTable(goals: Record<string, Goal>): Table {
  const rows = Object.entries(goals).map(([name, goal]) => [
    name,
    measured(goal),
    limit(goal),
    goal.met ? "met" : "**missed**",
  ]);
  return { title: "Goals", head: ["", "measured", "goal", ""], rows };
}

const measured = ({ value, unit }: Goal) => `${value} ${unit}`;
const limit = ({ goal, unit }: Goal) => (goal === 0 ? "0" : `at most ${goal} ${unit}`);

function tableAsMarkdown({ title, head, rows }: Omit<Table, "title"> & { title?: string }): string {
  const line = (cells: (string | number)[]) => `| ${cells.join(" | ")} |`;
  const table = [line(head), `|${"---|".repeat(head.length)}`, ...rows.map(line)];
  return [...(title === undefined ? [] : [`## ${title}`, ""]), ...table].join("\n");
}
