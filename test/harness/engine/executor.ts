/** Runs chains of steps side by side, at most so many at once, and stops beginning new ones once something failed. */
import type { Diagnostic, Listener, StepEvent } from "./events";
import type { Resource } from "./resource";
import { ProtectedError, type Step, type StepContext } from "./steps";

export interface ExecutorOptions {
  parallel: number;
  /** A failure does not keep the other steps from being run: refresh. */
  goOn?: boolean;
  emit: Listener;
  report: (diagnostic: Pick<Diagnostic, "severity" | "urn" | "message">) => void;
  /** Called once, when a step has failed. */
  onFailure: () => void;
}

export class Executor {
  readonly #context: StepContext;
  readonly #options: ExecutorOptions;
  readonly #running = new Set<Promise<void>>();
  readonly #waiting: (() => void)[] = [];
  #free: number;
  #stopped = false;
  readonly failed: Step[] = [];

  constructor(context: StepContext, options: ExecutorOptions) {
    this.#context = context;
    this.#options = options;
    this.#free = Math.max(1, options.parallel);
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  /** No further step begins; those under way are not disturbed. */
  stop(): void {
    this.#stopped = true;
    for (const go of this.#waiting.splice(0)) go();
  }

  /** Runs the steps one after another; resolves when the last one is done or one has failed. */
  chain(steps: readonly Step[]): Promise<void> {
    const work = this.#chain(steps);
    this.#running.add(work);
    void work.finally(() => this.#running.delete(work));
    return work;
  }

  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  async #chain(steps: readonly Step[]): Promise<void> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((go) => this.#waiting.push(go));
    try {
      for (const step of steps) {
        if (this.#stopped || !(await this.#step(step))) return;
      }
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next();
    }
  }

  async #step(step: Step): Promise<boolean> {
    const tell = (type: "begin" | "done" | "failed"): void => this.#options.emit({ type, ...told(step) });
    tell("begin");
    try {
      await step.run(this.#context);
    } catch (error) {
      this.failed.push(step);
      const message = error instanceof Error ? error.message : String(error);
      this.#options.report({ severity: "error", urn: step.urn, message });
      // A preview has tried nothing that could fail: the message has to do.
      if (!this.#context.dryRun) tell("failed");
      if (!(error instanceof ProtectedError) && this.#options.goOn !== true) {
        this.stop();
        this.#options.onFailure();
      }
      return false;
    }
    tell("done");
    step.complete?.();
    return true;
  }
}

function told(step: Step): StepEvent {
  const brief = (resource: Resource) => ({ id: resource.id, inputs: resource.inputs, outputs: resource.outputs });
  return {
    op: step.op,
    urn: step.urn,
    ...(step.result === undefined ? {} : { result: step.result }),
    ...(step.old === undefined ? {} : { old: brief(step.old) }),
    ...(step.new === undefined ? {} : { new: brief(step.new) }),
    ...(step.replaces === undefined ? {} : { replaces: step.replaces }),
  };
}
