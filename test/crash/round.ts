/**
 * One round: a stack with an ingestion at each of several points, one SIGKILL for all of them, then the same commands
 * again. All programs INSERT, so that every load too many and every lost one shows in a count by SQL.
 */
import { loseWorker } from "../e2e/runs";
import type { World } from "../e2e/world";
import { descendantsOf } from "../harness/descendants";
import { type Hold, type HoldingProxy, startProxy } from "../harness/proxy";
import type { Command, Running, TestStack } from "../harness/stack";
import { signal, survivorsAfter } from "../harness/survivors";
import type { Group, Kill, Point } from "./points";
import { type Actor, actorsOf, openSource, programOf, release, type Step, targetOf } from "./program";

export interface Outcome {
  point: string;
  /** False where the command had ended, or gone another way, before the point came. */
  reached: boolean;
  state: unknown;
  /** Tasks of its key that still run at the end. */
  running: string[];
  expected: Record<string, number>;
  found: Record<string, number>;
}

const COMMANDS: Record<Group, Command> = { create: "up", change: "up", delete: "destroy", refresh: "refresh" };
const REACH_LIMIT_MS = 240_000;
/** Longer than an orphan may live. */
const GONE_LIMIT_MS = 10_000;

/**
 * All points are of one group. After `idleMs` without a request nobody is expected to come to another point; without
 * it all of them are waited for.
 */
export async function round(
  world: World,
  points: readonly Point[],
  kill: Kill,
  idleMs = REACH_LIMIT_MS,
): Promise<Outcome[]> {
  const proxy = await startProxy(world.url);
  const actors = actorsOf(points);
  try {
    const stack = world.stack({ config: { "druid:url": proxy.url } });
    return await new Round(world, proxy, stack, actors, kill, idleMs).run();
  } finally {
    // A round that has failed must not hold up the others.
    for (const { slow } of actors) slow?.end();
    await proxy.stop();
  }
}

class Round {
  private readonly command: Command;
  private slots = 0;
  private isKilled = false;

  constructor(
    private readonly world: World,
    private readonly proxy: HoldingProxy,
    private readonly stack: TestStack,
    private readonly actors: readonly Actor[],
    private readonly kill: Kill,
    private readonly idleMs: number,
  ) {
    this.command = COMMANDS[actors[0]?.point.life.group ?? "create"];
    for (const actor of actors) openSource(actor, world.files, stack.name);
  }

  async run(): Promise<Outcome[]> {
    this.slots = await this.capacity();
    if (this.actors.some(({ point }) => point.life.first)) await this.begin();
    const { reached, holds } = await this.killAtPoints();
    const late = this.actors.filter(({ point }) => point.isLate).map(({ name }) => name);
    const letGo = (isLate: boolean) => {
      for (const [name, hold] of holds) if (late.includes(name) === isLate) hold.letGo();
    };
    letGo(false);
    if (this.command !== "up") await this.must(this.command, "killed");
    const next = this.start("up", "after");
    for (const { slow, point } of this.actors) if (!isCanceled(point)) release(slow);
    await ended(next, "up after the kill");
    letGo(true);
    // What came late may have changed nothing, and must not now.
    await this.must("up", "after");
    return Promise.all(this.actors.map((actor) => this.outcome(actor, reached.has(actor.name))));
  }

  /** Brings all to where the killed command finds them; slow ones are left running by an interrupt. */
  private async begin(): Promise<void> {
    const up = this.start("up", "first");
    const slow = this.actors.filter((actor) => actor.slow);
    if (slow.length === 0) return void (await ended(up, "the first up"));
    await Promise.all(slow.map((actor) => actor.slow?.readers()));
    const rest = this.actors.filter((actor) => !actor.slow).map(({ name }) => name);
    await until(() => rest.every((name) => this.stateOf(name) === "SUCCESS"), REACH_LIMIT_MS);
    up.child.kill("SIGINT");
    await up.ended;
  }

