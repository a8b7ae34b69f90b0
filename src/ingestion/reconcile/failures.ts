/** Builds the errors with which a create or an update ends if the rules do not let it continue. */
import { DruidIngestionError } from "../../base/errors";
import { type Failure, type Heart, LOSSES_MAX } from "../rules/heart";
import { IDS_IN_USE, nameOf } from "../sequence/key";
import type { Session } from "../session";
import { refusedAdoption } from "./adoptee";
import type { Before, Goal } from "./goal";
import { SEVERAL_TASKS } from "./one-task";
import { loadedByOther } from "./others";
import { undecidedError } from "./undecided";

/** The failures without an error from Druid. */
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
  const cannotFinish = `Cannot finish ingestion "${nameOf(goal.urn)}" on "${url}"`;
  switch (action.why) {
    case "undecided":
      return undecidedError(session, goal, before, action.decision);
    case "adoption":
      return refusedAdoption(action.refused, goal.adoptTaskId ?? "", wanted.target, url);
    case "adoptedLost":
      return new DruidIngestionError(
        "undecidable",
        `${cannotFinish}: Druid no longer knows the adopted task "${heart.recorded.adoptedTaskId}"; check whether its ` +
          "rows are there: if they are, run `pulumi up` again with the same adoptTaskId; otherwise remove adoptTaskId " +
          "and change triggers",
      );
    case "loadedByOther":
      return loadedByOther(action, goal.urn, wanted.target ?? "", url);
    case "severalTasks":
      return new DruidIngestionError(
        "invalidInput",
        `${cannotFinish}: the task of this query loads only some of its rows; ${SEVERAL_TASKS}`,
      );
    case "tooManyLosses":
      return new DruidIngestionError(
        "timeout",
        `${cannotFinish}: Druid has forgotten ${LOSSES_MAX} runs of it in a row, each before its outcome could be read; ` +
          "configure the Overlord to keep its tasks (druid.indexer.storage.type, druid.indexer.logs.kill.*), then run " +
          "`pulumi up` again",
      );
    case "tooManyTurns":
      return new DruidIngestionError("timeout", `${cannotFinish}: ${IDS_IN_USE}`);
  }
}
