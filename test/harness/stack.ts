/**
 * A stack of its own for one end-to-end test: a program in a folder of its own, run by the local engine, or with
 * `ENGINE=pulumi` by the Pulumi CLI on PATH. Both are child processes, driven by the same words.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { LAZY_SDK } from "./lazy-sdk";
import { cliEnvironment } from "./pulumi-cli";

const root = resolve(__dirname, "../..");
const usesCli = process.env.ENGINE === "pulumi";
const PRELUDE = `const pulumi = require("@pulumi/pulumi");
const { MsqIngestion } = require("pulumi-druid");
const config = new pulumi.Config();
`;

export type Command = "preview" | "up" | "refresh" | "destroy";
type Values = Record<string, unknown>;

export interface Ended {
  exit: number | null;
  signal: NodeJS.Signals | null;
  /** Standard output and error as they came. */
  output: string;
}

export interface Running {
  child: ChildProcess;
  ended: Promise<Ended>;
  /** Resolves when the output so far matches; rejects when the run ends before. */
  says(pattern: RegExp): Promise<void>;
}

export interface State {
  resources: (StoredResource & { taint?: boolean })[];
}

export interface StoredResource {
  urn: string;
  id: string;
  inputs: Values;
  outputs: Values;
}

export class TestStack {
  readonly folder: string;
  /** What each written program begins with. */
  protected readonly prelude: string = PRELUDE;
  private readonly state: string;
  /** What runs, and what it has said so far. */
  private readonly running = new Map<ChildProcess, () => string>();
  /** By a CLI that was killed: it can no longer give its lock back. */
  private isLocked = false;

  constructor(
    private readonly config: Record<string, string>,
    private readonly secretConfig: Record<string, string> = {},
    /** Part of every URN: one of its own, so that no run on the same Druid meets the tasks of another. */
    readonly name = `t${randomBytes(4).toString("hex")}`,
    /** A folder of `examples` whose program runs in place of a written one. */
    private readonly example?: string,
    /** Keeps its state where this one does, as stacks of one backend. */
    beside?: TestStack,
  ) {
    mkdirSync(join(root, ".cache"), { recursive: true });
    // Below the repository, where the built package is found by its name.
    this.folder = mkdtempSync(join(root, ".cache", "e2e-"));
    this.state = beside?.state ?? join(this.folder, ".state");
    mkdirSync(this.state, { recursive: true });
    if (example === undefined) {
      writeFileSync(join(this.folder, "package.json"), '{ "name": "e2e", "private": true, "main": "index.js" }');
      writeFileSync(
        join(this.folder, "Pulumi.yaml"),
        "name: e2e\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
      );
    } else {
      cpSync(join(root, "examples", example), this.folder, { recursive: true });
    }
    if (usesCli) this.initCli();
  }

  /** Runs one command on a program to its end. */
  async run(command: Command, program: string, ...words: string[]): Promise<Ended> {
    return this.start(command, program, ...words).ended;
  }

  /** `run`, and fails with the whole output unless it ended well. */
  async must(command: Command, program: string, ...words: string[]): Promise<Ended> {
    const ended = await this.run(command, program, ...words);
    if (ended.exit !== 0) throw new Error(`${command} ended with ${ended.exit ?? ended.signal}:\n${ended.output}`);
    return ended;
  }

  start(command: Command, program: string, ...words: string[]): Running {
    if (this.example === undefined) writeFileSync(join(this.folder, "index.js"), this.prelude + program);
    const all = [
      command,
      ...(command === "preview" ? [] : ["--yes", "--skip-preview"]),
      ...this.words(command),
      ...words,
    ];
    if (this.isLocked) this.cli("cancel", this.name, "--yes", "--cwd", this.folder);
    this.isLocked = false;
    const [file, first] = usesCli
      ? ["pulumi", []]
      : [process.execPath, ["--require", "tsx/cjs", join(root, "test/harness/engine/cli.ts")]];
    const child = spawn(file, [...first, ...all], {
      cwd: root,
      env: this.environment(),
      stdio: ["ignore", "pipe", "pipe"],
    });
    return this.watch(child);
  }

  /** The resource of this name as it stands in state; secrets are taken out of their wrapping. */
  resource(name: string): StoredResource {
    const found = this.resources().find(({ urn }) => urn.endsWith(`::${name}`));
    if (!found) throw new Error(`Cannot find "${name}" in state`);
    return found;
  }

  resources(): StoredResource[] {
    const { deployment, ...plain } = JSON.parse(this.stateText());
    const resources: StoredResource[] = (deployment ?? plain).resources ?? [];
    return resources.map((one) => ({ ...one, inputs: opened(one.inputs ?? {}), outputs: opened(one.outputs ?? {}) }));
  }