  /** Runs the command until each point is reached that will be, and kills. */
  private async killAtPoints() {
    const holds = new Map<string, Hold>();
    const reached = new Set<string>();
    const readers = new Map(this.actors.map(({ name, slow }) => [name, slow?.readers() ?? Promise.resolve()]));
    for (const { name, from, point } of this.actors) {
      const first = {
        method: "POST",
        path: /\/taskStatus$/,
        body: new RegExp(`pulumi-${name}-`),
        when: "before",
      } as const;
      const hold = point.waitsFor ? { ...first, from } : point.hold && { ...point.hold, from };
      if (hold) holds.set(name, this.proxy.hold(hold));
    }
    const begun = this.proxy.received.length;
    const run = this.start(this.command, "killed");
    const reachable = this.actors.map(async ({ name, from, point, slow }) => {
      if (point.losesWorker) {
        await readers.get(name);
        await loseWorker(this.world, targetOf(name, "x", this.stack.name));
        readers.set(name, slow?.readers(2) ?? Promise.resolve());
      }
      await (holds.get(name)?.reached ?? readers.get(name));
      if (point.waitsFor) {
        await readers.get(from);
        holds.get(name)?.letGo();
        await run.says(/waiting for other ingestions/);
      }
      reached.add(name);
    });
    for (const one of reachable) one.catch(() => undefined);
    await Promise.race([Promise.all(reachable), run.ended, this.idle(begun), after(REACH_LIMIT_MS)]);
    this.isKilled = true;
    const started = descendantsOf(run.child.pid ?? 0);
    const provider = started.find(({ command }) => command.includes("dynamic-provider"));
    if (this.kill !== "provider") run.child.kill("SIGKILL");
    if (this.kill !== "engine" && provider) signal(provider.pid, "SIGKILL");
    await run.ended;
    const left = await survivorsAfter(started, GONE_LIMIT_MS);
    if (left.length > 0) throw new Error(`Not gone ${GONE_LIMIT_MS} ms after the kill: ${left.join(", ")}`);
    return { reached, holds };
  }

  /** Resolves where nothing has been asked of Druid for a while since the first request after `begun` others. */
  private async idle(begun: number): Promise<void> {
    for (let seen = begun; !this.isKilled && (seen === begun || seen !== this.proxy.received.length); ) {
      seen = this.proxy.received.length;
      await after(this.idleMs);
    }
  }

  private async outcome({ name, point }: Actor, reached: boolean): Promise<Outcome> {
    const { id, outputs } = this.stack.resource(name);
    const running = (await this.world.tasks(id)).filter(({ statusCode }) => statusCode === "RUNNING");
    const { rows } = point.life;
    const found = await Promise.all(
      Object.keys(rows).map(
        async (letter) => [letter, await this.world.count(targetOf(name, letter, this.stack.name))] as const,
      ),
    );
    return {
      point: point.name,
      reached,
      state: outputs.state,
      running: running.map((task) => task.id),
      expected: rows,
      found: Object.fromEntries(found),
    };
  }

  private stateOf(name: string): unknown {
    try {
      return this.stack.resource(name).outputs.state;
    } catch {
      return undefined;
    }
  }

  private async must(command: Command, step: Step): Promise<void> {
    await ended(this.start(command, step), `${command} after the kill`);
  }

  private start(command: Command, step: Step): Running {
    const place = { url: this.proxy.url, files: this.world.files, stack: this.stack.name, slots: this.slots };
    return this.stack.start(command, programOf(this.actors, step, place));
  }

  private async capacity(): Promise<number> {
    const answer = await fetch(`${this.world.url}/druid/indexer/v1/totalWorkerCapacity`);
    return ((await answer.json()) as { currentClusterCapacity: number }).currentClusterCapacity;
  }
}

/** Its slow run is never to end by itself. */
const isCanceled = ({ life }: Point): boolean => life.first?.source === "slow" && life.killed.source !== "slow";

async function ended(run: Running, what: string): Promise<void> {
  const { exit, signal: by, output } = await run.ended;
  if (exit !== 0) throw new Error(`${what} ended with ${exit ?? by}:\n${output}`);
}

/** Keeps no process alive: the commands that are waited for do. */
const after = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms).unref());

async function until(holds: () => boolean, limitMs: number): Promise<void> {
  for (const end = Date.now() + limitMs; !holds(); await after(100)) {
    if (Date.now() > end) throw new Error(`Not within ${limitMs} ms: ${holds}`);
  }
}
