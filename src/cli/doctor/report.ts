/** Writes the findings as a table for a terminal, or as JSON. Pure. */
import { wrap } from "../task-text";
import type { Finding, Level } from "./finding";

export interface Examination {
  /** Without credentials. */
  url: string;
  /** Where url and login come from, e.g. `--url`. */
  source: string;
  findings: Finding[];
}

const GAP = "  ";

export function tableOf({ url, source, findings }: Examination, columns: number): string {
  const levelWidth = Math.max(...findings.map(({ level }) => level.length));
  const idWidth = Math.max(...findings.map(({ id }) => id.length));
  const indent = levelWidth + idWidth + 2 * GAP.length;
  const rest = Math.max(40, columns - indent);
  const lines = findings.flatMap(({ id, level, found, means, mend }) => {
    const said = [
      ...wrap(found, rest, ""),
      ...(means === undefined ? [] : wrap(means, rest, "")),
      ...(mend === undefined ? [] : wrap(`→ ${mend}`, rest, "")),
    ];
    const head = `${level.padEnd(levelWidth)}${GAP}${id.padEnd(idWidth)}${GAP}`;
    return said.map((line, index) => `${index === 0 ? head : " ".repeat(indent)}${line}`);
  });
  return `Druid at ${url} (from ${source})\n\n${lines.join("\n")}\n\n${sumOf(findings)}\n`;
}

export function jsonOf({ url, source, findings }: Examination): string {
  return `${JSON.stringify({ url, source, ok: !isStopped(findings), findings }, undefined, 2)}\n`;
}

/** In place of an examination, if there is no connection that could be used. */
export function jsonOfFault(error: string): string {
  return `${JSON.stringify({ ok: false, error, findings: [] }, undefined, 2)}\n`;
}

/** Whether anything stops an ingestion. */
export const isStopped = (findings: readonly Finding[]): boolean => findings.some(({ level }) => level === "problem");

function sumOf(findings: readonly Finding[]): string {
  const count = (level: Level) => findings.filter((one) => one.level === level).length;
  const [problems, warnings] = [count("problem"), count("warning")];
  const many = (number: number, what: string) => `${number} ${what}${number === 1 ? "" : "s"}`;
  const end = problems === 0 ? "an ingestion can work here" : "an ingestion cannot work here yet";
  return `${many(problems, "problem")}, ${many(warnings, "warning")}: ${end}`;
}
