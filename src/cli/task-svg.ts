/** Draws the picture of a task as one SVG, for a ticket or a page. Pure. */
import { duration } from "../ingestion/report/figures";
import type { Picture, PictureOfStage } from "../ingestion/report/picture";
import { wrap } from "./task-text";

const WIDTH = 900;
const MARGIN = 24;
const CHART_LEFT = 210;
const CHART_WIDTH = 400;
const LINE = 20;
const BAR = 18;
const WORKER = 14;
const WORKERS_MAX = 12;
/** Only a server that is wrong about the time makes more. */
const TICKS_MAX = 40;
/** Characters that fit into a line of text. */
const LETTERS = 118;
const COLORS = { SUCCESS: "#1b7f4b", RUNNING: "#2463c4", FAILED: "#b3261e" };
const GRAY = "#5f6368";

export function svgOf(picture: Picture): string {
  const shapes: string[] = [];
  let y = MARGIN + LINE;
  const text = (x: number, content: string, style = "") => {
    shapes.push(`<text x="${x}" y="${y}"${style}>${escaped(content)}</text>`);
  };
  const color = COLORS[picture.state.split(",")[0] as keyof typeof COLORS] ?? GRAY;
  text(MARGIN, picture.taskId, ' font-weight="600" font-size="16"');
  y += LINE + 2;
  text(MARGIN, picture.state, ` font-weight="600" fill="${color}"`);
  for (const fact of picture.facts) {
    y += LINE;
    text(MARGIN, fact, ` fill="${GRAY}"`);
  }
  y += LINE;
  if (picture.stages.length > 0) y = chart(picture, shapes, y);
  for (const [lines, fill] of [
    [picture.warnings, "#8a5a00"],
    [picture.error, COLORS.FAILED],
  ] as const) {
    if (lines.length > 0) y += LINE / 2;
    for (const line of lines.flatMap((one, index) => wrap(one, LETTERS, index === 0 ? "" : "  "))) {
      y += LINE;
      text(MARGIN + (line.startsWith("  ") ? 16 : 0), line.trim(), ` fill="${fill}"`);
    }
  }
  const height = y + MARGIN;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" font-family="system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif" font-size="13" fill="#202124">
<title>${escaped(`${picture.taskId}: ${picture.state}`)}</title>
<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>
${shapes.join("\n")}
</svg>
`;
}

/** Returns where it ends. */
function chart({ stages, durationMs }: Picture, shapes: string[], top: number): number {
  const totalMs = Math.max(durationMs, ...stages.map(({ startMs = 0, durationMs: took }) => startMs + took), 1);
  const x = (ms: number) => CHART_LEFT + (ms / totalMs) * CHART_WIDTH;
  let y = top + 10;
  const height = stages.reduce((sum, stage) => sum + heightOf(stage), 0);
  for (const ms of ticks(totalMs)) {
    shapes.push(
      `<line x1="${round(x(ms))}" y1="${y + 6}" x2="${round(x(ms))}" y2="${y + 12 + height}" stroke="#dadce0"/>`,
      `<text x="${round(x(ms))}" y="${y}" text-anchor="middle" font-size="11" fill="${GRAY}">${ms === 0 ? "0" : duration(ms)}</text>`,
    );
  }
  y += 12;
  for (const stage of stages) y = drawStage(stage, shapes, y, x);
  if (!stages.some(({ workers }) => workers.length > 0)) return y;
  y += LINE / 2;
  shapes.push(
    `<text x="${CHART_LEFT}" y="${y}" font-size="11" fill="${GRAY}">gray: the rows of each worker, beside those of the others</text>`,
  );
  return y;
}

function drawStage(stage: PictureOfStage, shapes: string[], top: number, x: (ms: number) => number): number {
  const { name, startMs, durationMs, done, isFailed, text, workers } = stage;
  const fill = isFailed ? COLORS.FAILED : done >= 1 ? COLORS.SUCCESS : COLORS.RUNNING;
  const base = top + BAR - 4;
  shapes.push(
    `<text x="${MARGIN}" y="${base}">${escaped(name)}</text>`,
    `<text x="${CHART_LEFT + CHART_WIDTH + 14}" y="${base}">${escaped(text)}</text>`,
  );
  if (startMs !== undefined) {
    const width = Math.max(3, x(startMs + durationMs) - x(startMs));
    const full = isFailed || done >= 1 ? width : width * Math.max(done, 0.05);
    const rect = (length: number, opacity: number) =>
      `<rect x="${round(x(startMs))}" y="${top}" width="${round(length)}" height="${BAR}" rx="3" fill="${fill}" fill-opacity="${opacity}"/>`;
    shapes.push(rect(width, 0.25), rect(full, 1));
  }
  const most = Math.max(1, ...workers.map(({ rows }) => rows));
  workers.slice(0, WORKERS_MAX).forEach((worker, index) => {
    const y = top + BAR + 4 + index * WORKER;
    const length = round((worker.rows / most) * CHART_WIDTH);
    shapes.push(
      `<text x="${MARGIN + 16}" y="${y + 9}" font-size="11" fill="${GRAY}">${escaped(worker.name)}</text>`,
      `<rect x="${CHART_LEFT}" y="${y}" width="${length}" height="8" rx="2" fill="#9aa0a6" fill-opacity="0.6"/>`,
      `<text x="${CHART_LEFT + CHART_WIDTH + 14}" y="${y + 9}" font-size="11" fill="${GRAY}">${escaped(worker.text)}</text>`,
    );
  });
  if (workers.length > WORKERS_MAX) {
    const y = top + BAR + 4 + WORKERS_MAX * WORKER + 9;
    shapes.push(
      `<text x="${MARGIN + 16}" y="${y}" font-size="11" fill="${GRAY}">${workers.length - WORKERS_MAX} workers more</text>`,
    );
  }
  return top + heightOf(stage);
}

function heightOf({ workers }: PictureOfStage): number {
  const lines = Math.min(workers.length, WORKERS_MAX) + (workers.length > WORKERS_MAX ? 1 : 0);
  return BAR + 10 + lines * WORKER;
}

/** Four to eight round times. */
function ticks(totalMs: number): number[] {
  const steps = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1_200, 1_800, 3_600, 7_200, 18_000, 43_200, 86_400];
  const fractions = [50, 100, 200, 500];
  const step = [...fractions, ...steps.map((s) => s * 1_000)].find((ms) => totalMs / ms <= 7) ?? 172_800_000;
  return Array.from({ length: Math.min(TICKS_MAX, Math.floor(totalMs / step) + 1) }, (_, index) => index * step);
}

const round = (value: number) => Math.round(value * 10) / 10;

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Control characters have no place in XML. */
function escaped(text: string): string {
  return (
    text
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "")
      .replace(/[&<>"]/g, (mark) => ENTITIES[mark] ?? mark)
  );
}
