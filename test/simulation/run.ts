/**
 * Lives one program: the real provider against the fake Druid, command by command, then all faults off and the program
 * as it stands brought up. What comes out has to be what a user was promised; see `judge.ts`.
 */
import type { Properties } from "../../src/lifecycle";
import { FakeDruid, isRun as isSubmit } from "../harness/fake";
import type { ProviderProcess } from "../harness/virtual/process";
import { QuickClock } from "../harness/virtual/quick-clock";
import { URL } from "../harness/virtual/setup";
import { type CommandOptions, type Outcome, Stack } from "../harness/virtual/stack";
import { beginAdoption, isByHand, noteCarriedOut } from "./adoptions";
import { judge } from "./judge";
import type { Left, Life, Lived } from "./life";
import { type Command, checksOf, describeCommand, drawProgram, type Program, queryOf } from "./program";
import { countTroubles, type Troubles } from "./troubles";

type Note = (text: () => string) => void;

export interface Verdict {
  seed: number;
  faults: string[];
  trace: string[];
  asked: number;
  requests: number;
  troubles: Troubles;
}

/** Everything that is under way comes to its end in this time. */
const SETTLE_MS = 30 * 60_000;
const EVENTS_END_MS = 3 * 60_000;
const FINAL_UPS = 4;

/** `traced`: with every command and request in `trace`. */
export async function runSeed(seed: number, traced = false): Promise<Verdict> {
  const life = begin(drawProgram(seed));
  const faults = await live(life, traced).then(
    () => judge(life),
    (error: Error) => [`It comes to no end: ${error.stack ?? error.message}`],
  );
  const { trace, answers, fake } = life;
  const troubles = countTroubles(fake.troubles);
  return { seed, faults, trace, asked: answers.length, requests: fake.received.length, troubles };
}

function begin(program: Program): Life {
  const clock = new QuickClock();
  const fake = new FakeDruid({ clock, seed: program.seed, forbidden: program.forbidden, latencyMs: program.latencyMs });
  const stack = new Stack({ fake, clock, config: { "druid:url": URL }, seed: program.seed, direct: true });
  let tasks = 0;
  fake.plan(() => {
    tasks += 1;
    return program.planOf(tasks);
  });
  if (program.splits) fake.plan(queryOf(program, program.splits), { tasks: 2 });
  fake.follow(program);
  return {
    ...{ program, fake, stack, clock, history: [], answers: [], adoptions: [], finals: [], trace: [], declared: "" },
  };
}

async function live(life: Life, traced: boolean): Promise<void> {
  const { program, fake, clock } = life;
  const note = (text: () => string) => {
    if (traced) life.trace.push(`${String((clock.now() % 1e9) / 1_000).padStart(10)} ${text()}`);
  };
  note(() => `seed ${program.seed}, ${program.kind}s${program.forgets ? ", Druid may forget" : ""}`);

  for (const command of program.commands) {
    const lived = await obey(life, command, note);
    await clock.advance(command.restMs);
    lived.left = whatStands(life);
  }
  // Whatever is to befall the cluster is over by then.
  await clock.advance(EVENTS_END_MS);
  const last = life.history.at(-1);
  if (last) last.left = whatStands(life);
  await finish(life, note);
  for (const { what, content, taskId, atMs } of fake.ledger)
    note(() => `   ledger: ${atMs % 1e9} ${what} ${content} ${taskId}`);
}

function argsOf({ program, adoptTaskId }: Life, command: Command, more: Properties = {}): Properties {
  const { letter, drops } = command;
  return {
    query: queryOf(program, letter),
    onDelete: drops ? "dropDatasource" : "keepData",
    ...checksOf(command),
    ...(program.isUnplanned && { validate: "off" }),
    ...(adoptTaskId !== undefined && { adoptTaskId }),
    ...more,
  };
}

function whatStands({ fake, stack }: Life): Left {
  const runs = fake.running.filter(({ id, type }) => type !== "noop" && !isByHand(id)).map(({ id }) => id);
  const lastId = fake.ledger.at(-1)?.taskId;
  return { standing: fake.contentsOf("events"), lastId, runs, claimed: stack.resource?.outputs.taskId };
}

