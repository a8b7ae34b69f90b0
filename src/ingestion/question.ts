/** What nobody can know, put as a question: which run is in doubt, and the answers that a program can give. */
import { DruidIngestionError } from "../base/errors";
import { findRun } from "./find-run";
import type { Goal, Recorded } from "./goal";
import { taskIdOf } from "./key";
import { observe } from "./observe";
import type { Decision, Situation } from "./sequence";
import type { Session } from "./session";

/** As far back as `findRun` looks. */
const BACK = 64;

/** `lost` are the runs that this operation has found Druid to have forgotten. Changes nothing. */
export async function question(
  session: Session,
  goal: Goal,
  before: Recorded,
  decision: Decision,
  lost: readonly NonNullable<Situation["lost"]>[],
): Promise<DruidIngestionError> {
  const { client, clock, signal } = session;
  const { key, wanted } = goal;
  const entries = await observe(client, clock, key, Math.max(1, decision.number - BACK + 1), { signal });
  const ended = entries.filter((entry) => entry.is === "unknown" && entry.target === wanted.target);
  const doubts = [...ended, ...lost.map((run) => ({ ...run, taskId: taskIdOf(key, run.number) }))]
    .map((run) => ({ number: run.number, taskId: run.taskId, content: "content" in run ? run.content : undefined }))
    .sort((a, b) => a.number - b.number);
  const own = doubts.findLast((run) => run.content === wanted.content)?.taskId;
  const fallback = before.taskId ?? taskIdOf(key, before.number);
  const inDoubt = own ?? doubts.at(-1)?.taskId ?? fallback;
  const where = `${wanted.target === undefined ? "the export" : `"${wanted.target}"`} on "${client.url}"`;
  const begin = `task "${inDoubt}" ended without telling whether its rows were published`;
  if (own !== undefined || doubts.length === 0) {
    return new DruidIngestionError(
      "undecidable",
      `${begin}, and loading them again could double them; look into ${where}: if the rows are there set adoptTaskId ` +
        `to "${inDoubt}", if they are not change triggers to load again`,
    );
  }
  const run = decision.run?.taskId ?? (await findRun(client, clock, key, decision.number, wanted, signal)) ?? fallback;
  return new DruidIngestionError(
    "undecidable",
    `${begin}, so nobody can say whether what is wanted is the last that was loaded; look into ${where}: if the rows ` +
      `of that task are not there set adoptTaskId to "${run}", if they are change triggers to load what is wanted again`,
  );
}
