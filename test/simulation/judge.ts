/** What a user was promised, held against what Druid's ledger says. */
import type { LedgerEntry } from "../harness/fake";
import type { Life } from "./run";

/** Every promise that was broken, in words. */
export function judge(life: Life): string[] {
  return [...judgeEnd(life), ...judgeLedger(life)];
}

function judgeEnd({ fake, stack, final, declared, program, history }: Life): string[] {
  const found: string[] = [];
  if (final.error !== undefined) found.push(`The final up fails: ${final.error}`);
  else if (stack.resource?.outputs.state !== "SUCCESS") found.push("The final state is not SUCCESS");
  const running = fake.running.filter(({ type }) => type !== "noop");
  if (running.length > 0) found.push(`Still running: ${running.map(({ id }) => id).join(", ")}`);
  const standing = fake.contentsOf("events");
  if (final.error === undefined && standing.at(-1) !== declared) {
    found.push(`The last that stands is ${standing.at(-1)}, not ${declared}`);
  }
  if (program.kind === "replace" && new Set(standing).size > 1) found.push("A REPLACE left others' rows");
  for (const { command, outcome } of history) {
    if (outcome.requests > 2_000) found.push(`${command.does} takes ${outcome.requests} requests`);
  }
  return found;
}

/** A second run of the same content in a row adds its rows again: only where it was wished for. */
function judgeLedger(life: Life): string[] {
  if (life.program.kind === "replace" || isExcused(life)) return [];
  const wishes = [
    ...life.history.filter(({ command }) => command.does === "replace").map(({ atMs }) => atMs),
    ...life.answers.filter(({ answer }) => answer === "again").map(({ atMs }) => atMs),
  ];
  const entries = life.fake.ledger;
  const found: string[] = [];
  for (const [index, entry] of entries.entries()) {
    const before: LedgerEntry | undefined = entries[index - 1];
    if (before === undefined || entry.what !== "insert" || before.content !== entry.content) continue;
    const wish = wishes.findIndex((atMs) => atMs <= entry.atMs);
    if (wish < 0) found.push(`Published twice in a row: ${entry.content}, by ${before.taskId} and ${entry.taskId}`);
    else wishes.splice(wish, 1);
  }
  return found;
}

/** Where Druid has lost its history and Pulumi its state, nobody can know: the README says so. */
function isExcused({ program, history }: Life): boolean {
  return program.forgets && history.some(({ command, outcome }) => outcome.killed || command.does !== "up");
}
