/**
 * Reports and statuses with absurd values that their schemas let pass, and what is made of them: texts, pictures, state.
 * After SUCCESS the rows are there, so nothing that a report says may make the operation fail.
 */
import fc from "fast-check";
import { svgOf } from "../../../src/cli/task-svg";
import { textOf } from "../../../src/cli/task-text";
import type { TaskReport, TaskStatus } from "../../../src/druid/wire/task";
import { TaskReportsResponse, TaskStatusResponse } from "../../../src/druid/wire/task-schemas";
import { nextStepAfter } from "../../../src/ingestion/report/next-step";
import { outputsFrom } from "../../../src/ingestion/report/outputs";
import { pictureOf } from "../../../src/ingestion/report/picture";
import { restOf } from "../../../src/ingestion/report/rest";
import { finishedText, runningText } from "../../../src/ingestion/report/row-text";
import { shareDone } from "../../../src/ingestion/report/share-done";
import { endingOf } from "../../../src/ingestion/rules/ending";
import { isPassing } from "../../../src/ingestion/rules/passing";
import { bodyText, recorded, recordedNames } from "../../unit/druid/recorded";

const bodies = (kind: RegExp, field: string) =>
  recordedNames()
    .filter((name) => kind.test(name))
    .map((name) => bodyText(recorded(name)))
    .filter((body) => body.includes(field));
const REPORTS = bodies(/\/report-/, "multiStageQuery");
const STATUSES = bodies(/\/status-/, '"statusCode"');

const absurd = fc.constantFrom(
  "null",
  "-1",
  "0",
  "1e308",
  "-1e308",
  "1e999",
  "0.5",
  "9007199254740993",
  '""',
  '"x"',
  "[]",
  "{}",
  "[1e308,1e308]",
  "[-5]",
  '"FAILED"',
  '"READING_INPUT"',
  '"2262-04-11T23:47:16.854Z"',
  '"-146136543-09-08T08:23:32.096Z"',
  `"${"wide ".repeat(500)}"`,
  '"\\ud800\\u0000</svg>"',
);
/** Any value becomes another one, up to eight of them. */
const changed = (all: readonly string[]) =>
  fc.tuple(fc.constantFrom(...all), fc.array(fc.tuple(fc.nat(), absurd), { maxLength: 8 })).map(([body, changes]) =>
    changes.reduce((text, [where, value]) => {
      const values = [
        ...text.matchAll(/(?<=[:[,])\s*("(?:[^"\\]|\\.)*"|-?[\d.e+]+|null|true|false|\[\]|\{\})(?!\s*:)/g),
      ];
      const { index: from, 0: found } = values[where % Math.max(1, values.length)] ?? { index: 0, 0: "" };
      return text.slice(0, from) + value + text.slice(from + found.length);
    }, body),
  );

const parsed = <T>(text: string, schema: { safeParse(value: unknown): { success: boolean; data?: T | undefined } }) => {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
};

function tellAll(status: TaskStatus, report: TaskReport): void {
  const picture = pictureOf(status, report);
  for (const columns of [20, 80, 200]) textOf(picture, columns);
  svgOf(picture);
  runningText(report, { done: shareDone(report), rowsPerSecond: 1, restMs: restOf(report) });
  finishedText(report, status.duration ?? undefined);
  nextStepAfter(report);
  isPassing(status, report);
  endingOf(status, report);
  const facts = { key: "k", number: 1, published: [], taskId: "query-x", url: "http://router:8888", status, report };
  for (const state of ["SUCCESS", "FAILED"] as const) {
    const outputs = outputsFrom({ ...facts, state, secretTexts: false, hide: (text: string) => text } as never);
    const numbers = JSON.stringify(outputs, (_key, value) => {
      if (typeof value === "number" && !Number.isFinite(value)) throw new Error(`state holds ${value}`);
      return value;
    });
    if (numbers.length > 1_000_000) throw new Error(`state has ${numbers.length} characters`);
  }
}

export const anyReport = fc.property(changed(REPORTS), changed(STATUSES), (reportText, statusText) => {
  const report = parsed(reportText, TaskReportsResponse)?.multiStageQuery;
  const status = parsed(statusText, TaskStatusResponse)?.status;
  if (report !== undefined && status !== undefined) tellAll(status, report);
});
