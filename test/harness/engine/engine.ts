/**
 * A small engine that stands where the Pulumi CLI's stands, for tests and the quickstart, where no CLI can be
 * installed. It runs a Node.js program and the provider of its dynamic resources with the SDK's own scripts, serves
 * what they call, and keeps a state file. It is held to what the real engine did in recorded cases.
 *
 * It is not for anything real: one user at a time, no locks, no encryption, no history, and of Pulumi only components
 * and dynamic resources with one default provider. Anything else is refused with "not in this engine".
 *
 * To see how an `up` flows, read #update below and then deployment.ts, whose header shows the rest of the way.
 */
import { Deployment, type DeploymentOptions, refresh } from "./deployment";
import type { EngineEvent } from "./events";
import { Monitor } from "./monitor";
import type { EngineOptions, EngineRun } from "./options";
import { describe, type Running } from "./processes";
import { runProgram } from "./program";
import { type Config, fullKey, merge, type Project, readProject } from "./project";
import type { Provider } from "./provider";
import { Providers } from "./providers";
import { emptyResult, type Result, record } from "./result";
import { loadSdk, type Sdk } from "./sdk";
import { Snapshot } from "./snapshot";
import { pendingWarning, readState, type State } from "./state";
import { Selection } from "./urn";

export type { EngineEvent } from "./events";
export type { EngineOptions, EngineRun } from "./options";
export type { Result } from "./result";

export const runEngine = async (options: EngineOptions): Promise<Result> => startEngine(options).result;

/** Throws where the project, the SDK or the state cannot be read, or a target is not there. */
export function startEngine(options: EngineOptions): EngineRun {
  const engine = new Engine(options);
  return { result: engine.run(), interrupt: () => engine.interrupt() };
}

