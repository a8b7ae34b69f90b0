/**
 * A fake Druid as a domain object: no socket, no timer, its clock passed in, so that thousands of simulated
 * ingestions with faults run in seconds. The contract suite holds its answers to those of a real Druid 27.
 */
import type { Clock } from "../../../src/base/clock";
import { noDestination } from "./errors";
import {
  empty,
  type FakeAnswer,
  type FakeRequest,
  type HttpAnswer,
  html,
  isNetworkFault,
  json,
  parseJson,
  type Received,
  text,
} from "./exchange";
import { type Fault, FaultSchedule } from "./faults";
import { Nodes, type NodesOptions } from "./nodes";
import { type PlanMatch, type PlanSource, Plans } from "./plan";
import { type Found, needsOverlord, routeOf } from "./routes";
import type { FakeSources } from "./sampler";
import type { Schedule } from "./seeded";
import { type FakeTask, Tasks } from "./tasks";
import { seededRandom, Timeline } from "./timeline";
import { isRun, type Trouble, troubleOf } from "./trouble";
import { type LedgerEntry, Warehouse } from "./warehouse";

export interface FakeDruidOptions {
  clock: Clock;
  seed?: number;
  version?: 24 | 25 | 26 | 27 | 28 | 29 | 30 | 31 | 37 | 38;
  /** Task slots; default 8. */
  capacity?: number;
  /** Where Coordinator and Overlord run, and how old what the Coordinator knows is. */
  nodes?: NodesOptions;
  /** Routes that are answered 403 for ever, e.g. `statuses` and `capacity` for a user without STATE READ. */
  forbidden?: readonly string[];
  /** Basic credentials, without which every request is answered 401. */
  auth?: { username: string; password: string };
  /** There and back; half of it passes before the request takes effect. */
  latencyMs?: number | ((random: () => number) => number);
}

/** What the Overlord's routes answer while it is away; with `redirect` it is not, but somewhere else. */
export type Absence = "noDestination" | "empty503" | "html502" | "redirect";

export class FakeDruid {
  /** Every request, in order of arrival. */
  readonly received: Received[] = [];
  /** All that went wrong, in order. */
  readonly troubles: Trouble[] = [];
  readonly faults: FaultSchedule;
  readonly warehouse: Warehouse;
  /** Tables that SQL may read though nothing was loaded here. */
  readonly tables = new Set<string>();
  /** What the sampler reads. */
  readonly sources: FakeSources = new Map();
  /** Where it is served, for redirects. */
  url = "http://fake-druid.invalid";
  readonly clock: Clock;
  readonly #options: FakeDruidOptions;
  readonly #version: number;
  readonly #timeline: Timeline;
  readonly #tasks: Tasks;
  readonly #nodes: Nodes;
  readonly #plans = new Plans();
  readonly #random: () => number;
  #away: { untilMs: number; how: Absence } = { untilMs: 0, how: "noDestination" };

