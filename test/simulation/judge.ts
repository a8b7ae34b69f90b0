/** What a user was promised, held against what Druid's ledger says. */
import type { LedgerEntry } from "../harness/fake";
import type { Outcome } from "../harness/virtual/stack";
import { isAdoptedBy, isByHand, isOnTheirWord, judgeAdoptions } from "./adoptions";
import type { Left, Life } from "./life";
import { queryOf } from "./program";

/** No command needs as many, whatever goes wrong. */
const REQUESTS_MAX = 2_000;

/** Every promise that was broken, in words. */
export function judge(life: Life): string[] {
  return [...judgeEnd(life), ...judgeSteps(life), ...judgeLedger(life), ...judgeAdoptions(life)];
}

function judgeEnd(life: Life): string[] {
  const { fake, stack, finals, declared, program, history } = life;
  const found: string[] = [];
  const final = finals.at(-1);
  const isRefused = final?.error !== undefined && isSplit(program, declared) && SEVERAL.test(final.error);
  if (final?.error !== undefined && !isRefused) found.push(`The final up fails: ${final.error}`);
  if (final?.error === undefined && stack.resource?.outputs.state !== "SUCCESS")
    found.push("The final state is not SUCCESS");
  const running = fake.running.filter(({ type }) => type !== "noop");
  if (running.length > 0) found.push(`Still running: ${running.map(({ id }) => id).join(", ")}`);
  const standing = fake.contentsOf("events");
  // A drop without its tombstone is told by nothing but the warning that the user was given.
  const isUntold = program.commands[0]?.drops === true && history.some(({ outcome }) => isUnmarked(outcome));
  const isBeyondUs =
    isExcused(life) || isDroppedLate(life) || isOfReusedId(life, life.left) || isUntold || isOnTheirWord(life);
  if (final?.error === undefined && !stands(program, standing, declared) && !isBeyondUs) {
    found.push(`What stands is ${standing.join(" | ")}, wanted is ${declared}`);
  }
  if (program.kind === "replace" && new Set(standing).size > 1) found.push("A REPLACE left others' rows");
  for (const { asked, requests } of [...history.map(({ outcome }) => outcome), ...life.finals]) {
    if (requests > REQUESTS_MAX) found.push(`${asked.join(" ")} takes ${requests} requests`);
  }
  return found;
}

/** Matches the error that Druid would load only a part of the query. */
const SEVERAL = /loads only some of its rows|is not supported: Druid would run only its first part/;
const isSplit = (program: Life["program"], query: string): boolean =>
  program.splits !== undefined && query === queryOf(program, program.splits);

/** A REPLACE is wanted as the last that was loaded; the rows of an INSERT stay beside those of every later one. */
const stands = ({ kind }: Life["program"], standing: readonly string[], wanted: string): boolean =>
  kind === "replace" ? standing.at(-1) === wanted : standing.includes(wanted);

/** What a command has brought about stays so until the next one. */
function judgeSteps(life: Life): string[] {
  const found: string[] = [];
  const { program, history } = life;
  for (const [index, { command, outcome, looked, left }] of history.entries()) {
    const isLoaded = command.does === "up" || command.does === "replace";
    if (!left || outcome.error !== undefined || outcome.killed || (!isLoaded && command.does !== "destroy")) continue;
    // Without its mark nothing is fenced, and the user was told.
    if (isUnmarked(outcome)) break;
    // What a killed update or half a drop has left shows to a refresh only, what is lost in Druid to nobody.
    const isRenamed = outcome.lines.some(({ message }) =>
      message.startsWith("Nothing will run: the ingestion was renamed"),
    );
    const isUnchanged = !looked || isRenamed || !/create|update|delete/.test(outcome.asked.join());
    const isBlind = isUnchanged && history.slice(0, index).some(({ outcome }) => isHalfDone(outcome));
    const name = `command ${index + 1}, ${command.does} ${command.letter}`;
    const wanted = queryOf(program, command.letter);
    if (isLoaded && isSplit(program, wanted)) found.push(`A part is called done after ${name}`);
    if (isBlind || hasForgotten(life) || isDroppedLate(life) || isOnTheirWord(life)) continue;
    if (left.runs.some((id) => !life.fake.takenTwice.has(id))) found.push(`Something runs on after ${name}`);
    if (isLoaded && !stands(program, left.standing, wanted) && !isOfReusedId(life, left))
      found.push(`After ${name}, what stands is ${left.standing.join(" | ")}`);
  }
  return found;
}

