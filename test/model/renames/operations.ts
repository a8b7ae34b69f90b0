/** What the lifecycle does with a renamed program: a `pulumi up` and a delete, each stopped at every possible point. */
import type { Event, Next } from "../../../src/ingestion/rules/heart";
import { isDone } from "../../../src/ingestion/rules/record";
import type { RULES } from "./rules";
import {
  end,
  Fault,
  happen,
  type Name,
  notesFrom,
  observe,
  other,
  put,
  type Request,
  type Run,
  type Saved,
  Stopped,
  taskAt,
} from "./world";

export type Rules = typeof RULES;
type Outcome = "accepted" | "taken";

const NOTHING: Saved = {
  ...{ number: 0, published: [], state: undefined, taskId: undefined, content: undefined, kind: "INSERT" },
  ...{ adopted: false, adoptedTaskId: undefined, key: "1" },
};

/** The engine may be killed here. */
function mayStop(run: Run): void {
  if (run.world.left.stops === 0 || run.choose(2) === 0) return;
  run.world = { ...run.world, left: { ...run.world.left, stops: run.world.left.stops - 1 } };
  throw new Stopped();
}

/** Sends a request: its answer may be lost, and the process may die before it, after it, or while it is on its way. */
function send(run: Run, request: Request): Outcome {
  mayStop(run);
  happen(run);
  const { left } = run.world;
  if (left.stops > 0 && run.choose(2) === 1) {
    run.world = { ...run.world, flying: [...run.world.flying, request], left: { ...left, stops: left.stops - 1 } };
    throw new Stopped();
  }
  if (taskAt(run.world, request.key, request.number)) return "taken";
  put(run, request);
  run.said.push(`put ${request.key}-${request.number} ${request.task.is}`);
  mayStop(run);
  if (left.lost === 0 || run.choose(2) === 0) return "accepted";
  run.world = { ...run.world, left: { ...run.world.left, lost: left.lost - 1 } };
  return "taken";
}

function rename(rules: Rules, run: Run, from: Name, to: Name, recorded: Saved | undefined): Saved | undefined {
  let move = rules.beginRename({ from, to, target: "wiki" }, recorded);
  for (;;) {
    const { action } = move;
    switch (action.do) {
      case "finish":
        return recorded && { ...recorded, ...action.recorded, key: to };
      case "fail":
        throw new Fault(action.why);
      case "observe": {
        happen(run);
        const old = observe(run.world, from, action.from, [to]);
        move = rules.stepRename(move, { is: "observed", old, own: observe(run.world, to, 1) });
        break;
      }
      case "note": {
        const task = { is: "from", key: from, upTo: action.upTo } as const;
        move = rules.stepRename(move, { is: "sent", outcome: send(run, { key: to, number: action.number, task }) });
        break;
      }
      case "fence": {
        const task = { is: "to", key: to } as const;
        move = rules.stepRename(move, { is: "sent", outcome: send(run, { key: from, number: action.number, task }) });
      }
    }
  }
}

function locate(rules: Rules, run: Run, stored: Saved): Saved {
  happen(run);
  const onward = rules.continuedUnder(notesFrom(run.world, stored.key, stored.number + 1)) as Name | undefined;
  const next = onward && rules.continued(stored, onward, notesFrom(run.world, onward, 1));
  return next ? locate(rules, run, next as Saved) : stored;
}

export function up(rules: Rules, run: Run, content: string): void {
  const { record, name } = run.world;
  run.said.push(`up ${content} as ${name}`);
  const isToRun = record === undefined || !isDone(record, { content });
  if (!record) {
    rename(rules, run, other(name), name, undefined);
    load(rules, run, content, undefined);
    return;
  }
  if (!isToRun && record.key === name) {
    if (!run.world.blind) promise(run, content);
    return;
  }
  let stored = locate(rules, run, record);
  if (stored.key !== name) stored = rename(rules, run, stored.key, name, stored) ?? stored;
  if (isToRun || stored.state !== "SUCCESS") {
    load(rules, run, content, { ...stored, key: name });
    return;
  }
  run.world = { ...run.world, record: { ...record, key: name, number: stored.number, published: stored.published } };
  if (!run.world.blind) promise(run, content);
}

