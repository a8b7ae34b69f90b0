/** How Druid words what it refuses, by version. */

import { type HttpAnswer, json, text } from "./exchange";
import type { Place } from "./statements";

/** Category, errorCode and status of the faults that the fake can answer. */
const KINDS = {
  invalidInput: { status: 400, category: "INVALID_INPUT", persona: "USER" },
  forbidden: { status: 403, category: "FORBIDDEN", persona: "USER" },
  general: { status: 500, category: "UNCATEGORIZED", persona: "DEVELOPER" },
} as const;

export interface DruidError {
  error: string;
  [more: string]: unknown;
}

export function druidError(
  version: number,
  kind: keyof typeof KINDS,
  message: string,
  context: Record<string, string> = {},
): DruidError {
  const { category, persona } = KINDS[kind];
  if (version < 27) {
    const old = kind === "invalidInput" ? "Plan validation failed" : "Unknown exception";
    return {
      error: old,
      errorMessage: message,
      errorClass: "org.apache.calcite.tools.ValidationException",
      host: null,
    };
  }
  return { error: "druidException", errorCode: kind, persona, category, errorMessage: message, context };
}

/** The SQL task API's envelope; `taskId` is the bare sqlQueryId. */
export function taskError(kind: keyof typeof KINDS, sqlQueryId: string, error: DruidError): HttpAnswer {
  return json(KINDS[kind].status, { taskId: sqlQueryId, state: "FAILED", error });
}

export function alreadyExists(version: number, taskId: string): HttpAnswer {
  const said = `{"error":"Task [${taskId}] already exists."}`;
  const message = `org.apache.druid.rpc.HttpResponseException: Server error [400 Bad Request]; body: ${said}`;
  return taskError("general", taskId.replace(/^query-/, ""), druidError(version, "general", message));
}

export function overlordAway(version: number, taskId: string): HttpAnswer {
  const message = "org.apache.druid.rpc.ServiceNotAvailableException: Service [overlord] is not available";
  return taskError("general", taskId.replace(/^query-/, ""), druidError(version, "general", message));
}

export function noDestination(path: string): HttpAnswer {
  const message = `Unable to determine destination for [${path}]; is your coordinator/overlord running?`;
  return json(400, { error: message });
}

/** Older servers answer 400 where newer ones answer 404. */
export function unknownTask(version: number, taskId: string): HttpAnswer {
  return text(version < 25 ? 400 : 404, `Cannot find any task with id: [${taskId}]`);
}

interface Refusal {
  message: string;
  context: Record<string, string>;
}

export function objectNotFound({ name, place }: { name: string; place: Place }): Refusal {
  return { message: `Object '${name}' not found ${inWords(place)}`, context: contextOf(place) };
}

export function unexpectedToken({ token, place }: { token: string; place: Place }): Refusal {
  const message = `Received an unexpected token [${token}] ${inWords(place)}, acceptable options: [<EOF>]`;
  return { message, context: { ...contextOf(place), token, expected: "[<EOF>]" } };
}

function inWords({ line, column }: Place): string {
  return `(line [${line}], column [${column}])`;
}

function contextOf({ line, column, endColumn }: Place): Record<string, string> {
  const numbers = { line, column, endLine: line, endColumn };
  return {
    sourceType: "sql",
    ...Object.fromEntries(Object.entries(numbers).map(([key, value]) => [key, String(value)])),
  };
}
