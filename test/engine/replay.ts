/** Runs the steps of a case on the local engine, in a folder of its own, with one of the SDKs. */
import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseCommandLine } from "../harness/engine/commandline";
import { type EngineEvent, runEngine } from "../harness/engine/engine";
import { isSecret, type Properties, reveal, type Value } from "../harness/engine/properties";
import type { Resource } from "../harness/engine/resource";
import { type Result, record } from "../harness/engine/result";
import { readState } from "../harness/engine/state";
import {
  type Call,
  type Case,
  type CaseStep,
  folder,
  type Json,
  type Observed,
  type ObservedResource,
  prelude,
} from "./cases";

const root = join(__dirname, "..", "..");
const stackPrefix = "urn:pulumi:dev::case::";

/** Folder names in node_modules: the oldest SDK that is supported, and the newest. */
export type SdkName = "@pulumi/pulumi" | "pulumi-newest";

/** A project "case" in a temporary folder, in which `thing` and the SDK can be required. */
export class Sandbox {
  readonly directory: string;
  readonly log: string;
  readonly world: string;
  readonly stateFile: string;
  readonly env: NodeJS.ProcessEnv;

  constructor(sdk: SdkName) {
    this.directory = mkdtempSync(join(tmpdir(), "engine-case-"));
    this.log = join(this.directory, "thing.log");
    this.world = join(this.directory, "thing.world");
    this.stateFile = join(this.directory, "state", "dev.json");
    this.env = { ...process.env, THING_LOG: this.log, THING_WORLD: this.world };
    delete this.env.NODE_OPTIONS;
    const modules = join(this.directory, "node_modules");
    mkdirSync(join(modules, "@pulumi"), { recursive: true });
    cpSync(join(folder, "thing"), join(modules, "thing"), { recursive: true });
    symlinkSync(join(root, "node_modules", sdk), join(modules, "@pulumi", "pulumi"));
    writeFileSync(join(this.directory, "Pulumi.yaml"), "name: case\nruntime: nodejs\n");
    writeFileSync(join(this.directory, "package.json"), '{ "name": "case", "version": "1.0.0", "main": "index.js" }\n');
  }

  program(text: string): void {
    writeFileSync(join(this.directory, "index.js"), prelude + text);
  }

  mergeWorld(changes: Record<string, Json>): void {
    const known = existsSync(this.world) ? JSON.parse(readFileSync(this.world, "utf8")) : {};
    writeFileSync(this.world, JSON.stringify({ ...known, ...changes }));
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

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true, maxRetries: 5 });
  }
}

export async function replay(one: Case, sdk: SdkName, onStep: (here: Observed, index: number) => void): Promise<void> {
  const sandbox = new Sandbox(sdk);
  try {
    for (const [index, step] of one.steps.entries()) {
      sandbox.program(step.program);
      if (step.options.world !== undefined) sandbox.mergeWorld(step.options.world);
      const words = wordsOf(one, step, sandbox);
      const { exit, result } = await (step.options.signal === undefined
        ? inProcess(words, sandbox)
        : interrupted(words, sandbox, step.options.signal));
      onStep(observe(step.command, exit, result, sandbox), index);
    }
  } finally {
    sandbox.remove();
  }
}

function wordsOf(one: Case, step: CaseStep, sandbox: Sandbox): string[] {
  const pairs = (option: string, values: Record<string, string>): string[] =>
    Object.entries(values).flatMap(([key, value]) => [option, `${key}=${value}`]);
  return [
    ...[
      step.command,
      "--cwd",
      sandbox.directory,
      "--state",
      join(sandbox.directory, "state"),
      "--yes",
      "--skip-preview",
    ],
    ...pairs("--config", one.config),
    ...pairs("--secret-config", one.secretConfig),
    ...(step.options.args ?? []),
  ];
}

async function inProcess(words: string[], sandbox: Sandbox): Promise<{ exit: number; result: Result }> {
  const line = parseCommandLine(words, {});
  if (line === undefined) throw new Error(`no command in ${words.join(" ")}`);
  const result = await runEngine({ ...line.engine, env: sandbox.env });
  return { exit: result.exit, result };
}

