/** Runs the steps of a case on the Pulumi CLI on PATH, and reads back what came of each in the recorded form. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { descendantsOf } from "../harness/descendants";
import { cliEnvironment } from "../harness/pulumi-cli";
import { survivorsAfter } from "../harness/survivors";
import { type Case, type CaseStep, folder, type Json, type Named, type Observed, type ObservedResource } from "./cases";
import { inSandbox, type Sandbox, type SdkName, until } from "./sandbox";

const STACK = "dev";
const SECRET = "4dabf18193072939515e22adb298388d";
const PREFIX = `urn:pulumi:${STACK}::case::`;

interface StepEvent {
  metadata: { op: string; urn: string; type: string };
}

/** A line of `--event-log`. */
interface LoggedEvent {
  resourcePreEvent?: StepEvent;
  resOpFailedEvent?: StepEvent;
  diagnosticEvent?: { severity: string; urn?: string; prefix?: string; message: string; ephemeral?: boolean };
}

interface Stored {
  urn: string;
  type: string;
  inputs?: Record<string, Json>;
  outputs?: Record<string, Json>;
  [property: string]: Json | undefined;
}

export function replayOnCli(one: Case, sdk: SdkName, onStep: (here: Observed, index: number) => void): Promise<void> {
  return inSandbox(
    sdk,
    async (sandbox) => {
      const cli = new Cli(sandbox);
      cli.must("stack", "init", STACK);
      for (const [key, value] of Object.entries(one.config)) cli.must("config", "set", key, value);
      for (const [key, value] of Object.entries(one.secretConfig)) cli.must("config", "set", "--secret", key, value);
      for (const [index, step] of one.steps.entries()) onStep(await cli.step(step), index);
    },
    join(folder, "thing"),
  );
}

class Cli {
  readonly #sandbox: Sandbox;
  readonly #events: string;
  readonly #env: NodeJS.ProcessEnv;

  constructor(sandbox: Sandbox) {
    this.#sandbox = sandbox;
    this.#events = join(sandbox.directory, "events.log");
    const environment = cliEnvironment(join(sandbox.directory, "cli"));
    this.#env = { ...sandbox.env, ...environment, PULUMI_DEBUG_COMMANDS: "true" };
  }

  must(...words: string[]): string {
    const place = ["--cwd", this.#sandbox.directory, "--non-interactive"];
    const ended = spawnSync("pulumi", [...words, ...place], { encoding: "utf8", env: this.#env });
    if (ended.status !== 0)
      throw new Error(`Cannot run "pulumi ${words.join(" ")}": ${ended.error?.message ?? ended.stderr}`);
    return ended.stdout;
  }

  async step({ command, program, options: { world, signal, args = [] } }: CaseStep): Promise<Observed> {
    const { directory } = this.#sandbox;
    if (world !== undefined) this.#sandbox.mergeWorld(world);
    this.#sandbox.program(program);
    rmSync(this.#events, { force: true });
    const place = ["--cwd", directory, "--stack", STACK, "--non-interactive", "--event-log", this.#events];
    const agreed = command === "preview" ? [] : ["--yes", "--skip-preview"];
    const child = spawn("pulumi", [command, ...place, ...agreed, ...args], { env: this.#env, stdio: "ignore" });
    const ended = new Promise<number | string>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code, by) => resolve(by ?? code ?? 1));
    });
    if (signal !== undefined) await this.#interrupt(child, signal);
    return this.#observe(command, await ended);
  }

  async #interrupt(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
    await until(() => existsSync(`${this.#sandbox.log}.slow`) || child.exitCode !== null);
    await new Promise((resolve) => setTimeout(resolve, 500));
    const started = descendantsOf(child.pid ?? 0);
    child.kill(signal);
    if (signal !== "SIGKILL") return;
    // The provider outlives a killed engine, and would finish what it does; so does the engine's lock on the stack.
    await survivorsAfter(started, 0);
    this.must("cancel", STACK, "--yes");
  }

  #observe(command: string, exit: number | string): Observed {
    const lines = existsSync(this.#events) ? readFileSync(this.#events, "utf8").split("\n") : [];
    const events: LoggedEvent[] = lines.filter((line) => line.endsWith("}")).map((line) => JSON.parse(line));
    const named = (told: (StepEvent | undefined)[]): Named[] =>
      told.flatMap((one) =>
        one && !isProvider(one.metadata.type) ? [[one.metadata.op, short(one.metadata.urn)]] : [],
      );
    const exported = JSON.parse(this.must("stack", "export", "--show-secrets", "--stack", STACK));
    const { resources = [], pending_operations: pending = [] } = exported.deployment;
    return {
      command,
      exit,
      operations: named(events.map(({ resourcePreEvent }) => resourcePreEvent)),
      failed: named(events.map(({ resOpFailedEvent }) => resOpFailedEvent)),
      diagnostics: events.flatMap(({ diagnosticEvent: told }) => {
        if (told === undefined || told.ephemeral || !/^(error|warning)$/.test(told.severity)) return [];
        const message = told.message.replace(/<\{%[^%]*%\}>/g, "").trim();
        return [[told.severity, short(told.urn ?? ""), message]];
      }),
      calls: this.#sandbox.calls(),
      resources: resources.filter(({ type }: Stored) => !isProvider(type)).map(view),
      pendingOperations: pending
        .filter(({ resource }: { resource: Stored }) => !isProvider(resource.type))
        .map(({ type, resource }: { type: string; resource: Stored }) => [type, short(resource.urn)]),
    };
  }
}

const isProvider = (type: string): boolean => type.startsWith("pulumi:providers:");
const short = (urn: string): string => (urn.startsWith(PREFIX) ? urn.slice(PREFIX.length) : urn);

/** Kept by the CLI, and either chance or said elsewhere. */
const LEFT_OUT = new Set(["type", "provider", "created", "modified", "sourcePosition", "stackTrace", "sequenceNumber"]);

function view(stored: Stored): ObservedResource {
  const { inputs = {}, outputs = {} } = stored;
  const shown: [string, Json | undefined][] = Object.entries(stored)
    .filter(([name]) => !LEFT_OUT.has(name))
    .map(([name, value]) => [name, named(value as Json)]);
  shown.push(["inputs", opened(inputs)], ["outputs", opened(outputs)]);
  if ("__provider" in inputs) shown.push(["providerInInputs", true]);
  if ("__provider" in outputs) shown.push(["providerInOutputs", true]);
  const filled = shown.filter(([, value]) => {
    if (typeof value === "object" && value !== null) return Object.keys(value).length > 0;
    return value !== "" && value !== false && value !== undefined;
  });
  return { ...(Object.fromEntries(filled) as ObservedResource), urn: short(stored.urn) };
}

/** URNs, wherever they stand, in their short form; lists by name only where they list something. */
function named(value: Json): Json {
  if (typeof value === "string") return short(value);
  if (Array.isArray(value)) return value.map(named);
  if (typeof value !== "object" || value === null) return value;
  const told = Object.entries(value).filter(([, item]) => !Array.isArray(item) || item.length > 0);
  return Object.fromEntries(told.map(([key, item]) => [key, named(item)]));
}

/** Secrets as `{"secret": x}`, and without the text that tells where the provider is. */
function opened(value: Json): Json {
  if (Array.isArray(value)) return value.map(opened);
  if (typeof value !== "object" || value === null) return value;
  if (SECRET in value) return { secret: opened(JSON.parse(String(value.plaintext))) };
  const { __provider, ...rest } = value;
  return Object.fromEntries(Object.entries(rest).map(([key, item]) => [key, opened(item)]));
}
