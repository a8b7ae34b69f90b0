/** What came of an operation, gathered from its events. */
import type { Diagnostic, EngineEvent, Operation } from "./events";
import type { Properties } from "./properties";
import { isStack } from "./urn";

export interface Result {
  /** As the CLI's exit code. */
  exit: 0 | 1;
  /** In the order begun. */
  operations: [Operation, string][];
  failed: [Operation, string][];
  /** Errors, warnings and messages that stay. */
  diagnostics: Omit<Diagnostic, "ephemeral">[];
  /** How many resources, by what became of them. */
  changes: Partial<Record<Operation, number>>;
  /** The stack's. */
  outputs: Properties;
  durationMs: number;
}

export const emptyResult = (): Result => ({
  exit: 1,
  operations: [],
  failed: [],
  diagnostics: [],
  changes: {},
  outputs: {},
  durationMs: 0,
});

/** Counted with the replacement. */
const AROUND_A_REPLACEMENT: ReadonlySet<Operation> = new Set([
  "create-replacement",
  "delete-replaced",
  "remove-pending-replace",
]);

export function record(result: Result, event: EngineEvent): void {
  if (event.type === "begin") result.operations.push([event.op, event.urn]);
  if (event.type === "failed") result.failed.push([event.op, event.urn]);
  if (event.type === "outputs" && isStack(event.urn)) result.outputs = event.outputs;
  if (event.type === "diagnostic" && !event.ephemeral && event.severity !== "debug") {
    result.diagnostics.push({ severity: event.severity, urn: event.urn, message: event.message });
  }
  if (event.type !== "done" || AROUND_A_REPLACEMENT.has(event.op)) return;
  const op = event.op === "refresh" ? (event.result ?? "same") : event.op;
  result.changes[op] = (result.changes[op] ?? 0) + 1;
}
