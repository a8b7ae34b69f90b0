/** Loads one after another and side by side on a running Druid, and what was seen of each. */
import * as lifecycle from "../../../src/lifecycle";
import { isThere, type Kind, type Load, statementOf } from "./load";
import { consolePoll, PEERS, submitWaiting, TASK_THAT_WAITS } from "./peers";
import { Probe } from "./probe";
import { type Provider, providerOf } from "./provider";

export const OURS = "pulumi-druid";

/** What one way said of one load. */
export interface Verdict {
  way: string;
  kind: Kind;
  /** From the answer of the rows, as the probe saw it, to the return. */
  lateMs: number;
  /** Whether a query right after the return missed rows. */
  isEarly: boolean;
  /** Of ours: from SUCCESS to the answer, which is Druid's own time, and the requests from SUCCESS to the return. */
  own?: { druidMs: number; requests: number };
}

/** The loads of one table, in order. */
export interface Plan {
  kinds: Kind[];
  /** Peers whose requests may disturb stand beside these loads too. */
  withHeavy: boolean;
  /** Loaded by the web console's way, not by ours. */
  isWaitingTask: boolean;
}

export interface Scenery {
  url: string;
  signal: AbortSignal;
  say(line: string): void;
}

/** What fails first ends the measurement; that the rest fails with it is no news. */
function heard<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

/** The loads of one table. */
class Series {
  readonly #dataSource: string;
  readonly #urn: string;
  #id: string | undefined;
  #outs: lifecycle.Properties | undefined;
  readonly #verdicts: Verdict[] = [];
  /** Those who stand beside the last load still. */
  #beside: Promise<Verdict>[] = [];

  constructor(
    readonly scenery: Scenery,
    readonly provider: Provider,
    readonly probe: Probe,
    readonly plan: Plan,
    readonly index: number,
  ) {
    this.#dataSource = `bench_done_${index}`;
    this.#urn = `urn:pulumi:bench::done::pulumi-nodejs:dynamic/druid:MsqIngestion::${this.#dataSource}`;
  }

  async run(round: number): Promise<void> {
    // They would take the rows of this load for those of theirs.
    await Promise.all(this.#beside);
    const kind = this.plan.kinds[round];
    if (kind === undefined) return;
    const load = { kind, dataSource: this.#dataSource, from: 10_000 * (this.index + 1) + 1_000 * round };
    const { way, isEarly, lateMs } = await (this.plan.isWaitingTask ? this.#byTask(load) : this.#byUs(load));
    this.scenery.say(`${kind}, ${way}: ${isEarly ? "returned EARLY" : `${lateMs} ms after the rows answered`}`);
  }

  async verdicts(): Promise<Verdict[]> {
    await Promise.all(this.#beside);
    return this.#verdicts;
  }

  async #byUs(load: Load): Promise<Verdict> {
    const { url, signal } = this.scenery;
    const answer = heard(this.probe.answeredAt(load));
    const peers = PEERS.filter(({ isHeavy }) => !isHeavy || this.plan.withHeavy);
    const onTask = (taskId: string) => {
      const scene = { url, load, taskId, signal };
      this.#beside = peers.map(({ name, wait }) => heard(this.#judge(load, name, wait(scene), answer)));
    };
    const operation = this.provider.watched((parts) => this.#operation(parts, load), onTask);
    const [verdict, { result, succeededAt, requests }, rowsAt] = await Promise.all([
      this.#judge(load, OURS, operation, answer),
      operation,
      answer,
    ]);
    this.#id ??= result.id;
    this.#outs = result.outs ?? this.#outs;
    verdict.own = { druidMs: rowsAt - (succeededAt ?? Number.NaN), requests };
    return verdict;
  }

  /** A first load creates, a REPLACE updates, and an INSERT is another resource with the same table. */
  async #operation(parts: lifecycle.Parts, load: Load): Promise<{ id?: string; outs?: lifecycle.Properties }> {
    const inputs = { query: statementOf(load), __urn: this.#urn };
    if (load.kind === "INSERT beside rows") {
      await lifecycle.create(parts, { ...inputs, __urn: `${this.#urn}_beside` });
      return {};
    }
    if (this.#id === undefined || this.#outs === undefined) return lifecycle.create(parts, inputs);
    return lifecycle.update(parts, this.#id, this.#outs, inputs);
  }

  async #byTask(load: Load): Promise<Verdict> {
    const { url, signal } = this.scenery;
    const answer = heard(this.probe.answeredAt(load));
    const taskId = await submitWaiting({ url, load, signal }, statementOf(load));
    return this.#judge(load, TASK_THAT_WAITS, consolePoll({ url, load, taskId, signal }), answer);
  }

  async #judge(load: Load, way: string, done: Promise<unknown>, answer: Promise<number>): Promise<Verdict> {
    await done;
    const returnedAt = Date.now();
    const isEarly = !(await isThere(this.scenery.url, load, this.scenery.signal));
    const verdict: Verdict = { way, kind: load.kind, isEarly, lateMs: Math.max(0, returnedAt - (await answer)) };
    this.#verdicts.push(verdict);
    return verdict;
  }
}

/**
 * Works off the plans, so many tables at a time; each has its first load before any has its second. Tasks that wait do
 * so beside all others, which would have to wait for them.
 */
export async function measure(scenery: Scenery, plans: Plan[], together: number): Promise<Verdict[]> {
  const provider = providerOf(scenery.url, scenery.signal, scenery.say);
  const probe = new Probe(scenery.url, scenery.signal);
  const all = plans.map((plan, index) => new Series(scenery, provider, probe, plan, index));
  const rounds = Math.max(...plans.map(({ kinds }) => kinds.length));
  const ours = async () => {
    for (let round = 0; round < rounds; round += 1) {
      const waiting = all.filter(({ plan }) => !plan.isWaitingTask);
      const work = async () => {
        for (let next = waiting.shift(); next; next = waiting.shift()) await next.run(round);
      };
      await Promise.all(Array.from({ length: together }, work));
    }
  };
  const theirs = async (series: Series) => {
    for (let round = 0; round < rounds; round += 1) await series.run(round);
  };
  await Promise.all([ours(), ...all.filter(({ plan }) => plan.isWaitingTask).map(theirs)]);
  return (await Promise.all(all.map((one) => one.verdicts()))).flat();
}
