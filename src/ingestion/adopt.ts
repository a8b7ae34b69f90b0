/** Takes a task of anyone's making for this ingestion's run: the user says whose rows these are. */
import { DruidIngestionError } from "../base/errors";
import { cancelAndAwait } from "./cancel";
import type { Finished, Goal, Recorded, Save } from "./goal";
import { numberOf } from "./key";
import { endOf } from "./observe";
import { type Accounted, publishedAfter } from "./sequence";
import type { Session } from "./session";
import { awaitEnd, lastReport } from "./wait";

/** `number` stays: the adopted task has none. */
export async function adopt(
  session: Session,
  goal: Goal,
  before: Recorded,
  accounted: Pick<Accounted, "number" | "published">,
  save: Save,
): Promise<Finished> {
  const { client, clock, signal } = session;
  const taskId = goal.adoptTaskId ?? "";
  const { number } = accounted;
  const refuse = (cause: string) =>
    new DruidIngestionError("invalidInput", `Cannot adopt task "${taskId}" on "${client.url}": ${cause}`);
  const finished = (rest: Pick<Finished, "status" | "report">): Finished => ({
    number,
    published: [goal.wanted.content],
    taskId,
    adopted: true,
    ...rest,
  });

  const status = await client.status(taskId, { signal });
  if (!status) {
    // A run of ours that was asked about: Druid cannot say what became of it, so the user's word stands.
    const isOurs = taskId === before.taskId || (numberOf(goal.key, taskId) ?? Number.POSITIVE_INFINITY) <= number;
    if (isOurs) return finished({ status: undefined, report: undefined });
    throw refuse("Druid does not know it; look for its id in the console's task view");
  }
  const payload = await client.payload(taskId, { signal });
  const type = payload?.type ?? status.type;
  if (type !== "query_controller") {
    throw refuse(`it is of type "${type}", not a SQL task ("query_controller"); give the id of the controller task`);
  }
  const dataSource = payload?.dataSource ?? status.dataSource;
  if (goal.wanted.target !== undefined && dataSource !== goal.wanted.target) {
    throw refuse(
      `it loads into "${dataSource}", the query into "${goal.wanted.target}"; adopt a task of the same datasource`,
    );
  }
  if (status.statusCode === "FAILED") {
    const { ending, report } = await endOf(client, clock, status, { signal });
    if (ending === "unpublished") throw refuse("it failed before it published anything; leave adoptTaskId out to load");
    return finished({ status, report });
  }
  if (status.statusCode === "SUCCESS") return finished({ status, report: await lastReport(session, taskId) });

  save({ number, published: accounted.published, state: "RUNNING", taskId, adopted: true });
  session.log("info", `Adopting task ${taskId}, which still runs`);
  const end = await awaitEnd(session, taskId);
  if (end.is === "success") return finished(end);
  if (end.is === "lost") throw refuse("Druid no longer knows it; look whether its rows are there");
  const published = publishedAfter(accounted.published, goal.wanted.content, end.is);
  save({ number, published, state: "FAILED", taskId, adopted: true, status: end.status, report: end.report });
  throw new DruidIngestionError("taskFailed", `task "${taskId}" failed`);
}

/**
 * An adopted run that was left running has no number, so the sequence does not show it: it is joined where it loads
 * what is wanted, and ended where it does not. Comes back with a result, or with what is to be recorded instead.
 */
export async function goOnWithAdopted(
  session: Session,
  goal: Goal,
  before: Recorded,
  save: Save,
): Promise<{ run: Finished } | { recorded: Recorded }> {
  const { client, signal } = session;
  const { taskId, adopted, state, content } = before;
  if (state !== "RUNNING" || taskId === undefined) return { recorded: before };
  const isAskedFor = goal.adoptTaskId === taskId && (!adopted || goal.adoptTaskId !== before.adoptTaskId);
  if (!adopted && !isAskedFor) return { recorded: before };
  const isWanted = content === goal.wanted.content;
  const status = await client.status(taskId, { signal });
  // Of one that Druid has forgotten the user's word stands, but only while it is given.
  const isThere = status ? status.statusCode !== "FAILED" : goal.adoptTaskId === taskId;
  if (isAskedFor || (isWanted && isThere)) {
    const run = await adopt(session, { ...goal, adoptTaskId: taskId }, before, before, save);
    // Whatever may have come into the sequence since is still to be seen, and what is late to be fenced.
    return isAskedFor ? { run } : { recorded: { ...before, published: run.published } };
  }
  if (status?.statusCode === "RUNNING") {
    session.log("info", `Canceling the adopted task ${taskId}, which loads something else`);
    await cancelAndAwait(session, [taskId]);
  }
  const { is } = await awaitEnd(session, taskId);
  const published = publishedAfter(before.published, content ?? `foreign:${taskId}`, is);
  save({ number: before.number, published, state: "STALE", taskId, adopted });
  return { recorded: { ...before, published, state: "STALE" } };
}
