/**
 * Parses Druid's answers. An error describes an unexpected answer without quoting it, because it may contain secrets.
 */

import type { z } from "zod";
import { DruidIngestionError } from "../../base/errors";
import { parseJson } from "../../base/json";
import { redactSaid } from "../../base/redact";
import { type Answer, type Call, cannot, type Server } from "./call";
import { hideQuery } from "./hide-query";

const PLACE_MAX = 100;

/** @throws DruidIngestionError of kind `unexpectedResponse`. */
export function parseAnswer<T>(call: Call, server: Server, answer: Answer, schema: z.ZodType<T>): T {
  const body = parseJson(answer.text);
  if (body === undefined) throw unexpected(call, server, `${answer.status} with ${kindOfBody(answer)}`);
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const place = issue === undefined || issue.path.length === 0 ? "the top" : `"${placeOf(issue.path)}"`;
  throw unexpected(call, server, `${answer.status} with unexpected JSON (at ${place}: ${issue?.message ?? "unknown"})`);
}

/** A server may send any keys, of any length. */
function placeOf(path: readonly PropertyKey[]): string {
  const place = path.map(String).join(".");
  return place.length > PLACE_MAX ? `${place.slice(0, PLACE_MAX)}…` : place;
}

export const NOT_DRUID = "check that the url is that of Druid's Router, without a login page or proxy in between";

export function unexpected(call: Call, server: Server, cause: string, nextStep = NOT_DRUID): DruidIngestionError {
  // Keys and types of content are the server's words too.
  const told = redactSaid(hideQuery(cause, call.sql), server.secrets);
  return new DruidIngestionError("unexpectedResponse", `${cannot(call, server)}: answered ${told}; ${nextStep}`);
}

export const HTML_PAGE = "an HTML page";

/** E.g. `an HTML page`. */
export function kindOfBody({ contentType, text }: Answer): string {
  if (text.trim() === "") return "an empty body";
  if (contentType === "text/html" || /^\s*<(!doctype|html)/i.test(text)) return HTML_PAGE;
  const named = contentType === "" ? "no content type" : contentType.slice(0, PLACE_MAX);
  if (/^\s*[[{]/.test(text)) return parseJson(text) === undefined ? `broken JSON (${named})` : `JSON (${named})`;
  return `text that is not JSON (${named})`;
}
