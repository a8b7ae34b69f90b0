/** What cannot be determined, put as a question: which run is in doubt, and the answers that a program can give. */
import { DruidIngestionError } from "../base/errors";
import type { Before, Goal } from "./goal";
import { taskIdOf } from "./key";
import { observe } from "./observe";
import type { Decision, Entry } from "./rules/sequence";
import type { Session } from "./session";

/** As far back as `findRun` looks. */
const BACK = 64;

interface Doubt {
  number: number;
  taskId: string;
  /** Undefined where Druid has forgotten the run. */
  content: string | undefined;
  /** What Druid says of it now, which may be more than it said at its end. */
  isUnpublished: boolean;
}

/** Changes nothing. */
export async function question(
  session: Session,
  goal: Goal,
  before: Before,
  decision: Decision,
): Promise<DruidIngestionError> {
  const { client, clock, signal } = session;
  const { key, wanted } = goal;
  const first = Math.max(1, decision.number - BACK + 1);
  const entries = await observe(client, clock, key, first, { signal });
  const last = entries.findLast((entry) => entry.is === "success" && entry.target === wanted.target);
  const doubts = doubtsAfter(last?.number, entries, decision.number, key, wanted.target);
  const own = doubts.findLast((run) => run.content === wanted.content && !run.isUnpublished);
  const isCertain = own === undefined && last?.is === "success" && last.content === wanted.content;
  const forgotten = doubts.findLast((run) => run.content === undefined);
  const run = own ?? (isCertain ? last : forgotten);
  const unpublished = doubts.findLast((run) => run.content === wanted.content);
  if (!run && unpublished) return answeredBy(unpublished.taskId);
  const taskId = run?.taskId ?? before.taskId ?? taskIdOf(key, before.number);
  const later = doubts.filter((one) => one.number > (run?.number ?? 0) && (isCertain || !one.isUnpublished));
  return asked(session, wanted.target, taskId, isCertain, [...new Set(later.map((one) => one.taskId))]);
}

/** A report that came late: nothing is left to look for, and still nothing runs twice unasked. */
function answeredBy(taskId: string): DruidIngestionError {
  return new DruidIngestionError(
    "undecidable",
    `task "${taskId}" ended without telling whether its rows were published, and Druid says only now that it published ` +
      "nothing; change triggers to load what is wanted again",
  );
}

/** The runs after the last that is certain, with those that Druid has forgotten. */
function doubtsAfter(
  certain: number | undefined,
  entries: readonly Entry[],
  upTo: number,
  key: string,
  target: string | undefined,
): Doubt[] {
  const known = new Map(entries.map((entry) => [entry.number, entry]));
  const from = certain ?? Math.max(0, Math.min(upTo, ...known.keys()) - 1);
  return Array.from({ length: Math.max(0, upTo - from) }, (_, index) => from + 1 + index).flatMap((number) => {
    const entry = known.get(number);
    if (entry === undefined)
      return [{ number, taskId: taskIdOf(key, number), content: undefined, isUnpublished: false }];
    if (entry.is !== "unknown" && entry.is !== "unpublished") return [];
    if (entry.target !== target) return [];
    return [{ number, taskId: entry.taskId, content: entry.content, isUnpublished: entry.is === "unpublished" }];
  });
}

/** `taskId` is the run of what is wanted, `later` are those in doubt that came after it. */
function asked(
  { client }: Session,
  target: string | undefined,
  taskId: string,
  isCertain: boolean,
  later: readonly string[],
): DruidIngestionError {
  const inDoubt = [...new Set([...(isCertain ? [] : [taskId]), ...later])];
  const names = inDoubt.map((id) => `"${id}"`).join(", ");
  const begin =
    inDoubt.length === 1
      ? `task ${names} ended without telling whether its rows were published`
      : `tasks ${names} ended without telling whether their rows were published`;
  const where = `look into ${target === undefined ? "the export" : `"${target}"`} on "${client.url}"`;
  const others = inDoubt.filter((id) => id !== taskId);
  if (others.length === 0) {
    return new DruidIngestionError(
      "undecidable",
      `${begin}, and loading them again could double them; ${where}: if the rows are there set adoptTaskId to ` +
        `"${taskId}", if they are not change triggers to load again`,
    );
  }
  const none = others.length === 1 ? `no row of task "${others[0]}" is` : "no rows of the later ones are";
  return new DruidIngestionError(
    "undecidable",
    `${begin}, so nobody can say whether what is wanted is the last that was loaded; ${where}: if the rows of task ` +
      `"${taskId}" are there and ${none} set adoptTaskId to "${taskId}", else change triggers to load what is wanted again`,
  );
}
