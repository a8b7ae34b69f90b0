/**
 * One operation on a stack, from what the program asks for to what is recorded. How an `up` flows:
 *
 *   program ── RegisterResource ──▶ monitor.ts ──▶ register() here, one at a time
 *     planner.ts   asks the provider's check and diff, and decides the steps
 *     executor.ts  runs them, several registrations side by side: steps.ts asks create, update, delete
 *     snapshot.ts  writes the state file before and after each
 *   ◀── the answer: id and outputs, so that what depends on them can be asked for in turn
 *   program ── SignalAndWaitForShutdown ──▶ finish(): what the program no longer names is deleted (deletes.ts)
 */

import { Bail, Decisions, Invalid, type PlanOptions } from "./decisions";
import { deleteUnwanted } from "./deletes";
import type { Diagnostic, Listener } from "./events";
import { Executor } from "./executor";
import { Planner } from "./planner";
import type { Properties } from "./properties";
import { refreshAll, selectedOf } from "./refresh";
import type { Goal, Resource } from "./resource";
import type { Snapshot } from "./snapshot";
import type { StepContext } from "./steps";
import { isStack, urnOf } from "./urn";

export interface Registered {
  resource: Resource;
  /** Nothing is there, and nothing is known of what would be. */
  unknown: boolean;
}

/** What a waiting program is told when the operation will not go on. */
export class Cancelled extends Error {}

export interface DeploymentOptions extends Omit<PlanOptions, "report"> {
  parallel: number;
  snapshot: Snapshot;
  emit: Listener;
  /** How long a preview waits for more to come after a resource was refused. */
  quietMs?: number;
}

export class Deployment {
  readonly #options: DeploymentOptions;
  readonly #decisions: Decisions;
  readonly #planner: Planner;
  readonly #executor: Executor;
  readonly #registered = new Map<string, Resource>();
  #stackOutputs: Properties | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #busy = 0;
  #refused = 0;
  #quiet: NodeJS.Timeout | undefined;
  #cancelled = false;
  /** Ended for a reason that the user has been told. */
  #bailed = false;
  #interrupted = false;
  #over: () => void = () => {};
  /** Resolves when nothing further will be begun. */
  readonly over = new Promise<void>((resolve) => {
    this.#over = resolve;
  });

