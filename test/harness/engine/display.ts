/** What a user reads: the operation's events as lines, or on a terminal as rows, and what came of it at the end. */
import { diffLines, show } from "./diff";
import type { EngineOptions } from "./engine";
import type { Diagnostic, EngineEvent, Operation, StepEvent } from "./events";
import type { Result } from "./result";
import { Rows } from "./rows";
import { isStack, nameOf, typeOf } from "./urn";

type Command = EngineOptions["command"];

/** Sign, in a preview, while it is done, when it is done. */
const words: Record<Operation, [string, string, string, string]> = {
  same: ["  ", "", "", ""],
  create: ["+ ", "create", "creating", "created"],
  update: ["~ ", "update", "updating", "updated"],
  delete: ["- ", "delete", "deleting", "deleted"],
  replace: ["+-", "replace", "replacing", "replaced"],
  "create-replacement": ["++", "create replacement", "creating replacement", "created replacement"],
  "delete-replaced": ["--", "delete original", "deleting original", "deleted original"],
  "remove-pending-replace": ["  ", "", "", ""],
  refresh: ["~ ", "", "refreshing", ""],
};

const titles: Record<Command, string> = {
  preview: "Previewing update",
  up: "Updating",
  refresh: "Refreshing",
  destroy: "Destroying",
};

export interface DisplayOptions {
  command: Command;
  stack: string;
  diff: boolean;
  /** What is written, and whether it is a terminal. */
  write: (text: string) => void;
  terminal: { columns: number; rows: number } | undefined;
  now: () => number;
}

export class Display {
  readonly #options: DisplayOptions;
  readonly #rows: Rows | undefined;
  readonly #began = new Map<string, number>();
  readonly #status = new Map<string, string>();
  readonly #kept: Omit<Diagnostic, "ephemeral">[] = [];

  constructor(options: DisplayOptions) {
    this.#options = options;
    this.#rows = options.terminal === undefined ? undefined : new Rows(options.write, options.terminal);
    options.write(`${titles[options.command]} (${options.stack})\n`);
  }

  on(event: EngineEvent): void {
    if (event.type === "begin" || event.type === "done" || event.type === "failed") this.#step(event.type, event);
    else if (event.type === "diagnostic") this.#diagnostic(event);
    else if (event.type === "output") this.#line(event.text);
    else if (event.type === "interrupt") {
      this.#line(
        event.second
          ? "^C again: stopping everything; what was under way stays in the state as pending"
          : "^C: waiting for what is under way; ^C again to stop at once, which may leave things in the dark",
      );
    }
  }

  #step(phase: "begin" | "done" | "failed", event: StepEvent): void {
    const preview = this.#options.command === "preview";
    const key = `${event.op} ${event.urn}`;
    if (phase === "begin") this.#began.set(key, this.#options.now());
    const [sign, plan, doing, done] = words[event.op];
    const seconds = ((this.#options.now() - (this.#began.get(key) ?? 0)) / 1000).toFixed(1);
    let text = phase === "begin" ? doing : phase === "failed" ? `${doing} failed` : done;
    if (preview) text = plan;
    else if (phase !== "begin" && text !== "") text += ` (${seconds}s)`;
    if (event.op === "refresh" && phase === "done")
      text = { same: "", update: "changed", delete: "gone" }[event.result ?? "same"];
    const row = `${sign} ${typeOf(event.urn)} ${nameOf(event.urn)}`;
    if (this.#rows !== undefined) this.#rows.set(event.urn, `${row} ${text}`);
    else if (text !== "" && isTold(phase, event, preview)) this.#line(` ${row} ${text}`);
    if (phase === "done" && (preview || this.#options.diff)) this.#diff(event);
  }

  #diff(event: StepEvent): void {
    if (event.op !== "create" && event.op !== "update" && event.op !== "replace") return;
    const lines = diffLines(event.old?.inputs ?? {}, event.new?.inputs ?? {});
    if (this.#rows !== undefined) this.#rows.below(event.urn, lines);
    else for (const line of lines) this.#line(`      ${line}`);
  }

  #diagnostic(event: Diagnostic): void {
    if (event.severity === "debug") return;
    const { severity, urn, message } = event;
    const [first = ""] = message.trimEnd().split("\n");
    if (!event.ephemeral) this.#kept.push({ severity, urn, message });
    const text = severity === "info" ? first : `${severity}: ${first}`;
    if (this.#rows !== undefined && urn !== "") {
      this.#rows.status(urn, `   ${typeOf(urn)} ${nameOf(urn)}`, text);
      return;
    }
    // Beside a row each message replaces the last one; in lines only a new one is worth a line.
    if (urn !== "" && this.#status.get(urn) === text) return;
    this.#status.set(urn, text);
    this.#line(urn === "" ? text : `    ${typeOf(urn)} ${nameOf(urn)} ${text}`);
  }

  #line(text: string): void {
    if (this.#rows !== undefined) this.#rows.line(text);
    else this.#options.write(`${text}\n`);
  }

  end(result: Result): void {
    this.#rows?.end();
    const { write, command } = this.#options;
    if (this.#kept.length > 0) write(`\nDiagnostics:\n${showDiagnostics(this.#kept)}`);
    const outputs = Object.entries(result.outputs);
    if (outputs.length > 0)
      write(`\nOutputs:\n${outputs.map(([key, value]) => `    ${key}: ${show(value)}\n`).join("")}`);
    write(
      `\nResources:\n${summary(result, command === "preview")}\nDuration: ${Math.round(result.durationMs / 1000)}s\n`,
    );
  }
}

/** Whether it is worth a line of its own: what is planned once, what is done when it begins and when it ends. */
function isTold(phase: "begin" | "done" | "failed", event: StepEvent, preview: boolean): boolean {
  if (preview && event.op !== "refresh") return phase === "begin";
  // The stack and components need no one to make them, and a replacement is told by the steps around it.
  const isQuick = event.op === "same" || event.op === "replace" || isStack(event.urn);
  return phase !== "begin" || !isQuick;
}

/** By resource, those of none in particular last. */
function showDiagnostics(kept: readonly Omit<Diagnostic, "ephemeral">[]): string {
  const urns = [...new Set(kept.map(({ urn }) => urn))].sort(
    (left, right) => Number(left === "") - Number(right === ""),
  );
  return urns
    .map((urn) => {
      const head = urn === "" ? "the whole" : `${typeOf(urn)} ${nameOf(urn)}`;
      const texts = kept
        .filter((one) => one.urn === urn)
        .map(({ severity, message }) => `${severity}: ${message.trimEnd()}`);
      return `  ${head}:\n${texts.map((text) => `    ${text.split("\n").join("\n    ")}\n`).join("")}`;
    })
    .join("");
}

function summary(result: Result, preview: boolean): string {
  const lines = Object.entries(result.changes).map(([op, count]) => {
    const [sign, plan, , done] = words[op as Operation];
    return op === "same"
      ? `    ${count} unchanged\n`
      : `    ${sign.trim()} ${count} ${preview ? `to ${plan}` : done}\n`;
  });
  return lines.length === 0 ? "    nothing done\n" : lines.join("");
}
