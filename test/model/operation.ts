/** How an operation begins, sends and ends: what the engine then saves, as recorded of the real one. */
import { type Fault, fly, type Step } from "./druid";
import {
  FLAG,
  type Given,
  has,
  into,
  isFree,
  lower,
  may,
  nothingRecorded,
  numberOf,
  type Operation,
  type Phase,
  putTask,
  raise,
  runningNumbers,
  type Saved,
  spend,
  type World,
} from "./world";

export function operation(world: World, wanted: string, phase: Phase, more: Partial<Operation> = {}): Operation {
  return {
    phase,
    wanted,
    drops: false,
    recorded: world.record ?? nothingRecorded(wanted),
    rows: "unasked",
    askedOf: 0,
    saved: undefined,
    givenUpTo: 0,
    replaces: false,
    touched: false,
    blind: false,
    ...IDLE,
    ...more,
  };
}

/** What is of no more use is left empty, so that equal worlds have equal texts. */
export const IDLE = { numbers: [], number: 0, published: [], run: 0 } as const;

export const go = (world: World, op: Operation, more: Partial<Operation>): World => ({
  ...world,
  operation: { ...op, ...more },
});

export interface Sent {
  how: string;
  world: World;
  outcome: "accepted" | "taken" | "unclear";
  /** Taken by this very request, which may have gone on before anybody looks. */
  isOwn?: boolean;
}

/** Every way in which a request for a number can go that is sent until there is an answer, or none. */
export function send(world: World, number: number, task: string): Sent[] {
  const isUnanswered = may(world, "unanswered");
  const unanswered = isUnanswered ? spend(world, "unanswered") : world;
  const nothing: Sent = { how: "has no answer", world: unanswered, outcome: "unclear" };
  if (!isFree(world, number)) {
    const taken: Sent = { how: "is taken", world, outcome: "taken" };
    return isUnanswered ? [taken, nothing] : [taken];
  }
  const accepted: Sent = { how: "is accepted", world: putTask(world, number, task), outcome: "accepted" };
  if (!isUnanswered) return [accepted];
  const landed = putTask(unanswered, number, task);
  return [
    accepted,
    { how: "has no answer but is found", world: landed, outcome: "taken", isOwn: true },
    { how: "has no answer and took effect", world: landed, outcome: "unclear" },
    { how: "has no answer and is on its way", world: fly(unanswered, number, task), outcome: "unclear" },
    nothing,
  ];
}

export function savedOf(
  op: Operation,
  progressed: Pick<Saved, "number" | "published" | "state" | "task"> & { adopted?: boolean },
): Saved {
  const { number, published, state, task, adopted = false } = progressed;
  return { number, published, state, task, adopted, content: op.wanted, taskId: undefined, rowsKnown: false };
}

/** What is saved where something may still happen in Druid that is not accounted for. */
export function stale(world: World, op: Operation, upTo: Pick<Saved, "number" | "published">): Saved {
  const { task = 0, adopted = false } = world.record ?? {};
  return savedOf(op, { ...upTo, state: "STALE", task, adopted });
}

export const isRemoving = ({ phase }: Operation): boolean =>
  phase === "removeCancel" || phase === "drop" || phase === "mark";

/** A failure: what was told of progress is kept as a partial success, else all stays as it was. */
export const failed = (world: World, op: Operation): World => ({
  ...world,
  record: op.saved ?? world.record,
  operation: undefined,
});

/** The engine is killed: nothing is saved. A create is begun again; an update or a delete leaves no trace. */
export function killed(world: World, op: Operation, touched: boolean): World {
  const after = { ...world, operation: undefined };
  if (!touched || !world.record) return after;
  return raise(after, isRemoving(op) ? FLAG.halfDelete : FLAG.killedUpdate);
}

export function finished({ setting }: Given, world: World, op: Operation): Step {
  const record = op.saved && { ...op.saved, state: "SUCCESS", rowsKnown: op.saved.task > 0 };
  const target = setting.targets[op.wanted] ?? "";
  const isIdle = op.replaces && has(world, into(target, FLAG.wished));
  const what = isIdle ? "the replacement has loaded nothing" : brokenPromise(world, [op.wanted, target]);
  let after = lower({ ...world, record, operation: undefined }, into("1", FLAG.wished) | into("2", FLAG.wished));
  // Our own drop is told by its tombstone; only a drop of somebody else, or half a delete, leaves no trace.
  const isBlind = op.blind && has(world, into(target, FLAG.rowsTaken) | FLAG.halfDelete);
  if (isBlind) after = raise(after, into(target, FLAG.rowsTaken));
  if (what === undefined) after = lower(after, FLAG.killedUpdate | FLAG.halfDelete | FLAG.unmarked);
  const isAll = world.flying.length === 0 && world.tasks.length / 2 <= (record?.number ?? 0);
  if (isAll && what === undefined && Object.keys(world.rows).length === 1) after = lower(after, FLAG.historyLost);
  return { label: `done with ${op.wanted}`, world: after, fault: faultOf(what, { isBlind }) };
}

export const faultOf = (what: string | undefined, more: Omit<Fault, "what"> = {}): Fault | undefined =>
  what === undefined ? undefined : { what, ...more };

/** What a success promises: the wanted rows are the last, nothing runs, and nothing late can. */
export function brokenPromise(world: World, rows?: [wanted: string, target: string]): string | undefined {
  const late = world.flying.filter((request) => !request.includes("M") && isFree(world, numberOf(request)));
  const running = runningNumbers(world);
  const broken: string[] = [];
  if (rows && world.rows[rows[1]] !== rows[0]) {
    broken.push(`${rows[1]} holds ${world.rows[rows[1]]} where ${rows[0]} is wanted`);
  }
  if (running.length > 0) broken.push(`task ${running} still runs`);
  if (late.length > 0) broken.push(`request ${late} may still take effect`);
  return broken.length === 0 ? undefined : broken.join(", ");
}