class Engine {
  readonly #options: EngineOptions;
  readonly #project: Project;
  readonly #config: Config;
  readonly #sdk: Sdk;
  readonly #monitor: Monitor;
  readonly #found: State;
  readonly #snapshot: Snapshot;
  readonly #result = emptyResult();
  #address = "";
  #providers: Providers | undefined;
  #configured = false;
  #program: Running | undefined;
  #interrupts = 0;
  /** What the first interrupt stops. */
  #stop: () => void = () => {};
  #terminate: () => void = () => {};
  readonly #terminated = new Promise<boolean>((resolve) => {
    this.#terminate = () => resolve(false);
  });

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#project = readProject(options.cwd, options.stack);
    const key = (name: string): string => fullKey(this.#project.name, name);
    const given = Object.entries({ ...options.config, ...options.secretConfig });
    const secretKeys = Object.keys(options.secretConfig ?? {}).map(key);
    const values = Object.fromEntries(given.map(([name, value]) => [key(name), value]));
    this.#config = merge(this.#project.config, { values, secretKeys });
    this.#sdk = loadSdk(this.#project.directory);
    this.#monitor = new Monitor(this.#sdk, (event) => this.#emit(event));
    this.#found = readState(options.stateFile);
    if (options.clearPendingCreates === true) this.#found.pendingOperations = [];
    this.#refuseUnknown();
    this.#snapshot = new Snapshot(this.#found, this.#dryRun ? undefined : options.stateFile);
  }

  /** Without a program a target can only be in the state. */
  #refuseUnknown(): void {
    const { command, target = [] } = this.#options;
    if (command !== "refresh" && command !== "destroy") return;
    const known = new Set(this.#found.resources.map(({ urn }) => urn));
    const missing = new Selection(target).literals.find((urn) => !known.has(urn));
    if (missing !== undefined) throw new Error(`no resource named "${missing}" found`);
  }

  get #dryRun(): boolean {
    return this.#options.command === "preview";
  }

  async run(): Promise<Result> {
    const began = performance.now();
    try {
      this.#address = await this.#monitor.listen();
      const ok = await Promise.race([this.#operation(), this.#terminated]);
      this.#result.exit = ok ? 0 : 1;
      this.#snapshot.write();
    } finally {
      this.#snapshot.close();
      await this.#close();
    }
    this.#result.durationMs = performance.now() - began;
    return this.#result;
  }

  interrupt(): void {
    this.#interrupts++;
    this.#emit({ type: "interrupt", second: this.#interrupts > 1 });
    if (this.#interrupts === 1) {
      this.#providers?.cancel();
      this.#stop();
    } else {
      this.#snapshot.close();
      this.#terminate();
    }
  }

  async #operation(): Promise<boolean> {
    const { command } = this.#options;
    if (command === "refresh" || this.#options.refresh === true) {
      if (!(await this.#refresh())) return false;
      if (command === "refresh") return true;
    } else if (!this.#dryRun) {
      const message = pendingWarning(this.#found);
      if (message !== undefined)
        this.#emit({ type: "diagnostic", severity: "warning", urn: "", message, ephemeral: false });
    }
    const deployment = new Deployment(this.#deploymentOptions(), this.#snapshot.resources);
    this.#stop = () => deployment.interrupt();
    if (this.#interrupts > 0) deployment.interrupt();
    return command === "destroy" ? this.#destroy(deployment) : this.#update(deployment);
  }

  /** Preview and up: the program says what is wanted, and the deployment sees to it. */
  async #update(deployment: Deployment): Promise<boolean> {
    let finished = false;
    this.#monitor.serve({
      register: (goal) => deployment.register(goal),
      registerOutputs: (urn, outputs) => deployment.registerOutputs(urn, outputs),
      finish: () => {
        finished = true;
        return deployment.finish();
      },
    });
    if (!deployment.canBegin()) return false;
    const program = this.#startProgram();
    // It takes about as long to start as the program takes to ask for the first resource.
    this.#provider().get(this.#config.values);
    void program.exited.then(
      (exit) => {
        if (finished || deployment.ended) return;
        // 32: it has told the user itself. 0 without having finished: it left before all was asked for.
        if (exit.code !== 32) this.#error(`the program ended with ${describe(exit)} before it was done`);
        deployment.bail();
      },
      (error: Error) => {
        this.#error(`Cannot start the program: ${error.message}`);
        deployment.bail();
      },
    );
    return deployment.settle();
  }

  async #destroy(deployment: Deployment): Promise<boolean> {
    void deployment.finish();
    return deployment.settle();
  }

  async #refresh(): Promise<boolean> {
    const { resources, failed } = await refresh(this.#deploymentOptions(), this.#snapshot.resources, (stop) => {
      this.#stop = stop;
      if (this.#interrupts > 0) stop();
    });
    this.#snapshot.rebase(resources);
    this.#snapshot.write();
    if (failed) this.#error("update failed");
    else if (this.#interrupts > 0) this.#error("update canceled");
    return !failed && this.#interrupts === 0;
  }

  #deploymentOptions(): DeploymentOptions {
    const { name } = this.#project;
    return {
      place: { project: name, stack: this.#options.stack },
      dryRun: this.#dryRun,
      targets: this.#options.target ?? [],
      targetDependents: this.#options.targetDependents ?? false,
      replace: this.#options.replace ?? [],
      parallel: this.#options.parallel ?? 16,
      snapshot: this.#snapshot,
      emit: (event) => this.#emit(event),
      provider: (registered) => this.#providerFor(registered),
    };
  }

  /** Until the program asks for a resource, the provider runs with the configuration of the last `pulumi up`. */
  async #providerFor(registered: boolean): Promise<Provider> {
    if (registered && !this.#configured) {
      this.#configured = true;
      this.#snapshot.configure(this.#config);
    }
    const stored = this.#configured ? undefined : this.#found.provider;
    return this.#provider().get((stored ?? this.#config).values);
  }

  #provider(): Providers {
    this.#providers ??= new Providers({
      sdk: this.#sdk,
      directory: this.#project.directory,
      project: this.#project.name,
      engineAddress: this.#address,
      env: this.#options.env ?? process.env,
      onLine: (text, stream) => this.#emit({ type: "output", from: "provider", stream, text }),
      onCall: (method, urn) => this.#emit({ type: "call", method, urn }),
      onStart: (pid) => this.#emit({ type: "process", what: "provider", pid }),
    });
    return this.#providers;
  }

  #startProgram(): Running {
    this.#program = runProgram({
      sdk: this.#sdk,
      project: this.#project,
      stack: this.#options.stack,
      config: this.#config,
      address: this.#address,
      dryRun: this.#dryRun,
      parallel: this.#options.parallel ?? 16,
      env: this.#options.env ?? process.env,
      onLine: (text, stream) => this.#emit({ type: "output", from: "program", stream, text }),
    });
    this.#emit({ type: "process", what: "program", pid: this.#program.pid });
    return this.#program;
  }

  #error(message: string): void {
    this.#emit({ type: "diagnostic", severity: "error", urn: "", message, ephemeral: false });
  }

  #emit(event: EngineEvent): void {
    if (this.#interrupts > 1 && event.type !== "interrupt") return;
    record(this.#result, event);
    this.#options.onEvent?.(event);
  }

  async #close(): Promise<void> {
    const closing = this.#providers?.close();
    // The program has been answered, or let down, and ends by itself.
    await this.#program?.end(this.#interrupts > 1 ? 0 : 3_000);
    await closing;
    this.#monitor.close();
  }
}
