/**
 * A stack with one ingestion, kept as Pulumi's engine keeps it (test/engine holds the larger one to recordings; this
 * one follows the same cases: a partial update keeps the old inputs, no change keeps the old outputs, a forced replace
 * asks no diff, a killed operation leaves nothing). Every operation is a provider process of its own.
 */

import type { Properties } from "../../../src/lifecycle";
import * as lifecycle from "../../../src/lifecycle";
import type { RunLimits } from "../fake";
import { type Line, type ProcessOptions, ProviderProcess } from "./process";
import { wire } from "./wire";

export interface StackResource {
  id: string;
  inputs: Properties;
  outputs: Properties;
  initErrors: string[];
}

/** How one command went. */
export interface Outcome {
  /** What was asked of the provider, e.g. `create`, in order. */
  asked: string[];
  /** The first error, with all that it says; absent where the command went well. */
  error?: string;
  killed: boolean;
  lines: Line[];
  requests: number;
}

export interface StackOptions extends Omit<ProcessOptions, "killAt"> {
  name?: string;
  organization?: string;
}

export interface CommandOptions {
  killAt?: ProcessOptions["killAt"];
  /** Called with the process before anything is asked of it. */
  meanwhile?: (process: ProviderProcess) => void;
  /** `customTimeouts`. */
  timeouts?: Record<string, string>;
  secretQuery?: boolean;
  secretValues?: boolean;
  secretChecks?: boolean;
  /** Other programs of the same process: they are checked, as Pulumi checks every resource. */
  neighbours?: { name: string; args: Properties }[];
}

/** Nothing here takes so long, and a command that never ends is to be told before it fills the memory. */
const COMMAND_LIMITS: RunLimits = { limitMs: 6 * 3_600_000, limitWakes: 20_000 };

/** What the shell of the resource puts beside the arguments. */
const PROVIDER = 'exports.handler = () => require("pulumi-druid/provider");';
const TYPE = "pulumi-nodejs:dynamic/druid:MsqIngestion";

export class Stack {
  resource: StackResource | undefined;
  urn: string;
  readonly #options: StackOptions;
  #formerUrns: string[] = [];

  constructor(options: StackOptions) {
    this.#options = options;
    this.urn = this.#urnOf(options.name ?? "events");
  }

  /** The program calls the resource otherwise and names its old name as an alias, or the whole stack was renamed. */
  rename({ name, stack = "dev", alias = true }: { name?: string; stack?: string; alias?: boolean }): void {
    if (alias) this.#formerUrns = [this.urn];
    this.urn = this.#urnOf(name ?? this.urn.split("::").slice(3).join("::"), stack);
  }

  /** The state is gone, as after `pulumi state delete`. */
  forget(): void {
    this.resource = undefined;
  }

  get outputs(): Properties {
    if (this.resource === undefined) throw new Error("The stack holds nothing");
    return this.resource.outputs;
  }

