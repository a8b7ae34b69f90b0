/** In a simulated life, somebody loads with their own task, and the program then adopts it. */
import type { Life } from "./life";
import { type Command, queryOf } from "./program";

export interface Adoption {
  taskId: string;
  /** The content that it loads. */
  letter: string;
  /** When a command had ended well with it: from then on its rows are those of the ingestion. */
  carriedOutMs: number | undefined;
}

/** Told from the tasks of the ingestion by their ids. */
export const isByHand = (taskId: string): boolean => taskId.startsWith("query-by-hand-");

/** Starts such a task where the command says so, and gives what the program says from here on. */
export async function beginAdoption(life: Life, { adopts, letsGo, letter, does }: Command): Promise<void> {
  const { program, fake, clock, adoptions } = life;
  const last = adoptions.at(-1);
  if (does !== "up" && does !== "replace") return;
  // The task loads other content than is wanted now: a program that adopts it all the same loads nothing.
  if (letsGo || (last && last.carriedOutMs === undefined && last.letter !== letter)) life.adoptTaskId = undefined;
  if (!adopts) return;
  const sqlQueryId = `by-hand-${adoptions.length + 1}`;
  const body = JSON.stringify({ query: queryOf(program, letter), context: { sqlQueryId } });
  const request = { method: "POST", path: "/druid/v2/sql/task", query: {}, headers: {}, body };
  await clock.run(fake.handle(request));
  await clock.advance(adopts.waitMs);
  life.adoptTaskId = `query-${sqlQueryId}`;
  adoptions.push({ taskId: life.adoptTaskId, letter, carriedOutMs: undefined });
}

export function noteCarriedOut({ adoptions, adoptTaskId, clock }: Life): void {
  for (const one of adoptions) if (one.taskId === adoptTaskId) one.carriedOutMs ??= clock.now();
}

export const isAdoptedBy = ({ adoptions }: Life, taskId: string, atMs: number): boolean =>
  adoptions.some((one) => one.taskId === taskId && one.carriedOutMs !== undefined && one.carriedOutMs <= atMs);

/**
 * An instruction that was never carried out is followed by no run. The first command that has it either adopts the task
 * or says why not.
 */
export function judgeAdoptions({ history }: Life): string[] {
  return history
    .filter(({ command, submits }) => command.adopts !== undefined && submits > 0)
    .map(({ command }) => `It loads ${command.letter} by itself, though it is told to adopt a task`);
}

/** If Druid cannot tell how an adopted task ended, the user's word counts. */
export const isOnTheirWord = ({ adoptions, fake }: Life): boolean =>
  adoptions.some(({ taskId }) => {
    const isNoted = fake.tasks.some(({ context }) => String(context.pulumiDruid).includes(` ${taskId} `));
    return isNoted && !fake.ledger.some((entry) => entry.taskId === taskId);
  });
