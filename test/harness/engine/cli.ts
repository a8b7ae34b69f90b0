/** The engine as a command; `npm run engine -- up --cwd examples/quickstart --yes`. See engine.ts for what it is. */
import { appendFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline/promises";
import { type CommandLine, exitCode, NOT_AGREED, parseCommandLine, UNEXPECTED_CHANGES, usage } from "./commandline";
import { Display } from "./display";
import { type EngineOptions, type EngineRun, startEngine } from "./engine";
import { readState } from "./state";

/** npm passes ^C on to a process that the terminal has sent it to already. */
const sameSignalMs = 200;

let running: EngineRun | undefined;
let interruptedAt = Number.NEGATIVE_INFINITY;

async function main(words: readonly string[]): Promise<number> {
  const line = parseCommandLine(words, process.env);
  if (line === undefined) {
    process.stdout.write(usage);
    return 0;
  }
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, interrupt);
  if (line.jsonLog !== undefined) writeFileSync(line.jsonLog, "");
  const { command } = line.engine;
  if (command === "preview") return operate(line, command);
  const interactive = process.stdin.isTTY === true && process.stdout.isTTY === true;
  const agreed = line.yes || line.skipPreview;
  if (!agreed && !interactive) {
    process.stderr.write("error: nobody is here to agree: add --yes\n");
    return command === "refresh" ? 1 : NOT_AGREED;
  }
  if (command === "up" && !line.skipPreview) {
    const exit = await operate(line, "preview");
    if (exit !== 0) return exit;
  }
  if (command === "refresh" && interactive && !line.yes && !line.skipPendingCreates) await askOfPending(line);
  if (!agreed && !(await agrees(`Perform this ${command} on "${line.engine.stack}"?`))) {
    process.stderr.write(`error: not agreed, so there is no ${command}\n`);
    return 1;
  }
  return operate(line, command);
}

async function operate(line: CommandLine, command: EngineOptions["command"]): Promise<number> {
  const { stdout } = process;
  const display = new Display({
    command,
    stack: line.engine.stack,
    diff: line.diff,
    write: (text) => stdout.write(text),
    terminal: stdout.isTTY ? { columns: stdout.columns || 80, rows: stdout.rows || 24 } : undefined,
    now: () => performance.now(),
  });
  running = startEngine({
    ...line.engine,
    command,
    onEvent: (event) => {
      if (line.jsonLog !== undefined) appendFileSync(line.jsonLog, `${JSON.stringify(event)}\n`);
      display.on(event);
    },
  });
  const result = await running.result;
  running = undefined;
  display.end(result);
  const exit = exitCode(line, result);
  if (exit === UNEXPECTED_CHANGES) process.stderr.write("error: no changes were expected but there are some\n");
  return exit;
}

function interrupt(): void {
  const now = performance.now();
  if (now - interruptedAt < sameSignalMs) return;
  interruptedAt = now;
  if (running === undefined) process.exit(1);
  running.interrupt();
}

/** Only the user can know what came of a creation during which an engine was killed. */
async function askOfPending(line: CommandLine): Promise<void> {
  const creating = readState(line.engine.stateFile).pendingOperations.filter(({ type }) => type === "creating");
  const urns = creating.map(({ resource }) => resource.urn);
  if (urns.length > 0 && (await agrees(`Forget the creation of ${urns.join(", ")}, which was interrupted?`))) {
    line.engine.clearPendingCreates = true;
  }
}

async function agrees(question: string): Promise<boolean> {
  const prompt = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test((await prompt.question(`${question} (yes/no) `)).trim());
  } finally {
    prompt.close();
  }
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: Error) => {
    process.stderr.write(`error: ${error.message}\n`);
    process.exitCode = 1;
  },
);