  /** `pulumi up`. */
  up(args: Properties, options: CommandOptions = {}): Promise<Outcome> {
    return this.#command(options, async (process, asked) => {
      const news = this.#inputs(args, options);
      const old = this.resource;
      asked.push("check");
      const checked = await this.#check(process, old?.inputs ?? {}, news);
      if (old === undefined) return this.#create(process, asked, checked);
      asked.push("diff");
      const { changes, replaces } = await lifecycle.diff(process.parts, wire(old.outputs), checked);
      if (replaces.length > 0) {
        await this.#delete(process, asked);
        return this.#create(process, asked, await this.#check(process, {}, news));
      }
      if (changes || old.initErrors.length > 0) return this.#update(process, asked, old, checked);
      this.resource = { ...old, inputs: checked };
    });
  }

  /** `pulumi preview`: gives what check and diff say. */
  async preview(args: Properties, options: CommandOptions = {}) {
    let inputs: Properties = {};
    let changes = true;
    const outcome = await this.#command(options, async (process, asked) => {
      asked.push("check");
      inputs = await this.#check(process, this.resource?.inputs ?? {}, this.#inputs(args, options));
      if (this.resource === undefined) return;
      asked.push("diff");
      ({ changes } = await lifecycle.diff(process.parts, wire(this.resource.outputs), inputs));
    });
    return { ...outcome, inputs, changes };
  }

  /** `pulumi up --replace`. */
  replace(args: Properties, options: CommandOptions = {}): Promise<Outcome> {
    if (this.resource === undefined) return this.up(args, options);
    return this.#command(options, async (process, asked) => {
      asked.push("check");
      const checked = await this.#check(process, {}, this.#inputs(args, options));
      await this.#delete(process, asked);
      await this.#create(process, asked, checked);
    });
  }

  /** `pulumi refresh`. */
  refresh(options: CommandOptions = {}): Promise<Outcome> {
    return this.#command(options, async (process, asked) => {
      const old = this.resource;
      if (old === undefined) return;
      asked.push("read");
      const { props } = await lifecycle.read(process.parts, old.id, wire(old.outputs));
      if (process.isAlive) this.resource = { ...old, outputs: wire(props), initErrors: [] };
    });
  }

  /** `pulumi destroy`. */
  destroy(options: CommandOptions = {}): Promise<Outcome> {
    return this.#command(options, async (process, asked) => {
      if (this.resource !== undefined) await this.#delete(process, asked);
    });
  }

  async #command(
    options: CommandOptions,
    run: (process: ProviderProcess, asked: string[]) => Promise<void>,
  ): Promise<Outcome> {
    const { killAt, meanwhile, neighbours = [] } = options;
    const process = new ProviderProcess({ ...this.#options, ...(killAt && { killAt }) });
    const asked: string[] = [];
    const outcome: Outcome = { asked, killed: false, lines: process.lines, requests: 0 };
    const work = async () => {
      for (const { name, args } of neighbours) {
        await lifecycle.check(process.parts, {}, this.#inputs(args, options, this.#urnOf(name)));
      }
      meanwhile?.(process);
      await run(process, asked);
    };
    const { clock } = this.#options;
    await clock.run(Promise.race([work(), process.died]), COMMAND_LIMITS).catch((error) => {
      outcome.error = (error as Error).message;
    });
    outcome.killed = !process.isAlive;
    outcome.requests = process.requests;
    process.kill();
    return outcome;
  }

  async #check(process: ProviderProcess, olds: Properties, news: Properties): Promise<Properties> {
    const { inputs, failures } = await lifecycle.check(process.parts, wire(olds), wire(news));
    if (failures.length > 0) throw new Error(failures.map(({ reason }) => reason).join("\n"));
    return wire(inputs);
  }

  async #create(process: ProviderProcess, asked: string[], inputs: Properties): Promise<void> {
    asked.push("create");
    try {
      const { id, outs } = await lifecycle.create(process.parts, wire(inputs));
      if (process.isAlive) this.resource = { id, inputs, outputs: wire(outs), initErrors: [] };
    } catch (error) {
      const partial = partialOf(error);
      if (partial && process.isAlive) {
        this.resource = { id: partial.id, inputs, outputs: wire(partial.properties), initErrors: partial.reasons };
      }
      throw error;
    }
  }

  async #update(process: ProviderProcess, asked: string[], old: StackResource, news: Properties): Promise<void> {
    asked.push("update");
    try {
      const { outs } = await lifecycle.update(process.parts, old.id, wire(old.outputs), wire(news));
      if (process.isAlive) this.resource = { id: old.id, inputs: news, outputs: wire(outs), initErrors: [] };
    } catch (error) {
      const partial = partialOf(error);
      if (partial && process.isAlive) {
        this.resource = { ...old, outputs: wire(partial.properties), initErrors: partial.reasons };
      }
      throw error;
    }
  }

  async #delete(process: ProviderProcess, asked: string[]): Promise<void> {
    const old = this.resource;
    if (old === undefined) return;
    asked.push("delete");
    // The engine tells the URN of now.
    await lifecycle.remove(process.parts, old.id, wire({ ...old.outputs, __urn: this.urn }));
    if (process.isAlive) this.resource = undefined;
  }

  #urnOf(name: string, stack = "dev"): string {
    return `urn:pulumi:${stack}::case::${TYPE}::${name}`;
  }

  #inputs(
    args: Properties,
    { timeouts, secretQuery = false, secretValues, secretChecks }: CommandOptions,
    urn = this.urn,
  ): Properties {
    return {
      ...args,
      __urn: urn,
      __organization: this.#options.organization ?? "organization",
      ...(timeouts && { __timeouts: timeouts }),
      ...(this.#formerUrns.length > 0 && { __formerUrns: this.#formerUrns }),
      __secretQuery: secretQuery,
      ...(secretValues !== undefined && { __secretValues: secretValues }),
      ...(secretChecks !== undefined && { __secretChecks: secretChecks }),
      __provider: PROVIDER,
    };
  }
}

interface Partial {
  id: string;
  properties: Properties;
  reasons: string[];
}

function partialOf(error: unknown): Partial | undefined {
  const { id, properties, reasons } = error as globalThis.Partial<Partial>;
  return id === undefined || properties === undefined || reasons === undefined
    ? undefined
    : { id, properties, reasons };
}
