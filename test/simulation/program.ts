/** Draws what happens in one simulated life of an ingestion: commands, what interrupts them, and what Druid does. */
import { type ClusterEvent, type Fault, faults, isRun, type Plan, seededFaults, seededRandom } from "../harness/fake";
import { insert, replace } from "../harness/virtual/setup";

export interface Command {
  does: "up" | "refresh" | "replace" | "destroy";
  /** Which content the program holds now. */
  letter: string;
  drops: boolean;
  /** The program calls the resource by its other name from here on, with an alias. */
  renames?: boolean;
  /** The program has a check, which passes or fails whatever is loaded. */
  check?: "passes" | "fails";
  /** Somebody loads the content with their own task this long before, and the program adopts it. */
  adopts?: { waitMs: number };
  /** The program no longer adopts a task. */
  letsGo?: boolean;
  /** Dies at this request, or after so long; or hears Ctrl-C after so long. */
  end?:
    | { killAt: { request: number; when: "before" | "after" } }
    | { killAfterMs: number }
    | { interruptAfterMs: number };
  /** Until the next command. */
  restMs: number;
}

export interface Program {
  seed: number;
  kind: "insert" | "replace";
  /** The content of which Druid makes several tasks, although its text does not show it. */
  splits?: string | undefined;
  /** Preview does not ask Druid's planner. */
  isUnplanned: boolean;
  commands: Command[];
  faults: Fault[];
  events: ClusterEvent[];
  /** Whether Druid may lose its history: what nobody can know then is no fault. */
  forgets: boolean;
  forbidden: string[];
  /** With some, an end may come between a request and its answer. */
  latencyMs: number;
  /** For the task of this number among all. */
  planOf(task: number): Partial<Plan>;
}

const LETTERS = ["A", "A", "B", "C"];
/** Faults that a wrong password or a lost permission make for a while. */
const DENIED = ["submit", "submit", "status", "noop", "noop", "shutdown", "reports", "payload", "statuses"];

export function drawProgram(seed: number): Program {
  const random = seededRandom(seed * 7_919 + 17);
  const below = (count: number) => Math.floor(random() * count);
  const among = <T>(items: readonly T[]): T => items[below(items.length)] as T;
  const chance = (share: number) => random() < share;

  const forgets = chance(0.1);
  const drops = chance(0.4);
  let letter = "A";
  const commands = Array.from({ length: 1 + below(6) }, (_, index): Command => {
    const does = index === 0 ? "up" : among(["up", "up", "up", "up", "refresh", "replace", "destroy"] as const);
    if (does === "up" || does === "replace") letter = among(LETTERS);
    const end = chance(0.45) ? drawEnd(below, among, chance) : undefined;
    return { does, letter, drops, ...(end && { end }), restMs: chance(0.5) ? 0 : below(90_000) };
  });
  const schedule = seededFaults(seed, {
    faultsMax: 6,
    eventsMax: 3,
    spanMs: among([20_000, 120_000]),
    forget: forgets,
  });
  // A preview's question comes in the same way as a run: what is to meet a run must not be used up by it.
  const met = schedule.faults.map((fault) => (fault.on === "submit" && chance(0.8) ? { ...fault, on: isRun } : fault));
  if (chance(0.25)) met.push(faults.lateHang(5_000 + below(100_000), { on: isRun, skip: below(4) }));
  const denied = Array.from({ length: chance(0.2) ? 1 + below(2) : 0 }, (): Fault => {
    const fault = among([faults.unauthorized, faults.forbidden]);
    return { ...fault(), on: among(DENIED), skip: below(3), times: 1 + below(3) };
  });
  drawRenames(seed, commands);
  drawChecks(seed, commands);
  const plans = Array.from({ length: 40 }, () => drawPlan(below, among, chance, forgets));
  if (chance(0.25)) met.unshift(...race(commands, drops, below, among));
  const kind = chance(0.7) ? "insert" : "replace";
  const splits = drawSplits(seed);
  if (kind === "insert" && splits === undefined) drawAdoptions(seed, commands);
  return {
    seed,
    kind,
    ...(splits ?? { isUnplanned: false }),
    commands,
    faults: [...met, ...denied],
    events: schedule.events,
    forgets,
    // A GET for each of many numbers: what such a user pays for, simulations pay for as well.
    forbidden: chance(0.02) ? ["statuses", "capacity", "workers"] : [],
    latencyMs: chance(0.25) ? 20 : 0,
    planOf: (task) => plans[task % plans.length] ?? {},
  };
}

/** By a random of its own: the lives of old seeds stay what they were. */
function drawRenames(seed: number, commands: readonly Command[]): void {
  const random = seededRandom(seed * 104_729 + 3);
  if (random() < 0.7) return;
  for (const command of commands.slice(1)) {
    const isRun = command.does === "up" || command.does === "replace";
    if (isRun && random() < 0.5) command.renames = true;
  }
}

