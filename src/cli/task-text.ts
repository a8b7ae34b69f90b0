/** Draws the picture of a task for a terminal. Pure. */
import type { Picture, PictureOfStage } from "../ingestion/report/picture";

const BAR_MIN = 10;
const BAR_MAX = 60;
const WORKERS_MAX = 12;
const GAP = 2;

/** Lines of at most `columns` characters, except for a single word that is longer. */
export function textOf(picture: Picture, columns: number): string {
  const { taskId, state, facts, stages, warnings, error } = picture;
  const lines = [
    ...wrap(`${taskId}: ${state}`, columns, ""),
    ...facts.flatMap((fact) => wrap(fact, columns, "")),
    ...(stages.length > 0 ? ["", ...chart(picture, columns)] : []),
    ...section(warnings, columns),
    ...section(error, columns),
  ];
  return `${lines.join("\n")}\n`;
}

function chart({ stages, durationMs }: Picture, columns: number): string[] {
  const workers = stages.flatMap((stage) => stage.workers);
  const nameWidth = Math.max(...stages.map(({ name }) => name.length), ...workers.map(({ name }) => name.length + 2));
  const textWidth = Math.max(...stages.map(({ text }) => text.length), ...workers.map(({ text }) => text.length));
  const besideWidth = columns - nameWidth - textWidth - 2 * GAP;
  // In a narrow terminal there is no room beside the bar, so the text goes below it.
  const isBeside = besideWidth >= BAR_MIN;
  const barWidth = Math.min(BAR_MAX, isBeside ? besideWidth : Math.max(BAR_MIN, columns - nameWidth - GAP));
  const totalMs = Math.max(durationMs, ...stages.map(({ startMs = 0, durationMs: took }) => startMs + took), 1);
  const line = (name: string, bar: string, text: string): string[] => {
    const head = name.padEnd(nameWidth + GAP);
    if (isBeside) return [`${head}${bar.padEnd(barWidth + GAP)}${text}`.trimEnd()];
    return [...(name + bar === "" ? [] : [`${head}${bar}`.trimEnd()]), ...wrap(text, columns, "    ")];
  };
  return stages.flatMap((stage) => [
    ...line(stage.name, barOf(stage, totalMs, barWidth), stage.text),
    ...stage.workers.slice(0, WORKERS_MAX).flatMap(({ name, rows, text }) => {
      const most = Math.max(1, ...stage.workers.map((worker) => worker.rows));
      return line(`  ${name}`, "▪".repeat(Math.round((rows / most) * barWidth)), text);
    }),
    ...(stage.workers.length > WORKERS_MAX ? line("", "", `${stage.workers.length - WORKERS_MAX} workers more`) : []),
  ]);
}

/** A bar from the stage's beginning to its end; `░` is the part that is not done yet. */
function barOf({ startMs, durationMs, done, isFailed }: PictureOfStage, totalMs: number, width: number): string {
  if (startMs === undefined) return "";
  const from = Math.min(width - 1, Math.round((startMs / totalMs) * width));
  const length = Math.max(1, Math.min(width - from, Math.round((durationMs / totalMs) * width)));
  const full = isFailed ? length : Math.max(1, Math.round(length * (done >= 1 ? 1 : Math.max(done, 0.05))));
  return " ".repeat(from) + (isFailed ? "▒" : "█").repeat(full) + "░".repeat(length - full);
}

const section = (lines: readonly string[], columns: number): string[] =>
  lines.length === 0 ? [] : ["", ...lines.flatMap((text, index) => wrap(text, columns, index === 0 ? "" : "  "))];

/** Breaks between words; a word that is longer than a line gets a line of its own. */
export function wrap(text: string, columns: number, indent: string): string[] {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(/\s+/)) {
    const next = line.trim() === "" ? `${indent}${word}` : `${line} ${word}`;
    if (next.length > columns && line.trim() !== "") {
      lines.push(line);
      line = `${indent}${word}`;
    } else line = next;
  }
  return [...lines, line];
}