  /** The stack's exports. */
  outputs(): Values {
    return this.resources().find(({ urn }) => urn.includes("::pulumi:pulumi:Stack::"))?.outputs ?? {};
  }

  /** The state as it is stored: what is secret in it stands in its wrapping. */
  stateText(): string {
    if (!usesCli) return readFileSync(this.stateFile, "utf8");
    return this.pulumi("stack", "export", "--show-secrets");
  }

  private get stateFile(): string {
    return join(this.state, `${this.name}.json`);
  }

  /** Changes the state behind the engine's back. */
  editState(change: (state: State) => void): void {
    const text = existsSync(this.stateFile) || usesCli ? this.stateText() : '{ "resources": [] }';
    const state = JSON.parse(text);
    change(state.deployment ?? state);
    const file = usesCli ? join(this.folder, "edited.json") : this.stateFile;
    writeFileSync(file, JSON.stringify(state));
    if (usesCli) this.pulumi("stack", "import", "--file", file);
  }

  /** Any other command of the CLI, on this stack. */
  pulumi(...words: string[]): string {
    return this.cli(...words, "--stack", this.name, "--cwd", this.folder);
  }

  async dispose(): Promise<void> {
    for (const [child, output] of this.running) {
      child.kill("SIGKILL");
      // Only a test that has failed leaves any: where it stood tells why.
      process.stderr.write(`Ended at the end of its test: ${child.spawnargs.join(" ")}\n${output().slice(-4_000)}\n`);
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  private words(command: Command): string[] {
    const place = ["--cwd", this.folder, "--stack", this.name];
    // As many at once as the local engine takes, whatever the machine.
    if (usesCli) return [...place, "--non-interactive", "--parallel", "16"];
    const pairs = (flag: string, values: Record<string, string>) =>
      Object.entries(values).flatMap(([key, value]) => [flag, `${key}=${value}`]);
    const config = [...pairs("--config", this.config), ...pairs("--secret-config", this.secretConfig)];
    return [...place, "--state", this.state, ...(command === "destroy" ? [] : config)];
  }

  protected environment(): NodeJS.ProcessEnv {
    // Under CI the provider shows a status line every half minute only: tests want to see them.
    const { PULUMI_DRUID_TEST_URL: _, CI: __, ...env } = process.env;
    // The part `docs` checks the types.
    if (!usesCli) return { ...env, ...LAZY_SDK, PULUMI_NODEJS_TRANSPILE_ONLY: "true" };
    return { ...env, ...cliEnvironment(this.state) };
  }

  private initCli(): void {
    this.cli("stack", "init", this.name, "--cwd", this.folder);
    for (const [key, value] of Object.entries(this.config)) this.pulumi("config", "set", key, value);
    for (const [key, value] of Object.entries(this.secretConfig)) this.pulumi("config", "set", "--secret", key, value);
  }

  cli(...words: string[]): string {
    const ended = spawnSync("pulumi", words, {
      encoding: "utf8",
      env: this.environment(),
      maxBuffer: 64 * 1024 * 1024,
    });
    if (ended.status !== 0)
      throw new Error(`Cannot run "pulumi ${words[0]} ${words[1]}": ${ended.error?.message ?? ended.stderr}`);
    return ended.stdout;
  }

  private watch(child: ChildProcess): Running {
    let output = "";
    this.running.set(child, () => output);
    const listeners = new Set<() => void>();
    const take = (data: Buffer) => {
      output += data.toString();
      for (const listener of listeners) listener();
    };
    child.stdout?.on("data", take);
    child.stderr?.on("data", take);
    const ended = new Promise<Ended>((done, fail) => {
      child.once("error", fail);
      child.once("close", (exit, signal) => {
        this.running.delete(child);
        this.isLocked ||= usesCli && signal !== null;
        done({ exit, signal, output });
      });
    });
    const says = (pattern: RegExp) =>
      new Promise<void>((done, fail) => {
        const look = () => pattern.test(output) && done();
        listeners.add(look);
        look();
        ended.then(() => fail(new Error(`It ended without saying ${pattern}:\n${output}`)), fail);
      });
    return { child, ended, says };
  }
}

const PULUMI_SECRET = "4dabf18193072939515e22adb298388d";

/** Takes values out of the wrapping of secrets: ours `{ secret }`, Pulumi's with its signature. */
function opened<T>(value: T): T {
  if (Array.isArray(value)) return value.map(opened) as T;
  if (typeof value !== "object" || value === null) return value;
  const record = value as Values;
  if (PULUMI_SECRET in record) {
    return (typeof record.plaintext === "string" ? JSON.parse(record.plaintext) : opened(record.value)) as T;
  }
  return Object.fromEntries(Object.entries(record).map(([key, item]) => [key, opened(item)])) as T;
}
