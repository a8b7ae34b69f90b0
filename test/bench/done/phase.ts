/** Loads one after another and side by side on a running Druid, and what was seen of each. */
import * as lifecycle from "../../../src/lifecycle";
import { answeredAt, isThere, type Kind, type Load, statementOf } from "./load";
import { consolePoll, PEERS, submitWaiting, TASK_THAT_WAITS } from "./peers";
import { type Provider, providerOf } from "./provider";

export const OURS = "pulumi-druid";

/** What one way said of one load. */
export interface Verdict {
  way: string;
  kind: Kind;
  /** From the answer of the rows to the return. */
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

interface Returned {
  way: string;
  returnedAt: number;
  isEarly: boolean;
}

async function returned({ url, signal }: Scenery, load: Load, way: string, done: Promise<unknown>): Promise<Returned> {
  await done;
  const returnedAt = Date.now();
  return { way, returnedAt, isEarly: !(await isThere(url, load, signal)) };
}

/** What fails first ends the measurement; that the rest fails with it is no news. */
function heard<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

class Series {
  readonly #urn: string;
  #id: string | undefined;
  #outs: lifecycle.Properties | undefined;

  constructor(
    readonly scenery: Scenery,
    readonly provider: Provider,
    readonly plan: Plan,
    readonly dataSource: string,
  ) {
    this.#urn = `urn:pulumi:bench::done::pulumi-nodejs:dynamic/druid:MsqIngestion::${dataSource}`;
  }

  async run(): Promise<Verdict[]> {
    const all: Verdict[] = [];
    for (const [index, kind] of this.plan.kinds.entries()) {
      const load = { kind, dataSource: this.dataSource, from: 1_000 * (index + 1) };
      const verdicts = await (this.plan.isWaitingTask ? this.#byTask(load) : this.#byUs(load));
      for (const { way, lateMs, isEarly } of verdicts.slice(0, 1))
        this.scenery.say(`${kind}, ${way}: ${isEarly ? "returned EARLY" : `${lateMs} ms after the rows answered`}`);
      all.push(...verdicts);
    }
    return all;
  }

  async #byUs(load: Load): Promise<Verdict[]> {
    const { url, signal } = this.scenery;
    const answer = heard(answeredAt(url, load, signal));
    const beside: Promise<Returned>[] = [];
    const onTask = (taskId: string) => {
      const peers = PEERS.filter(({ isHeavy }) => !isHeavy || this.plan.withHeavy);
      for (const { name, wait } of peers)
        beside.push(heard(returned(this.scenery, load, name, wait({ url, load, taskId, signal }))));
    };
    const operation = this.provider.watched((parts) => this.#operation(parts, load), onTask);
    const [own, { result, succeededAt, requests }, rowsAt] = await Promise.all([
      returned(this.scenery, load, OURS, operation),
      operation,
      answer,
    ]);
    this.#id ??= result.id;
    this.#outs = result.outs ?? this.#outs;
    const druidMs = rowsAt - (succeededAt ?? Number.NaN);
    const verdicts = [own, ...(await Promise.all(beside))].map((one) => verdictOf(one, load, rowsAt));
    return verdicts.map((one) => (one.way === OURS ? { ...one, own: { druidMs, requests } } : one));
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

  async #byTask(load: Load): Promise<Verdict[]> {
    const { url, signal } = this.scenery;
    const answer = heard(answeredAt(url, load, signal));
    const taskId = await submitWaiting({ url, load, signal }, statementOf(load));
    const done = returned(this.scenery, load, TASK_THAT_WAITS, consolePoll({ url, load, taskId, signal }));
    const [one, rowsAt] = await Promise.all([done, answer]);
    return [verdictOf(one, load, rowsAt)];
  }
}

const verdictOf = ({ way, returnedAt, isEarly }: Returned, { kind }: Load, rowsAt: number): Verdict => ({
  way,
  kind,
  isEarly,
  lateMs: returnedAt - rowsAt,
});

/** Works off the plans, so many at a time. */
export async function measure(scenery: Scenery, plans: Plan[], together: number): Promise<Verdict[]> {
  const provider = providerOf(scenery.url, scenery.signal, scenery.say);
  const waiting = [...plans.entries()];
  const all: Verdict[] = [];
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [index, plan] = next;
      all.push(...(await new Series(scenery, provider, plan, `bench_done_${index}`).run()));
    }
  };
  await Promise.all(Array.from({ length: together }, work));
  return all;
}