function drawChecks(seed: number, commands: readonly Command[]): void {
  const random = seededRandom(seed * 49_979_687 + 11);
  if (random() < 0.6) return;
  for (const command of commands) {
    if (random() < 0.7) command.check = random() < 0.5 ? "passes" : "fails";
  }
}

/** Checks that query the Broker, so that the operation may be stopped in the middle of them. */
export function checksOf({ check }: Command): object {
  if (check === undefined) return {};
  const sql = { name: check, query: "SELECT 1", expect: check === "passes" ? "a row" : "no row" };
  return { checks: { sql: [sql] } };
}

/** Somebody who loads by hand says that it counts: of a REPLACE it would overwrite what a program thinks is there. */
function drawAdoptions(seed: number, commands: readonly Command[]): void {
  const random = seededRandom(seed * 15_485_863 + 5);
  if (random() < 0.65) return;
  for (const command of commands) {
    if (command.does !== "up" && command.does !== "replace") continue;
    if (random() < 0.5) command.adopts = { waitMs: random() < 0.5 ? 0 : Math.floor(random() * 30_000) };
    else if (random() < 0.4) command.letsGo = true;
  }
}

function drawSplits(seed: number): { splits: string; isUnplanned: boolean } | undefined {
  const random = seededRandom(seed * 32_452_843 + 7);
  return random() < 0.1 ? { splits: random() < 0.5 ? "A" : "B", isUnplanned: random() < 0.7 } : undefined;
}

type Below = (count: number) => number;
type Among = <T>(items: readonly T[]) => T;
type Chance = (share: number) => boolean;

function drawEnd(below: Below, among: Among, chance: Chance): Command["end"] {
  if (chance(0.5)) return { killAt: { request: 1 + below(24), when: among(["before", "after"]) } };
  return chance(0.4) ? { killAfterMs: below(20_000) } : { interruptAfterMs: below(20_000) };
}

/** The request of a process that has gone comes to Druid late, when the next one looks around or is through already. */
function race(commands: Command[], drops: boolean, below: Below, among: Among): Fault[] {
  const goneMs = 1_000 + below(15_000);
  const first = among(["A", "B"]);
  const end = among([{ killAfterMs: goneMs }, { interruptAfterMs: goneMs }]);
  commands.unshift(
    { does: "up", letter: first, drops, restMs: 0 },
    { does: "up", letter: first === "A" ? "B" : "C", drops, end, restMs: below(5_000) },
    { does: among(["up", "up", "refresh", "destroy"]), letter: among([first, "C"]), drops, restMs: below(60_000) },
  );
  return [
    faults.lateHang(goneMs + below(40_000), { on: isRun, skip: 1 }),
    // Between looking and submitting, the third time, or at a mark.
    faults.slow(below(40_000), among([{ on: "capacity", skip: 2 }, { on: "noop" }])),
  ];
}

function drawPlan(below: Below, among: Among, chance: Chance, forgets: boolean): Partial<Plan> {
  const runMs = among([500, 2_000, 6_000, 15_000]);
  const failure = {
    fault: among(["InsertTimeNull", "WorkerFailed", "UnknownError"]),
    published: chance(0.4),
    ...(chance(0.3) && { stageNumber: 1 }),
  };
  return {
    runMs,
    endMs: among([0, 100, 3_000, 12_000]),
    loadDelayMs: among([0, 300, 5_000]),
    ...(chance(0.15) && { outcome: failure }),
    ...(chance(0.1) && { noReport: true }),
    ...(chance(0.2) && { reportDelayMs: below(20_000) }),
    ...(chance(0.1) && { waitingMs: below(10_000) }),
    ...(chance(0.1) && { pendingMs: below(10_000) }),
    ...(chance(forgets ? 0.2 : 0.02) && { vanish: true }),
    ...(chance(forgets ? 0.3 : 0) && { historyMs: 0 }),
  };
}

export const queryOf = ({ kind }: Program, letter: string): string =>
  kind === "insert" ? insert(letter) : replace(letter);

/** One line, so that a trace can be read. */
export function describeCommand(command: Command): string {
  const { does, letter, drops, renames, check, adopts, letsGo, end, restMs } = command;
  const how = end === undefined ? "" : ` ${JSON.stringify(end)}`;
  const told = `${adopts ? ` (adopts, after ${adopts.waitMs} ms)` : ""}${letsGo ? " (lets go)" : ""}`;
  const marks = `${drops ? " (drops)" : ""}${renames ? " (renamed)" : ""}${check ? ` (check ${check})` : ""}${told}`;
  return `${does} ${letter}${marks}${how}${restMs > 0 ? `, then ${restMs} ms` : ""}`;
}
