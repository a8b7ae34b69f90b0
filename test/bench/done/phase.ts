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

/** A way has taken a load for done. */
interface Return {
  way: string;
  returnedAt: number;
  isEarly: boolean;
}

/** What was seen of one load. */
interface Seen {
  kind: Kind;
  returns: Return[];
  /** When the probe saw its rows. */
  probedAt: number;
  /** When ours learned of its success. */
  succeededAt?: number | undefined;
  requests?: number;
}

/** Rows that were there at a return have answered by then, even if the probe, on a busy machine, saw them later. */
function verdictsOf({ kind, returns, probedAt, succeededAt, requests }: Seen): Verdict[] {
  const rowsAt = Math.min(probedAt, ...returns.filter(({ isEarly }) => !isEarly).map(({ returnedAt }) => returnedAt));
  const own = { druidMs: rowsAt - (succeededAt ?? Number.NaN), requests: requests ?? Number.NaN };
  return returns.map(({ way, returnedAt, isEarly }) => {
    return { way, kind, isEarly, lateMs: returnedAt - rowsAt, ...(way === OURS && { own }) };
  });
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
  readonly #seen: Seen[] = [];
  /** Those who stand beside the last load still. */
  #beside: Promise<void>[] = [];

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
    const seen: Seen = { kind, returns: [], probedAt: Number.POSITIVE_INFINITY };
    this.#seen.push(seen);
    await (this.plan.isWaitingTask ? this.#byTask(load, seen) : this.#byUs(load, seen));
    this.scenery.say(`${kind} of table ${this.index} is done`);
  }

  async verdicts(): Promise<Verdict[]> {
    await Promise.all(this.#beside);
    return this.#seen.flatMap(verdictsOf);
  }

  async #byUs(load: Load, seen: Seen): Promise<void> {
    const { url, signal } = this.scenery;
    const probed = heard(this.probe.answeredAt(load));
    const peers = PEERS.filter(({ isHeavy }) => !isHeavy || this.plan.withHeavy);
    const onTask = (taskId: string) => {
      const scene = { url, load, taskId, signal };
      this.#beside = peers.map(({ name, wait }) => heard(this.#judge(load, seen, name, wait(scene))));
    };
    const operation = this.provider.watched((parts) => this.#operation(parts, load), onTask);
    const [{ result, succeededAt, requests }] = await Promise.all([
      operation,
      this.#judge(load, seen, OURS, operation),
    ]);
    this.#id ??= result.id;
    this.#outs = result.outs ?? this.#outs;
    Object.assign(seen, { succeededAt, requests, probedAt: await probed });
  }

  /** A first load creates, a REPLACE updates, and an INSERT is another resource with the same table. */
  async #operation(parts: lifecycle.Parts, load: Load): Promise<{ id?: string; outs?: lifecycle.Properties }> {
    const inputs = { query: statementOf(load), __urn: this.#urn, __secretQuery: false };
    if (load.kind === "INSERT beside rows") {
      await lifecycle.create(parts, { ...inputs, __urn: `${this.#urn}_beside` });
      return {};
    }
    if (this.#id === undefined || this.#outs === undefined) return lifecycle.create(parts, inputs);
    return lifecycle.update(parts, this.#id, this.#outs, inputs);
  }

  async #byTask(load: Load, seen: Seen): Promise<void> {
    const { url, signal } = this.scenery;
    const probed = heard(this.probe.answeredAt(load));
    const taskId = await submitWaiting({ url, load, signal }, statementOf(load));
    await this.#judge(load, seen, TASK_THAT_WAITS, consolePoll({ url, load, taskId, signal }));
    seen.probedAt = await probed;
  }

  async #judge(load: Load, seen: Seen, way: string, done: Promise<unknown>): Promise<void> {
    await done;
    const returnedAt = Date.now();
    const isEarly = !(await isThere(this.scenery.url, load, this.scenery.signal));
    seen.returns.push({ way, returnedAt, isEarly });
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
