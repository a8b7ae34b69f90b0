/**
 * Parses Druid's answers. An error describes an unexpected answer without quoting it, because it may contain secrets.
 */

import type { z } from "zod";
import { DruidIngestionError } from "../../base/errors";
import { parseJson } from "../../base/json";
import { type Answer, type Call, cannot, type Server } from "./call";

/** @throws DruidIngestionError of kind `unexpectedResponse`. */
export function parseAnswer<T>(call: Call, server: Server, answer: Answer, schema: z.ZodType<T>): T {
  const body = parseJson(answer.text);
  if (body === undefined) throw unexpected(call, server, `${answer.status} with ${kindOfBody(answer)}`);
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const place = issue === undefined || issue.path.length === 0 ? "the top" : `"${issue.path.join(".")}"`;
  throw unexpected(call, server, `${answer.status} with unexpected JSON (at ${place}: ${issue?.message ?? "unknown"})`);
}

export function unexpected(call: Call, server: Server, cause: string): DruidIngestionError {
  const nextStep = "check that the url is that of Druid's Router, without a login page or proxy in between";
  return new DruidIngestionError("unexpectedResponse", `${cannot(call, server)}: answered ${cause}; ${nextStep}`);
}

/** E.g. `an HTML page`. */
export function kindOfBody({ contentType, text }: Answer): string {
  if (text.trim() === "") return "an empty body";
  if (contentType === "text/html" || /^\s*<(!doctype|html)/i.test(text)) return "an HTML page";
  const named = contentType === "" ? "no content type" : contentType;
  if (/^\s*[[{]/.test(text)) return parseJson(text) === undefined ? `broken JSON (${named})` : `JSON (${named})`;
  return `text that is not JSON (${named})`;
}