  constructor(options: FakeDruidOptions) {
    this.#options = options;
    this.#version = options.version ?? 27;
    this.clock = options.clock;
    this.#random = seededRandom(options.seed ?? 1);
    this.#timeline = new Timeline(options.clock);
    this.warehouse = new Warehouse(this.#timeline);
    this.#nodes = new Nodes(options.nodes ?? {}, this.#version, options.clock.now());
    // From 37 on a Broker looks at the Coordinator's list once a minute.
    if (this.#version >= 37) this.warehouse.brokerLagMs = 60_000;
    this.#tasks = new Tasks(this.#timeline, this.warehouse, (name) => this.#note(name, true));
    this.#tasks.capacity = options.capacity ?? 8;
    this.faults = new FaultSchedule(this.#random);
  }

  /** For all tasks from now on, or for those that match; what is said later comes over what was said before. */
  plan(source: PlanSource): void;
  plan(match: PlanMatch, source: PlanSource): void;
  plan(...args: [PlanSource] | [PlanMatch, PlanSource]): void {
    if (args.length === 1) this.#plans.add(undefined, args[0]);
    else this.#plans.add(args[0], args[1]);
  }

  /** All that was published and dropped, in order. */
  get ledger(): readonly LedgerEntry[] {
    this.#timeline.catchUp();
    return this.warehouse.ledger;
  }

  /** Every task that Druid still knows. */
  get tasks(): readonly FakeTask[] {
    this.#timeline.catchUp();
    return [...this.#tasks.all.values()];
  }

  /** Ids that were forgotten and taken again. */
  get takenTwice(): ReadonlySet<string> {
    return this.#tasks.takenTwice;
  }

  get running(): readonly FakeTask[] {
    return this.tasks.filter(({ statusCode }) => statusCode === "RUNNING");
  }

  /** The queries whose rows stand in a datasource now, oldest first. */
  contentsOf(dataSource: string): string[] {
    this.#timeline.catchUp();
    return this.warehouse.contentsOf(dataSource);
  }

  /** Requests of one route. */
  receivedOn(route: string): Received[] {
    return this.received.filter((request) => request.route === route);
  }

  /** Does something after so long, whoever looks. */
  in(ms: number, happen: () => void): void {
    this.#timeline.catchUp();
    this.#timeline.in(ms, happen);
  }

  /** The Overlord cannot be reached for so long; nothing is published and nothing ends meanwhile. */
  overlordAway(ms: number, how: Absence = "noDestination"): void {
    this.#timeline.catchUp();
    this.#away = { untilMs: this.#timeline.now() + ms, how };
    if (how !== "redirect") this.#tasks.awayUntilMs = this.#away.untilMs;
  }

  /** The Overlord goes away and comes back; `forget`: its storage was its memory. */
  restartOverlord(
    how: { downMs?: number; forget?: boolean; running?: "survives" | "fails"; answers?: Absence } = {},
  ): void {
    const { downMs = 2_000, forget = false, running = "survives", answers = "noDestination" } = how;
    this.overlordAway(downMs, answers);
    // Nobody can see it before the Overlord is back.
    this.#tasks.restart({ forget, running });
  }

  /** Removes the rows of ended tasks, or of one task. */
  cleanHistory(taskId?: string): void {
    this.#timeline.catchUp();
    if (taskId === undefined) this.#tasks.cleanHistory();
    else this.#tasks.all.delete(taskId);
  }

  /** Takes over a schedule of seeded.ts, its times counted from now. */
  follow({ faults, events }: Schedule): void {
    this.faults.add(...faults);
    for (const { atMs, name, happen } of events) {
      this.in(atMs, () => {
        this.#note(name);
        happen(this);
      });
    }
  }

  /** One request. Rejects only when the signal is aborted while the answer is held back. */
  async handle(request: FakeRequest, signal?: AbortSignal): Promise<FakeAnswer> {
    const body = parseJson(request.body);
    const route = routeOf(request);
    const received: Received = { ...request, atMs: this.clock.now(), route: route.name, json: body };
    this.received.push(received);
    const { latencyMs = 0, forbidden = [] } = this.#options;
    const latency = typeof latencyMs === "function" ? latencyMs(this.#random) : latencyMs;
    if (latency > 0) await this.clock.sleep(latency / 2, signal);
    const fault = this.faults.pick(received);
    if (fault !== undefined) {
      received.fault = fault.name;
      this.#note(fault.name, isRun(received));
    }
    const readMs = fault === undefined && !forbidden.includes(route.name) ? route.holdMs(this.#parts()) : 0;
    if (readMs > 0) await this.clock.sleep(readMs, signal);
    const answer = this.#meet(received, route, fault);
    const said = troubleOf(received, answer);
    if (said !== undefined) this.#note(said, isRun(received));
    const heldMs = (fault?.delayMs ?? 0) + latency / 2;
    if (heldMs > 0) await this.clock.sleep(heldMs, signal);
    received.answered = isNetworkFault(answer) ? answer.code : answer.status;
    return answer;
  }

  #meet(request: Received, route: Found, fault: Fault | undefined): FakeAnswer {
    const own = this.#take(request, route, fault?.effect ?? "now");
    if (fault?.answer === undefined) return own;
    return typeof fault.answer === "function" ? fault.answer(request) : fault.answer;
  }

  #take(request: Received, route: Found, effect: Fault["effect"]): FakeAnswer {
    this.#timeline.catchUp();
    if (typeof effect === "object") this.#timeline.in(effect.lateMs, () => this.#answer(request, route));
    if (typeof effect === "object" || effect === "none") return empty(503);
    const first = this.#answer(request, route);
    return effect === "twice" ? this.#answer(request, route) : first;
  }

  #answer(request: Received, route: Found): FakeAnswer {
    return this.#refusal(request) ?? route.answer(request.json, this.#parts());
  }

  #parts() {
    const { warehouse, tables, sources } = this;
    return {
      timeline: this.#timeline,
      tasks: this.#tasks,
      plans: this.#plans,
      nodes: this.#nodes,
      version: this.#version,
      warehouse,
      tables,
      sources,
    };
  }

  #note(name: string, isRun = false): void {
    const metRun = isRun || this.#tasks.running.some(({ type }) => type !== "noop");
    this.troubles.push({ name, atMs: this.#timeline.now(), metRun });
  }

  #refusal({ route, path, headers }: Received): HttpAnswer | undefined {
    const { auth, forbidden = [] } = this.#options;
    if (auth !== undefined && headers.authorization === undefined) return json(401, { error: "Unauthorized request" });
    if (auth !== undefined) {
      const right = Buffer.from(`${auth.username}:${auth.password}`).toString("base64");
      if (headers.authorization !== `Basic ${right}`) return html(401, "User authentication failed.");
    }
    if (forbidden.includes(route)) {
      this.#note("forbidden");
      return json(403, { "Access-Check-Result": "Allowed:false, Message:" });
    }
    if (!needsOverlord(route) || this.#timeline.now() >= this.#away.untilMs || path.startsWith("/leader/"))
      return undefined;
    const { how } = this.#away;
    this.#note(how);
    if (how === "noDestination") return noDestination(path);
    if (how === "html502") return html(502, "Bad Gateway");
    if (how === "empty503") return empty(503);
    return { ...text(307, ""), headers: { location: `${this.url}/leader${path}` } };
  }
}
