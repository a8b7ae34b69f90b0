/**
 * A Pulumi project in a temporary folder, with the cases' `thing` and one of the SDKs, and the engine run on it: in
 * this process, or as the command where signals are sent to it.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exitCode, parseCommandLine } from "../harness/engine/commandline";
import { type EngineEvent, runEngine } from "../harness/engine/engine";
import { emptyResult, record } from "../harness/engine/result";
import { LAZY_SDK } from "../harness/lazy-sdk";
import { type Call, type Json, type Observed, ownThing, prelude } from "./cases";
import { observe } from "./observe";

const root = join(__dirname, "..", "..");

/** Folder names in node_modules: the oldest SDK that is supported, and the newest. */
export type SdkName = "@pulumi/pulumi" | "pulumi-newest";
export type Command = "preview" | "up" | "refresh" | "destroy";

/** A command of the engine that runs in a process of its own. */
export interface Cli {
  child: ChildProcess;
  exit: Promise<number | string>;
  output: () => string;
  events: () => EngineEvent[];
}

export class Sandbox {
  readonly directory: string;
  readonly log: string;
  readonly #world: string;
  readonly stateFile: string;
  readonly env: NodeJS.ProcessEnv;
  readonly #clis: Cli[] = [];
  /** Of everything the engine has told since the last command began. */
  events: EngineEvent[] = [];

  constructor(sdk: SdkName, thing: string) {
    this.directory = mkdtempSync(join(tmpdir(), "engine-case-"));
    this.log = join(this.directory, "thing.log");
    this.#world = join(this.directory, "thing.world");
    this.stateFile = join(this.directory, "state", "dev.json");
    this.env = { ...process.env, ...LAZY_SDK, THING_LOG: this.log, THING_WORLD: this.#world };
    const modules = join(this.directory, "node_modules");
    mkdirSync(join(modules, "@pulumi"), { recursive: true });
    cpSync(thing, join(modules, "thing"), { recursive: true });
    symlinkSync(join(root, "node_modules", sdk), join(modules, "@pulumi", "pulumi"));
    writeFileSync(join(this.directory, "Pulumi.yaml"), "name: case\nruntime: nodejs\n");
    writeFileSync(join(this.directory, "package.json"), '{ "name": "case", "version": "1.0.0", "main": "index.js" }\n');
  }

  program(text: string): void {
    writeFileSync(join(this.directory, "index.js"), prelude + text);
  }

  mergeWorld(changes: Record<string, Json>): void {
    const known = existsSync(this.#world) ? JSON.parse(readFileSync(this.#world, "utf8")) : {};
    writeFileSync(this.#world, JSON.stringify({ ...known, ...changes }));
  }

  /** Runs the program in this process. */
  async run(command: Command, program: string, ...words: string[]): Promise<Observed> {
    this.program(program);
    this.events = [];
    const line = parseCommandLine(this.#words(command, words), {});
    if (line === undefined) throw new Error(`no command in ${words.join(" ")}`);
    const onEvent = (event: EngineEvent): void => void this.events.push(event);
    // What cannot even begin has no events either, and the command tells it.
    const result = await runEngine({ ...line.engine, env: this.env, onEvent }).catch(emptyResult);
    return observe(command, exitCode(line, result), result, this.stateFile, this.calls());
  }

  /** Begins to run the program in a process of its own. */
  start(command: Command, program: string, ...words: string[]): Cli {
    this.program(program);
    const log = join(this.directory, "events.log");
    rmSync(log, { force: true });
    const script = join(root, "test", "harness", "engine", "cli.ts");
    const child = spawn(
      process.execPath,
      ["--require", "tsx/cjs", script, ...this.#words(command, words), "--json-log", log],
      {
        cwd: root,
        env: this.env,
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (text) => {
        output += text;
      });
    }
    const exit = new Promise<number | string>((resolve) => child.once("close", (code, by) => resolve(by ?? code ?? 1)));
    const cli: Cli = { child, exit, output: () => output, events: () => readEvents(log) };
    this.#clis.push(cli);
    return cli;
  }

  /** What came of a command that has ended. */
  async observe(command: Command, cli: Cli): Promise<Observed> {
    const exit = await cli.exit;
    this.events = cli.events();
    const result = emptyResult();
    for (const event of this.events) record(result, event);
    return observe(command, exit, result, this.stateFile, this.calls());
  }

  #words(command: Command, words: readonly string[]): string[] {
    return [
      command,
      "--cwd",
      this.directory,
      "--state",
      join(this.directory, "state"),
      "--yes",
      "--skip-preview",
      ...words,
    ];
  }

  /** What the provider was asked since the last time, without the text that tells where it is. */
  calls(): Call[] {
    if (!existsSync(this.log)) return [];
    const lines = readFileSync(this.log, "utf8")
      .split("\n")
      .filter((line) => line !== "");
    rmSync(this.log);
    rmSync(`${this.log}.slow`, { force: true });
    return lines.map((line) => JSON.parse(line, (key, value) => (key === "__provider" ? undefined : value)));
  }

  /** Ends whatever may still be there, and leaves nothing behind. */
  async remove(): Promise<void> {
    for (const cli of this.#clis) {
      if (cli.child.exitCode === null && cli.child.signalCode === null) cli.child.kill("SIGKILL");
      await cli.exit;
      for (const pid of processesOf(cli.events())) {
        kill(-pid, "SIGKILL");
        await until(() => !kill(pid, 0));
      }
    }
    rmSync(this.directory, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Runs the test in a folder that is there for it alone. */
export async function inSandbox<T>(sdk: SdkName, test: (sandbox: Sandbox) => Promise<T>, thing = ownThing): Promise<T> {
  const sandbox = new Sandbox(sdk, thing);
  try {
    return await test(sandbox);
  } finally {
    await sandbox.remove();
  }
}

function readEvents(log: string): EngineEvent[] {
  const lines = existsSync(log) ? readFileSync(log, "utf8").split("\n") : [];
  return lines.filter((line) => line.endsWith("}")).map((line) => JSON.parse(line));
}

export function processesOf(events: readonly EngineEvent[], what?: "program" | "provider"): number[] {
  return events.flatMap((event) =>
    event.type === "process" && (what ?? event.what) === event.what ? [event.pid] : [],
  );
}

/** False where there is no such process; signal 0 only asks. */
export function kill(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

export async function until(holds: () => boolean, patienceMs = 120_000): Promise<void> {
  const end = performance.now() + patienceMs;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`nothing after ${patienceMs} ms: ${holds.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