async function obey(life: Life, command: Command, note: Note): Promise<Lived> {
  const { stack, clock, fake } = life;
  note(() => describeCommand(command));
  await beginAdoption(life, command);
  const atMs = clock.now();
  const before = fake.received.length;
  if (command.renames) stack.rename({ name: stack.urn.endsWith("::events") ? "fresh" : "events" });
  const args = argsOf(life, command);
  const options = optionsOf(command, life);
  const outcome = await (command.does === "up"
    ? stack.up(args, options)
    : command.does === "replace"
      ? stack.replace(args, options)
      : command.does === "refresh"
        ? stack.refresh(options)
        : stack.destroy(options));
  const received = fake.received.slice(before);
  const looked = received.some(({ route }) => route === "statuses" || route === "status");
  const lived: Lived = { command, atMs, outcome, looked, submits: received.filter(isSubmit).length };
  life.history.push(lived);
  const isRun = command.does === "up" || command.does === "replace";
  if (isRun && outcome.error === undefined && !outcome.killed) noteCarriedOut(life);
  for (const { atMs: at, route, answered, fault, json } of received) {
    const body = json as { context?: { sqlQueryId?: string; pulumiDruid?: string }; id?: string } | undefined;
    const id = body?.id ?? body?.context?.sqlQueryId ?? "";
    note(() => `   ${at % 1e9} ${route} ${id.slice(-3)} ${answered ?? "no answer"}${fault ? ` (${fault})` : ""}`);
  }
  tell(life, outcome, note);
  return lived;
}

function optionsOf({ end }: Command, { clock }: Life): CommandOptions {
  if (end === undefined) return {};
  if ("killAt" in end) return { killAt: end.killAt };
  const later = (ms: number, act: (process: ProviderProcess) => void) => (process: ProviderProcess) => {
    clock.sleep(ms).then(
      () => act(process),
      () => undefined,
    );
  };
  return "killAfterMs" in end
    ? { meanwhile: later(end.killAfterMs, (process) => process.kill()) }
    : { meanwhile: later(end.interruptAfterMs, (process) => process.interrupt()) };
}

function tell({ stack }: Life, outcome: Outcome, note: Note): void {
  const { state, number, published } = stack.resource?.outputs ?? {};
  const held = stack.resource === undefined ? "nothing" : `${state} ${number} ${JSON.stringify(published)}`;
  note(
    () => `   ${outcome.asked.join(" ")}${outcome.killed ? " killed" : ""}: ${outcome.error ?? "well"}; state: ${held}`,
  );
}

/** All faults off; the program as it stands is brought up, and what is asked is answered by the truth. */
async function finish(life: Life, note: Note): Promise<void> {
  const { program, fake, stack, clock, history } = life;
  const last = history.findLast(({ command }) => command.does === "up" || command.does === "replace");
  const command = { ...(last?.command as Command), does: "up" as const, restMs: 0 };
  delete command.end;
  delete command.renames;
  if (command.check) command.check = "passes";
  delete command.adopts;
  life.declared = queryOf(program, command.letter);
  fake.faults.clear();
  fake.plan({ outcome: "success", vanish: false, noReport: false, reportDelayMs: 0, historyMs: undefined });
  note(() => "all faults off");
  // A killed update and a half-done drop show only to a refresh.
  if (history.some(({ outcome }) => outcome.killed || outcome.error !== undefined)) {
    await obey(life, { ...command, does: "refresh" }, note);
  }
  let more: Properties = {};
  for (let up = 0; up < FINAL_UPS; up += 1) {
    const atMs = clock.now();
    const before = fake.received.length;
    const outcome = await stack.up(argsOf(life, command, more));
    note(() => `final up ${JSON.stringify(more)} (${fake.received.length - before} requests)`);
    tell(life, outcome, note);
    life.finals.push(outcome);
    if (outcome.error === undefined) break;
    if (/Cannot adopt task/.test(outcome.error)) {
      life.answers.push({ question: outcome.error, answer: "letGo", atMs });
      life.adoptTaskId = undefined;
      continue;
    }
    const given = answerOf(life, outcome.error);
    if (given === undefined) continue;
    life.answers.push({ question: outcome.error, answer: given.answer, atMs });
    more = given.more;
  }
  await clock.advance(SETTLE_MS);
  life.left = whatStands(life);
}

/** What a user would find on looking into the datasource. */
function answerOf(
  { fake, declared }: Life,
  question: string,
): { answer: "adopt" | "again"; more: Properties } | undefined {
  const again = { answer: "again" as const, more: { triggers: ["again"] } };
  if (/published none; change triggers/.test(question)) return again;
  const inDoubt = /whether task "([^"]+)" published its rows/.exec(question)?.slice(1);
  const adoptTaskId = /set adoptTaskId to "([^"]+)"/.exec(question)?.[1];
  if (!inDoubt || adoptTaskId === undefined) return undefined;
  const dropped = fake.ledger.findLastIndex(({ what }) => what === "drop");
  const there = fake.ledger.slice(dropped + 1);
  // An id that Druid has forgotten may have had two tasks, of which not both have loaded what is wanted.
  const isWanted = there.some(({ taskId, content }) => taskId === adoptTaskId && content === declared);
  const adopts = isWanted && inDoubt.every((id) => id === adoptTaskId || !there.some(({ taskId }) => taskId === id));
  return adopts ? { answer: "adopt", more: { adoptTaskId } } : again;
}
