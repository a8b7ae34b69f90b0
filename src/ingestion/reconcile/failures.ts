/** The errors that a create or an update ends with where the rules say that it cannot go on. */
import { DruidIngestionError } from "../../base/errors";
import { type Failure, type Heart, LOSSES_MAX } from "../rules/heart";
import type { Session } from "../session";
import { refusedAdoption } from "./adoptee";
import type { Before, Goal } from "./goal";
import { SEVERAL_TASKS } from "./one-task";
import { loadedByOther } from "./others";
import { undecidedError } from "./undecided";

/** All but those that carry an error of Druid's. */
export type RuledFailure = Exclude<Failure, { why: "sending" | "taskFailed" }>;

export async function failureOf(
  session: Session,
  goal: Goal,
  before: Before,
  heart: Heart,
  action: RuledFailure,
): Promise<DruidIngestionError> {
  const { wanted } = goal;
  const { url } = session.client;
  const cannotFinish = `Cannot finish ingestion "${goal.key}" on "${url}"`;
  switch (action.why) {
    case "undecided":
      return undecidedError(session, goal, before, action.decision);
    case "adoption":
      return refusedAdoption(action.refused, goal.adoptTaskId ?? "", wanted.target, url);
    case "adoptedLost":
      return new DruidIngestionError(
        "undecidable",
        `${cannotFinish}: Druid no longer knows the adopted task "${heart.recorded.adoptedTaskId}"; look whether its ` +
          "rows are there: if they are, run `pulumi up` again with adoptTaskId as it is; if they are not, take " +
          "adoptTaskId out and change triggers",
      );
    case "loadedByOther":
      return loadedByOther(action, wanted.target ?? "", url);
    case "severalTasks":
      return new DruidIngestionError(
        "invalidInput",
        `${cannotFinish}: the task of this query holds a part of its rows; ${SEVERAL_TASKS}`,
      );
    case "tooManyLosses":
      return new DruidIngestionError(
        "timeout",
        `${cannotFinish}: Druid has forgotten ${LOSSES_MAX} runs of it one after another, each before it could be seen ` +
          "how it ended; let the Overlord keep its tasks (druid.indexer.storage.type, druid.indexer.logs.kill.*), then " +
          "run `pulumi up` again",
      );
    case "tooManyTurns":
      return new DruidIngestionError(
        "timeout",
        `Cannot settle ingestion "${goal.key}" on "${url}": something else keeps taking its task ids; look for another ` +
          "program that runs the same stack",
      );
  }
}
