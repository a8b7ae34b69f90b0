/** `src/ingestion/ensure.ts` and `follow.ts` as steps between which anything may happen. Same names, same order. */
import type { RunEntry } from "../../src/ingestion/sequence";
import { both, endings, type Fault, forgettings, type Step } from "./druid";
import { failed, finished, go, IDLE, operation, type Sent, savedOf, send, stale } from "./operation";
import { entriesOf, FLAG, type Given, isFree, may, type Operation, raise, stateAt, taskAt, type World } from "./world";

/** A create, or an update. It looks at once: until it has, it is as if it had not begun. */
export function ensure(given: Given, world: World, wanted: string, more: Partial<Operation> = {}): Step {
  return goOnWithAdopted(given, world, operation(world, wanted, "observe", more));
}

/** `src/ingestion/adopt.ts`: an adopted run that was left running. Here it is one that had published before. */
function goOnWithAdopted(given: Given, world: World, op: Operation): Step {
  const { recorded, wanted } = op;
  const { state, adopted, task, content, number } = recorded;
  if (state !== "RUNNING" || !adopted || task === 0) return observe(given, world, op);
  const published = given.rules.publishedAfter(recorded.published, content, isFree(world, task) ? "lost" : "success");
  if (content !== wanted || isFree(world, task)) {
    const saved = stale(world, op, { number, published });
    return observe(given, world, { ...op, saved, recorded: { ...recorded, published, state: "STALE" } });
  }
  if (given.rules.looksAfterAdopted) return observe(given, world, { ...op, recorded: { ...recorded, published } });
  const saved = savedOf(op, { number, published, state, task, adopted });
  return { label: "join the adopted run", world: go(world, op, { ...IDLE, phase: "load", saved }) };
}

export function stepEnsure(given: Given, world: World, op: Operation): Step[] {
  switch (op.phase) {
    case "observe":
      return [observe(given, world, op)];
    case "cancel":
      return cancel(given, world, op).map((step) => onceCanceled(step, (after, now) => observe(given, after, now)));
    case "askRows":
      return [askRows(given, world, op)];
    case "keep":
      return keep(given, world, op);
    case "submit":
      return submit(given, world, op);
    case "follow":
      return follow(given, world, op);
    default:
      return [finished(given, world, op)];
  }
}

function observe(given: Given, world: World, op: Operation): Step {
  const { rules, setting } = given;
  const { recorded, wanted: content, givenUpTo } = op;
  const target = setting.targets[content];
  const entries = entriesOf(given, world, rules.observeFrom(recorded));
  const lost = rules.lostRun(recorded, entries);
  const seenUpTo = entries.at(-1)?.number ?? recorded.number;
  const rows = op.askedOf === seenUpTo || !rules.asksAgain ? op.rows : "unasked";
  const wanted = { content, target, kind: setting.kind };
  const decision = rules.decide({ wanted, recorded, entries, lost, givenUpTo, rows });
  const { number, published } = decision;
  const next = { ...IDLE, number, published };
  const label = decision.do;
  switch (decision.do) {
    case "cancel": {
      const saved = stale(world, op, rules.settled(recorded, target, entries, givenUpTo));
      const numbers = decision.entries.map((entry) => entry.number);
      return { label, world: go(world, op, { ...IDLE, phase: "cancel", numbers, saved }) };
    }
    case "join":
      return { label, world: go(world, op, following(op, decision.entry.number, published)) };
    case "stopAndAsk":
      return { label, world: failed(world, op), fault: needless(world, op, lost !== undefined) };
    case "askRows":
    case "keep": {
      const run = runOf(world, op, number, decision.run);
      return { label, world: go(world, op, { ...next, phase: decision.do, run, rows, askedOf: seenUpTo }) };
    }
    default:
      return { label, world: go(world, op, { ...next, phase: decision.do, rows: "unasked", askedOf: 0 }) };
  }
}

/** Where nothing was unknown, now or when it was recorded, there is nothing to ask. */
function needless({ tasks }: World, { recorded }: Operation, isLost: boolean): Fault | undefined {
  const isInDoubt = isLost || tasks.includes("X") || recorded.published.length > 1;
  return isInDoubt ? undefined : { what: "asked though all was known" };
}

/** Number of the run that stands in `published`, 0 where it is not known. */
function runOf(world: World, op: Operation, upTo: number, run: RunEntry | undefined): number {
  const { recorded, wanted } = op;
  const isSettled = recorded.state !== "FAILED" && recorded.state !== "STALE";
  const isRecorded = isSettled && recorded.content === wanted && world.record !== undefined;
  const number = run?.number ?? (isRecorded ? recorded.task : findRun(world, wanted, upTo));
  return isFree(world, number) ? 0 : number;
}

function findRun(world: World, wanted: string, upTo: number): number {
  for (let number = upTo; number > 0; number -= 1) if (taskAt(world, number) === `S${wanted}`) return number;
  return 0;
}