  constructor(options: DeploymentOptions, resources: readonly Resource[]) {
    this.#options = options;
    const report = (diagnostic: Pick<Diagnostic, "severity" | "urn" | "message">): void =>
      options.emit({ type: "diagnostic", ephemeral: false, ...diagnostic });
    this.#decisions = new Decisions({ ...options, report }, resources);
    this.#planner = new Planner(this.#decisions);
    this.#executor = new Executor(this.#context(), {
      parallel: options.parallel,
      emit: options.emit,
      report,
      onFailure: () => this.#stop(),
    });
  }

  /** Whether nothing further will be begun. */
  get ended(): boolean {
    return this.#cancelled;
  }

  get failed(): boolean {
    return this.#bailed || this.#decisions.failed || this.#executor.failed.length > 0;
  }

  #context(): StepContext {
    const { dryRun, snapshot, provider } = this.#options;
    return { dryRun, snapshot, provider: () => provider(false), deletes: this.#decisions.deletes };
  }

  /** False, and the user is told, where it is to replace what is not there. */
  canBegin(): boolean {
    return !this.#decisions.misses(this.#decisions.forced);
  }

  /** What the program asks for, decided in turn and done side by side; resolves when it is done and on record. */
  async register(goal: Goal): Promise<Registered> {
    const done = new Promise<Registered>((resolve, reject) => {
      void this.over.then(() => reject(new Cancelled()));
      this.#activity(1);
      void this.#inTurn(
        async () => {
          const steps = await this.#planner.plan(goal, (resource, unknown = false) => {
            this.#registered.set(resource.urn, resource);
            resolve({ resource, unknown });
          });
          void this.#executor.chain(steps);
        },
        urnOf(this.#options.place, goal.parent, goal.type, goal.name),
      ).finally(() => this.#activity(-1));
    });
    return done.finally(() => this.#activity(0));
  }

  /** A component's outputs are recorded at once; the stack's wait for how the operation ends. */
  async registerOutputs(urn: string, outputs: Properties): Promise<void> {
    if (isStack(urn)) {
      this.#stackOutputs = outputs;
      return;
    }
    await this.#inTurn(async () => {
      const resource = this.#registered.get(urn);
      if (resource === undefined)
        throw new Error(`cannot complete a resource "${urn}" whose registration is not pending`);
      resource.outputs = outputs;
      this.#options.emit({ type: "outputs", urn, outputs });
      this.#options.snapshot.write();
    }, urn);
  }

  /** The program has asked for everything: what it did not ask for is deleted. */
  async finish(): Promise<void> {
    await this.#inTurn(async () => {
      await this.#executor.idle();
      if (this.#cancelled) return;
      const misses = this.#decisions.misses(this.#decisions.targets);
      await deleteUnwanted(this.#decisions, this.#executor);
      if (misses) throw new Bail();
    }, "");
    await this.#executor.idle();
    this.#over();
  }

  /** The user wants it to end: nothing new is begun, and what is under way may finish. */
  interrupt(): void {
    this.#interrupted = true;
    this.#stop();
  }

  /** Ends it for a reason that has been reported. */
  bail(): void {
    this.#bailed = true;
    this.#stop();
  }

  /** Waits for what is under way, records the stack's outputs, and says how it went. */
  async settle(): Promise<boolean> {
    await this.over;
    await this.#turn.catch(() => {});
    await this.#executor.idle();
    clearTimeout(this.#quiet);
    this.#recordStackOutputs();
    if (this.failed && !this.#bailed) this.#summary("failed");
    else if (!this.failed && this.#interrupted) this.#summary("canceled");
    return !this.failed && !this.#interrupted;
  }

  #summary(how: string): void {
    const what = this.#options.dryRun ? "preview" : "update";
    this.#options.emit({ type: "diagnostic", severity: "error", urn: "", message: `${what} ${how}`, ephemeral: false });
  }

  /** After a failure, what was not said again may still hold: old outputs stay beside the new ones. */
  #recordStackOutputs(): void {
    const stack = [...this.#registered.values()].find((resource) => isStack(resource.urn));
    if (stack === undefined || this.#stackOutputs === undefined) return;
    const old = this.#decisions.olds.get(stack.urn)?.outputs ?? {};
    stack.outputs = this.failed ? { ...old, ...this.#stackOutputs } : this.#stackOutputs;
    this.#options.emit({ type: "outputs", urn: stack.urn, outputs: stack.outputs });
    this.#options.snapshot.write();
  }

  #stop(): void {
    this.#cancelled = true;
    this.#executor.stop();
    this.#over();
  }

  /** One at a time, and not at all once the operation has been stopped. */
  #inTurn(work: () => Promise<void>, urn: string): Promise<void> {
    const mine = this.#turn.then(async () => {
      if (this.#cancelled) return;
      try {
        await work();
      } catch (error) {
        this.#failedTurn(error, urn);
      }
    });
    this.#turn = mine;
    return mine;
  }

  #failedTurn(error: unknown, urn: string): void {
    if (!(error instanceof Bail)) {
      const message = error instanceof Error ? error.message : String(error);
      this.#options.emit({ type: "diagnostic", severity: "error", urn, message, ephemeral: false });
    }
    if (error instanceof Invalid && this.#options.dryRun) {
      // A preview tells of everything it can. Who waits for this resource waits on, so its dependents are left out.
      this.#refused++;
      return;
    }
    this.bail();
  }

  /** After a refusal in a preview the program never ends by itself: it is over when it has gone quiet. */
  #activity(change: number): void {
    this.#busy += change;
    clearTimeout(this.#quiet);
    if (this.#busy > 0 || this.#refused === 0 || this.#cancelled) return;
    this.#quiet = setTimeout(() => {
      void this.#executor.idle().then(() => this.bail());
    }, this.#options.quietMs ?? 1_000);
  }
}

/** Everything in the state, or the targets, is read; resolves with what is there, and whether all could be read. */
export async function refresh(
  options: DeploymentOptions,
  resources: readonly Resource[],
  stopping: (stop: () => void) => void,
): Promise<{ resources: Resource[]; failed: boolean }> {
  const { dryRun, snapshot, provider, emit, parallel } = options;
  const report = (diagnostic: Pick<Diagnostic, "severity" | "urn" | "message">): void =>
    emit({ type: "diagnostic", ephemeral: false, ...diagnostic });
  const context = { dryRun, snapshot, provider: () => provider(false), deletes: new Set<string>() };
  const executor = new Executor(context, { parallel, emit, report, goOn: true, onFailure: () => {} });
  stopping(() => executor.stop());
  const found = await refreshAll(resources, selectedOf(resources, options), executor);
  return { resources: found, failed: executor.failed.length > 0 };
}
