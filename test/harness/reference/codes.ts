/** Writes the table of Druid's error codes in docs/troubleshooting.md, with the advice that errors give. */

import type { TaskReport, TaskStatus } from "../../../src/druid/wire/task";
import { CODES, nextStepAfter } from "../../../src/ingestion/report/next-step";
import { isPassing } from "../../../src/ingestion/rules/passing";
import { table } from "./pages";

const BELOW = /(<!-- codes: .* -->\n)[\s\S]*$/;

/** The page with today's table; the marker and what is before it stay. */
export function withCodes(page: string): string {
  if (!BELOW.test(page))
    throw new Error("Cannot write the error codes: docs/troubleshooting.md has no marker for them");
  const rows = CODES.map((code) => [`\`${code}\``, stepAfter(code), repeated(code)]);
  return page.replace(
    BELOW,
    (_, marker) => `${marker}\n${table(["code", "what to do", "repeated by itself"], rows)}\n`,
  );
}

function stepAfter(code: string): string {
  const step = nextStepAfter(reportOf(code)) ?? "";
  return step.replaceAll("|", "\\|");
}

/** As `retries` says: only if nothing was published. */
function repeated(code: string): string {
  if (code === "Canceled") return "if a server was restarted";
  const status: TaskStatus = { id: "query-1", statusCode: "FAILED" };
  return isPassing(status, reportOf(code)) ? "yes" : "";
}

const reportOf = (errorCode: string): TaskReport => ({
  payload: { status: { status: "FAILED", errorReport: { error: { errorCode } } } },
});