/**
 * Druid has lost the row of a task, and with it the fence: somebody's late request took its id, which nobody watches.
 */
const isOfReusedId = ({ fake }: Life, left: Left | undefined): boolean =>
  left?.lastId !== undefined && fake.takenTwice.has(left.lastId) && left.claimed !== left.lastId;

const isUnmarked = ({ lines }: Outcome): boolean =>
  lines.some(({ message }) => /^Cannot (guard against delayed|record in Druid that the)/.test(message));

/** A drop has no number that fences it: one that arrives late takes what has been loaded since, until a refresh. */
const isDroppedLate = ({ fake }: Life): boolean =>
  fake.received.some(({ route, fault, atMs: sentMs }) => {
    if (route !== "drop" || !fault?.startsWith("late")) return false;
    const loaded = fake.ledger.find(({ what, atMs }) => what !== "drop" && atMs > sentMs);
    return loaded !== undefined && fake.ledger.some(({ what, atMs }) => what === "drop" && atMs > loaded.atMs);
  });

const isHalfDone = ({ killed, error, asked }: Outcome): boolean =>
  killed || (error !== undefined && asked.includes("delete"));

/** A second run of content that still stands adds its rows again: only where it was wished for. */
function judgeLedger(life: Life): string[] {
  if (life.program.kind === "replace" || isExcused(life)) return [];
  const wishes = [
    ...life.history.filter(({ command }) => command.does === "replace").map(({ atMs }) => atMs),
    ...life.answers.filter(({ answer }) => answer === "again").map(({ atMs }) => atMs),
  ];
  const entries = life.fake.ledger;
  const found: string[] = [];
  for (const [index, entry] of entries.entries()) {
    const emptied = entries.findLastIndex(({ what }, at) => at < index && what !== "insert");
    const standing: LedgerEntry[] = entries.slice(emptied + 1, index);
    // Rows loaded by hand are intended, and those that were not adopted do not belong to the ingestion.
    const counts = ({ taskId }: LedgerEntry) => !isByHand(taskId) || isAdoptedBy(life, taskId, entry.atMs);
    const before = standing.findLast((one) => one.content === entry.content && counts(one));
    if (before === undefined || entry.what !== "insert" || isByHand(entry.taskId)) continue;
    // Druid takes an id a second time only where it has lost the first: the fence itself was gone.
    const { takenTwice } = life.fake;
    if (before.taskId === entry.taskId || takenTwice.has(before.taskId) || takenTwice.has(entry.taskId)) continue;
    const wish = wishes.findIndex((atMs) => atMs <= entry.atMs);
    if (wish < 0) found.push(`Published twice: ${entry.content}, by ${before.taskId} and ${entry.taskId}`);
    else wishes.splice(wish, 1);
  }
  return found;
}

/** Where Druid has lost its history and Pulumi its state, nobody can know: the README says so. */
function isExcused(life: Life): boolean {
  return hasForgotten(life) && life.history.some(({ command, outcome }) => outcome.killed || command.does !== "up");
}

function hasForgotten({ program, fake }: Life): boolean {
  const known = new Set(fake.tasks.map(({ id }) => id));
  const published = fake.ledger.map(({ taskId }) => taskId).filter((id) => id !== "");
  // One id that has published twice was forgotten in between.
  return program.forgets || published.some((id) => !known.has(id)) || new Set(published).size < published.length;
}
