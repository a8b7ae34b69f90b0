/**
 * Reads the error from an answer: the formats of Druid 24 to 38, and those of Jetty, the Router, the access check and
 * proxies.
 */

import type { Position } from "../../base/errors";
import { isRecord, parseJson } from "../../base/json";
import { HTML_PAGE, kindOfBody } from "./answer";
import type { Answer } from "./call";

export interface Refusal {
  /** The full text. It may still contain secrets. */
  detail: string;
  errorCode: string | undefined;
  category: string | undefined;
  position: Position | undefined;
}

/** Enough for text from a proxy. */
const MAX_TEXT = 4_000;
/** No error of Druid's is longer, apart from its stack traces. */
const MAX_DETAIL = 10_000;

export function readRefusal(answer: Answer): Refusal {
  const body = parseJson(answer.text);
  // A failed submit wraps its error: {"taskId":…,"state":"FAILED","error":{…}}.
  const error = isRecord(body) && isRecord(body.error) ? body.error : body;
  const refusal = isRecord(error) ? fromJson(error, answer) : fromText(answer);
  return { ...refusal, position: refusal.position ?? positionIn(refusal.detail) };
}

function fromJson(error: Record<string, unknown>, answer: Answer): Refusal {
  const text = (key: string) => (typeof error[key] === "string" && error[key] !== "" ? error[key] : undefined);
  // Since 27 `error` is always "druidException" and `errorCode` names the error; before, `error` names it.
  const shortName = text("error") === "druidException" ? undefined : text("error");
  // `message` comes from Jetty's JSON error page.
  const said = text("errorMessage") ?? text("message") ?? shortName ?? text("Access-Check-Result");
  const context = isRecord(error.context) ? error.context : {};
  return {
    detail: said?.slice(0, MAX_DETAIL) ?? `${kindOfBody(answer)} that is not a Druid error`,
    errorCode: word(text("errorCode") ?? (text("errorMessage") === undefined ? undefined : shortName)),
    category: word(text("category")),
    position: position(context.line, context.column),
  };
}

/** Another service may send anything in a field of the same name. */
function word(text: string | undefined): string | undefined {
  return text !== undefined && /^[A-Za-z][A-Za-z_ ]{0,60}$/.test(text) ? text : undefined;
}

function fromText(answer: Answer): Refusal {
  const nothing = { errorCode: undefined, category: undefined, position: undefined };
  const text = answer.text.trim();
  const kind = kindOfBody(answer);
  if (kind === "an empty body") return { ...nothing, detail: "" };
  if (kind !== HTML_PAGE) return { ...nothing, detail: text.slice(0, MAX_TEXT) };
  // Jetty's pages give the reason in the title; other pages are only described.
  const why = /<title>\s*Error \d{3} ([^<]{1,300}?)\s*<\/title>/i.exec(text)?.[1];
  return { ...nothing, detail: why ?? kind };
}

function positionIn(detail: string): Refusal["position"] {
  const found = /\bline \[?(\d+)\]?, column \[?(\d+)/i.exec(detail);
  return position(found?.[1], found?.[2]);
}

/** Druid sends the numbers as strings. */
function position(line: unknown, column: unknown): Refusal["position"] {
  const found = { line: Number(line ?? Number.NaN), column: Number(column ?? Number.NaN) };
  return Number.isInteger(found.line) && Number.isInteger(found.column) ? found : undefined;
}