function load(rules: Rules, run: Run, content: string, stored: Saved | undefined): void {
  const { name } = run.world;
  const aim = {
    wanted: { content, target: "wiki", kind: "INSERT" as const },
    ...{ adoptTaskId: undefined, givenUpTo: undefined, isNew: stored === undefined, retries: 0 },
    numberOf: (taskId: string) => (taskId.startsWith(`${name}-`) ? Number(taskId.slice(2)) : undefined),
    taskIdOf: (number: number) => `${name}-${number}`,
  };
  let heart = rules.begin(aim, stored ?? NOTHING);
  let saved: Next["save"];
  const save = (state: string) => {
    if (saved) run.world = { ...run.world, record: { ...saved, state, content, kind: "INSERT", key: name } };
  };
  for (;;) {
    const { action } = heart;
    if (action.do === "fail") {
      save(saved?.state ?? "STALE");
      return;
    }
    if (action.do === "finish") {
      saved = { ...action, state: "RUNNING", taskId: action.taskId };
      save("SUCCESS");
      run.world = { ...run.world, blind: false };
      promise(run, content);
      return;
    }
    const next = rules.step(heart, perform(run, name, content, action));
    saved = next.save ?? saved;
    heart = next.heart;
  }
}

type Doing = Exclude<ReturnType<Rules["begin"]>["action"], { do: "finish" | "fail" }>;

function perform(run: Run, name: Name, content: string, action: Doing): Event {
  switch (action.do) {
    case "observe":
      happen(run);
      return { is: "observed", entries: observe(run.world, name, action.from), isLost: action.looksFor !== undefined };
    case "askRows":
      return { is: "rows", rows: run.world.rows.length > 0 ? "there" : "gone" };
    case "askOthers":
      return { is: "others", other: undefined };
    case "countTasks":
      return { is: "planned", tasks: 1 };
    case "submit": {
      const task = { is: "running", content } as const;
      return { is: "sent", outcome: send(run, { key: name, number: action.number, task }) };
    }
    case "mark":
      return { is: "sent", outcome: send(run, { key: name, number: action.number, task: { is: "mark" } }) };
    case "cancel":
      for (const { taskId } of action.entries) cancel(run, taskId);
      return { is: "canceled" };
    case "follow": {
      mayStop(run);
      const [key, number] = [action.taskId.charAt(0) as Name, Number(action.taskId.slice(2))];
      end(run, key, number, run.choose(2) === 0 ? "success" : "unpublished");
      const is = taskAt(run.world, key, number)?.is;
      return { is: "ended", end: is === "success" || is === "unpublished" ? is : "lost" };
    }
    default:
      throw new Fault(`the model does not know "${action.do}"`);
  }
}

function cancel(run: Run, taskId: string): void {
  mayStop(run);
  end(run, taskId.charAt(0) as Name, Number(taskId.slice(2)), run.choose(2) === 0 ? "unpublished" : "success");
}

/** A delete that keeps the rows. */
export function remove(rules: Rules, run: Run): void {
  const { record, name } = run.world;
  if (!record) return;
  run.said.push(`remove ${name}`);
  const stored = locate(rules, run, record);
  let removal = rules.beginRemoval({ target: "wiki", drops: false }, stored);
  for (;;) {
    const { action } = removal;
    if (action.do === "finish") {
      if (stored.key !== name)
        rename(rules, run, stored.key, name, { ...stored, number: action.number, state: "SUCCESS" });
      run.world = { ...run.world, record: undefined, blind: false };
      promise(run, undefined);
      return;
    }
    if (action.do === "fail" || action.do === "drop") throw new Fault(action.do);
    if (action.do === "observe") {
      happen(run);
      removal = rules.stepRemoval(removal, { is: "observed", entries: observe(run.world, stored.key, action.from) });
    } else if (action.do === "cancel") {
      for (const { taskId } of action.entries) cancel(run, taskId);
      removal = rules.stepRemoval(removal, { is: "canceled" });
    } else {
      const request: Request = { key: stored.key, number: action.number, task: { is: "mark" } };
      removal = rules.stepRemoval(removal, { is: "sent", outcome: send(run, request) });
    }
  }
}

/** Asserts that the wanted rows are there, that nothing runs, and that no late request can run. */
function promise({ world }: Run, wanted: string | undefined): void {
  if (wanted !== undefined && !world.rows.includes(wanted)) throw new Fault(`${wanted} is not there`);
  for (const key of ["1", "2"] as const) {
    if (world.tasks[key].some((task) => task?.is === "running")) throw new Fault(`something runs on as ${key}`);
  }
  const late = world.flying.find(({ key, number, task }) => task.is === "running" && !taskAt(world, key, number));
  if (late) throw new Fault(`the request for ${late.key}-${late.number} may still take effect`);
}
