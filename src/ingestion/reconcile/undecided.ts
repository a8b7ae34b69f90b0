/** The error for an outcome that cannot be determined: names the run in doubt, and the answers a user can give. */
import { DruidIngestionError } from "../../base/errors";
import type { Decision } from "../rules/sequence";
import { taskIdOf } from "../sequence/key";
import { observe } from "../sequence/observe";
import type { Session } from "../session";
import type { Before, Goal } from "./goal";
import { BACK } from "./kept-run";

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
  const where = `check ${wanted.target === undefined ? "the export" : `"${wanted.target}"`} on "${client.url}"`;
  return new DruidIngestionError(
    "undecidable",
    `it cannot be determined whether task "${taskId}" published its rows, and loading them again could duplicate them; ` +
      `${where}: if the rows are there, set adoptTaskId to "${taskId}"; otherwise change triggers to load them again`,
  );
}

/** After a late report nothing is in doubt any more, but nothing runs a second time without the user's consent. */
function answeredBy(taskId: string): DruidIngestionError {
  return new DruidIngestionError(
    "undecidable",
    `as Druid reports only now, task "${taskId}" published no rows, and nothing runs again without your consent: ` +
      "change triggers to load them",
  );
}