/** The engine in a process of its own, which gets the signal half a second after something slow has begun. */
async function interrupted(
  words: string[],
  sandbox: Sandbox,
  signal: NodeJS.Signals,
): Promise<{ exit: number | string; result: Result }> {
  const log = join(sandbox.directory, "events.log");
  const child = startCli([...words, "--json-log", log], sandbox.env);
  const ended = new Promise<number | string>((resolve) => child.once("exit", (code, by) => resolve(by ?? code ?? 1)));
  await until(() => existsSync(`${sandbox.log}.slow`) || child.exitCode !== null);
  await new Promise((resolve) => setTimeout(resolve, 500));
  child.kill(signal);
  const exit = await ended;
  const events = readEvents(log);
  // The provider outlives a killed engine, as it does in reality, and the program ends by itself.
  const pids = events.flatMap((event) => (event.type === "process" ? [event] : []));
  for (const { what, pid } of pids) if (what === "provider" && signal === "SIGKILL") killGroup(pid);
  await until(() => !pids.some(({ pid }) => isAlive(pid)));
  const result: Result = {
    exit: 1,
    operations: [],
    failed: [],
    diagnostics: [],
    changes: {},
    outputs: {},
    durationMs: 0,
  };
  for (const event of events) record(result, event);
  return { exit, result };
}

export function startCli(words: readonly string[], env: NodeJS.ProcessEnv): ChildProcess {
  const cli = join(root, "test", "harness", "engine", "cli.ts");
  return spawn(process.execPath, ["--import", "tsx", cli, ...words], {
    cwd: root,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
}

export function readEvents(log: string): EngineEvent[] {
  const lines = existsSync(log) ? readFileSync(log, "utf8").split("\n") : [];
  return lines.filter((line) => line.endsWith("}")).map((line) => JSON.parse(line));
}

export async function until(holds: () => boolean, patienceMs = 60_000): Promise<void> {
  const end = performance.now() + patienceMs;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`nothing after ${patienceMs} ms: ${holds.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

export function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // Already gone.
  }
}

function observe(command: string, exit: number | string, result: Result, sandbox: Sandbox): Observed {
  const state = readState(sandbox.stateFile);
  return {
    command,
    exit,
    operations: result.operations.map(([op, urn]) => [op, short(urn)]),
    failed: result.failed.map(([op, urn]) => [op, short(urn)]),
    diagnostics: result.diagnostics
      .filter(({ severity }) => severity === "error" || severity === "warning")
      .map(({ severity, urn, message }) => [severity, short(urn), message]),
    calls: sandbox.calls(),
    resources: state.resources.map(view),
    pendingOperations: state.pendingOperations.map(({ type, resource }) => [type, short(resource.urn)]),
  };
}

const short = (urn: string): string => (urn.startsWith(stackPrefix) ? urn.slice(stackPrefix.length) : urn);

/** A resource in the recorded form, in which what is empty is left out. */
function view(resource: Resource): ObservedResource {
  const { inputs, outputs, propertyDependencies, customTimeouts, type, ...rest } = resource;
  const shown: { [key: string]: Json } = {
    ...rest,
    type,
    parent: short(resource.parent),
    deletedWith: short(resource.deletedWith),
    dependencies: resource.dependencies.map(short),
    propertyDependencies: Object.fromEntries(
      Object.entries(propertyDependencies).map(([key, urns]) => [key, urns.map(short)]),
    ),
    customTimeouts: { ...customTimeouts },
    inputs: opened(inputs),
    outputs: opened(outputs),
    providerInInputs: "__provider" in inputs,
    providerInOutputs: "__provider" in outputs,
  };
  const filled = Object.entries(shown).filter(([, value]) => {
    if (typeof value === "object" && value !== null) return Object.keys(value).length > 0;
    return value !== "" && value !== false;
  });
  return { ...Object.fromEntries(filled), urn: short(resource.urn) };
}

/** Secrets as `{"secret": x}`, and without the text that tells where the provider is. */
function opened(properties: Properties): Json {
  const open = (value: Value): Json => {
    if (isSecret(value)) return { secret: open(reveal(value)) };
    if (Array.isArray(value)) return value.map(open);
    if (typeof value === "object" && value !== null) {
      return Object.fromEntries(Object.entries<Value>(value).map(([key, part]) => [key, open(part)]));
    }
    return value;
  };
  const { __provider, ...shown } = properties;
  return open(shown);
}
