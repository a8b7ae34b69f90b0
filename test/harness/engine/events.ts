/** What an operation tells while it runs, for the display, the log and tests. */
import type { Properties } from "./properties";

export type Operation =
  | "same"
  | "create"
  | "update"
  | "delete"
  | "replace"
  | "create-replacement"
  | "delete-replaced"
  | "remove-pending-replace"
  | "refresh";

export type Severity = "debug" | "info" | "warning" | "error";

export interface StepEvent {
  op: Operation;
  urn: string;
  /** What a refresh found out: unchanged, changed or gone. */
  result?: "same" | "update" | "delete";
  old?: { id: string; inputs: Properties; outputs: Properties } | undefined;
  new?: { id: string; inputs: Properties; outputs: Properties } | undefined;
  /** Keys that make a replacement necessary. */
  replaces?: string[];
}

export interface Diagnostic {
  severity: Severity;
  /** Empty where it concerns no resource in particular. */
  urn: string;
  message: string;
  /** Shown beside the row while it is the newest, and forgotten then. */
  ephemeral: boolean;
}

export type EngineEvent =
  | ({ type: "begin" } & StepEvent)
  | ({ type: "done" } & StepEvent)
  | ({ type: "failed" } & StepEvent)
  | { type: "outputs"; urn: string; outputs: Properties }
  | ({ type: "diagnostic" } & Diagnostic)
  /** A line that the program or the provider wrote by itself. */
  | { type: "output"; from: "program" | "provider"; stream: "stdout" | "stderr"; text: string }
  | { type: "process"; what: "program" | "provider"; pid: number }
  /** The provider is asked something. */
  | { type: "call"; method: string; urn: string }
  | { type: "interrupt"; second: boolean };

export type Listener = (event: EngineEvent) => void;
