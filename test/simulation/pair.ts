/**
 * A stack of two ingestions in one provider process a command, as Pulumi calls it, but without kills and partial
 * states: for plans in which the delete of one meets the load of the other.
 */
import type { Properties } from "../../src/lifecycle";
import * as lifecycle from "../../src/lifecycle";
import { FakeDruid, VirtualClock } from "../harness/fake";
import { ProviderProcess } from "../harness/virtual/process";
import { URL } from "../harness/virtual/setup";
import { wire } from "../harness/virtual/wire";

export type Program = Readonly<Record<string, Properties>>;

export interface Way {
  /** The order in which the program declares the ingestions. */
  names: readonly string[];
  /** Checks all before it does anything, as Pulumi may where nothing depends on anything. */
  checksFirst: boolean;
}

interface Held {
  id: string;
  inputs: Properties;
  outputs: Properties;
}

interface Step {
  name: string;
  old: Held | undefined;
  inputs: Properties;
  does: "nothing" | "create" | "update" | "replace";
}

export class Pair {
  readonly clock = new VirtualClock();
  readonly fake = new FakeDruid({ clock: this.clock });
  readonly #held = new Map<string, Held>();

  /** What the checks refuse, and what preview logs. */
  async preview(program: Program, { names }: Way): Promise<{ refused: string[]; told: string[] }> {
    const refused: string[] = [];
    const process = this.#process();
    for (const name of declared(program, names)) {
      await this.#run(this.#plan(process, name, program)).catch((error: Error) => refused.push(error.message));
    }
    process.kill();
    return { refused, told: process.texts() };
  }

  async up(
    program: Program,
    { names, checksFirst }: Way,
  ): Promise<{ error?: string; told: string[]; requests: number }> {
    const process = this.#process();
    try {
      const steps: Step[] = [];
      for (const name of declared(program, names)) {
        const step = await this.#run(this.#plan(process, name, program));
        if (checksFirst) steps.push(step);
        else await this.#run(this.#perform(process, step, program));
      }
      for (const step of steps) await this.#run(this.#perform(process, step, program));
      for (const name of [...this.#held.keys()].filter((held) => !(held in program)))
        await this.#run(this.#delete(process, name));
      return { told: process.texts(), requests: process.requests };
    } catch (error) {
      return { error: (error as Error).message, told: process.texts(), requests: process.requests };
    } finally {
      process.kill();
    }
  }

  #process(): ProviderProcess {
    return new ProviderProcess({ fake: this.fake, clock: this.clock, config: { "druid:url": URL }, direct: true });
  }

  #run<T>(work: Promise<T>): Promise<T> {
    return this.clock.run(work, { limitMs: 3_600_000, limitWakes: 20_000 });
  }

  async #plan({ parts }: ProviderProcess, name: string, program: Program): Promise<Step> {
    const old = this.#held.get(name);
    const news = inputsOf(name, program[name] ?? {});
    const inputs = await check(parts, old?.inputs ?? {}, news);
    if (old === undefined) return { name, old, inputs, does: "create" };
    const { changes, replaces } = await lifecycle.diff(parts, wire(old.outputs), inputs);
    if (replaces.length === 0) return { name, old, inputs, does: changes ? "update" : "nothing" };
    return { name, old, inputs: await check(parts, {}, news), does: "replace" };
  }

  async #perform(process: ProviderProcess, { name, old, inputs, does }: Step, program: Program): Promise<void> {
    if (does === "replace") await this.#delete(process, name);
    if (does === "update" && old) {
      const { outs } = await lifecycle.update(process.parts, old.id, wire(old.outputs), inputs);
      this.#held.set(name, { id: old.id, inputs, outputs: wire(outs) });
    } else if (does === "create" || does === "replace") {
      const { id, outs } = await lifecycle.create(process.parts, inputs);
      this.#held.set(name, { id, inputs, outputs: wire(outs) });
    } else if (old && name in program) this.#held.set(name, { ...old, inputs });
  }

  async #delete({ parts }: ProviderProcess, name: string): Promise<void> {
    const old = this.#held.get(name);
    if (old) await lifecycle.remove(parts, old.id, wire({ ...old.outputs, __urn: urnOf(name) }));
    this.#held.delete(name);
  }
}

const declared = (program: Program, names: readonly string[]) => names.filter((name) => name in program);

const urnOf = (name: string) => `urn:pulumi:dev::case::pulumi-nodejs:dynamic/druid:MsqIngestion::${name}`;

const inputsOf = (name: string, args: Properties): Properties => ({
  ...args,
  __urn: urnOf(name),
  __organization: "organization",
  __secretQuery: false,
  __provider: "provider",
});

async function check(parts: lifecycle.Parts, olds: Properties, news: Properties): Promise<Properties> {
  const { inputs, failures } = await lifecycle.check(parts, wire(olds), wire(news));
  if (failures.length > 0) throw new Error(failures.map(({ reason }) => reason).join("\n"));
  return wire(inputs);
}
