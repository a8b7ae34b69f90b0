/** An outcome that cannot be determined, put as a question: which run is in doubt, and the answers that a program can give. */
import { DruidIngestionError } from "../../base/errors";
import type { Decision } from "../rules/sequence";
import { taskIdOf } from "../sequence/key";
import { observe } from "../sequence/observe";
import type { Session } from "../session";
import type { Before, Goal } from "./goal";

/** As far back as `findRun` looks. */
const BACK = 64;

/** Changes nothing. */
export async function undecidedError(
  session: Session,
  { key, wanted }: Goal,
  before: Before,
  decision: Decision,
): Promise<DruidIngestionError> {
  const { client, clock, signal } = session;
  const upTo = decision.number;
  const first = Math.max(1, upTo - BACK + 1);
  const entries = await observe(client, clock, key, first, { signal });
  const own = entries.filter(
    (entry) =>
      (entry.is === "unknown" || entry.is === "unpublished" || entry.is === "success") &&
      entry.content === wanted.content &&
      entry.target === wanted.target,
  );
  const inDoubt = own.findLast((entry) => entry.is !== "unpublished");
  const known = new Set(entries.map(({ number }) => number));
  const forgotten = Array.from({ length: upTo - first + 1 }, (_, index) => upTo - index).find(
    (number) => !known.has(number),
  );
  if (!inDoubt && forgotten === undefined && own.length > 0) return answeredBy(own.at(-1)?.taskId ?? "");
  const recorded = before.adopted && before.content === wanted.content ? before.taskId : undefined;
  const lost = forgotten === undefined ? undefined : taskIdOf(key, forgotten);
  const taskId = inDoubt?.taskId ?? recorded ?? lost ?? before.taskId ?? taskIdOf(key, upTo);
  const where = `look into ${wanted.target === undefined ? "the export" : `"${wanted.target}"`} on "${client.url}"`;
  return new DruidIngestionError(
    "undecidable",
    `task "${taskId}" ended without telling whether its rows were published, and loading them again could double them; ` +
      `${where}: if the rows are there set adoptTaskId to "${taskId}", if they are not change triggers to load again`,
  );
}

/** A report that came late: nothing is left to look for, and still nothing runs twice unasked. */
function answeredBy(taskId: string): DruidIngestionError {
  return new DruidIngestionError(
    "undecidable",
    `task "${taskId}" ended without telling whether its rows were published, and Druid says only now that it published ` +
      "nothing; change triggers to load what is wanted again",
  );
}