/** Cancels one; it may just have ended, or end in any way. The operation is at its end when `numbers` is empty. */
export function cancel(given: Given, world: World, op: Operation): Step[] {
  const [first = 0, ...numbers] = op.numbers;
  const next = { ...op, numbers, touched: true };
  if (stateAt(world, first) !== "R") return [{ label: `${first} has ended`, world: go(world, next, {}) }];
  return endings(given, world, first, ["U", "Xn", "Xp"]).map((step) => ({
    ...step,
    label: `cancel: ${step.label}`,
    world: go(step.world, next, {}),
  }));
}

export function onceCanceled(step: Step, then: (world: World, op: Operation) => Step): Step {
  const op = step.world.operation;
  return op && op.numbers.length === 0 ? both(step, then(step.world, op)) : step;
}

function askRows({ setting }: Given, world: World, op: Operation): Step {
  const isKnown = op.run > 0 || op.recorded.rowsKnown;
  const isThere = world.rows[setting.targets[op.wanted] ?? ""] !== "-";
  const rows = isThere || !isKnown ? "there" : "gone";
  const blind = op.blind || (!isThere && !isKnown);
  return { label: `rows are ${rows}`, world: go(world, op, { ...IDLE, phase: "observe", rows, blind }) };
}

function keep(given: Given, world: World, op: Operation): Step[] {
  const { number, run, wanted } = op;
  const label = `mark ${number + 1}`;
  const kept = (sent: Sent, adopted: boolean): Step => {
    const isMarked = sent.outcome === "accepted";
    const saved = savedOf(op, {
      number: isMarked ? number + 1 : number,
      published: [wanted],
      state: "RUNNING",
      task: run,
      adopted,
    });
    const after = isMarked || !given.rules.marks ? sent.world : raise(sent.world, FLAG.unmarked);
    const done = { ...IDLE, phase: "load", saved, touched: true, rows: "unasked", askedOf: 0 } as const;
    return { label: `${label} ${sent.how}`, world: go(after, op, done) };
  };
  const sent: Sent[] = given.rules.marks
    ? send(world, number + 1, "M.")
    : [{ how: "is not put", world, outcome: "unclear" }];
  const isOwn = run === (world.record?.task ?? 0);
  // A run of this very operation whose answer was lost does not count as adopted, any other does.
  const adopted = isOwn ? [world.record?.adopted ?? false] : [true, false];
  return sent.flatMap((one) =>
    one.outcome === "taken" ? taken(given, one, op, label) : adopted.map((isAdopted) => kept(one, isAdopted)),
  );
}

function submit(given: Given, world: World, op: Operation): Step[] {
  const { number, published, wanted } = op;
  const label = `submit ${number + 1} (${wanted})`;
  return send(world, number + 1, `R${wanted}`).map((sent) => {
    if (sent.outcome === "taken") return taken(given, sent, op, label);
    const how = `${label} ${sent.how}`;
    if (sent.outcome === "accepted") {
      return { label: how, world: go(sent.world, op, { ...following(op, number + 1, published), touched: true }) };
    }
    return { label: how, world: failed(sent.world, { ...op, saved: stale(world, op, given.rules.unclear(op)) }) };
  });
}

function taken(given: Given, { world, how, isOwn }: Sent, op: Operation, label: string): Step {
  const saved = given.rules.savesTaken ? stale(world, op, op) : op.saved;
  const next = { ...op, ...IDLE, touched: true, saved };
  const sent = `${label} ${how}`;
  if (isOwn && op.phase === "submit") return { label: sent, world: go(world, next, { phase: "observe" }) };
  return both({ label: sent, world }, observe(given, world, next));
}

function following(op: Operation, number: number, published: readonly string[]): Partial<Operation> {
  const saved = savedOf(op, { number, published, state: "RUNNING", task: number });
  return { ...IDLE, phase: "follow", number, published, saved, rows: "unasked", askedOf: 0 };
}

/** Its end is seen as it comes: an operation that is stopped between the two has seen as little as one stopped before. */
function follow(given: Given, world: World, op: Operation): Step[] {
  return endings(given, world, op.number).flatMap((step) => {
    const steps = [both(step, see(given, step.world, op))];
    if (!may(world, "forgets") || world.flying.length > 0) return steps;
    const forgotten = forgettings(given, step.world).filter((other) => isFree(other.world, op.number));
    return [...steps, ...forgotten.map((other) => both(both(step, other), see(given, other.world, op)))];
  });
}

function see(given: Given, world: World, op: Operation): Step {
  const { number, published, wanted } = op;
  const after = (end: "success" | "unpublished" | "unknown" | "lost") =>
    given.rules.publishedAfter(published, wanted, end);
  switch (stateAt(world, number)) {
    case "S": {
      const saved = savedOf(op, { number, published: after("success"), state: "RUNNING", task: number });
      return { label: "see it succeed", world: go(world, op, { ...IDLE, phase: "load", saved }) };
    }
    case ".": {
      const recorded = { ...op.recorded, number, published: after("lost"), state: "STALE" };
      return both({ label: "see it lost", world }, observe(given, world, { ...op, ...IDLE, recorded }));
    }
    default: {
      const end = stateAt(world, number) === "U" ? "unpublished" : "unknown";
      const saved = savedOf(op, { number, published: after(end), state: "FAILED", task: number });
      return { label: "see it fail", world: failed(world, { ...op, saved }) };
    }
  }
}
