/** The end of a create or an update that says that all is done. */
import type { Step } from "./druid";
import { brokenPromise, faultOf, leftAlone, settledBy } from "./promise";
import {
  adopted,
  BY_HAND,
  FLAG,
  type Given,
  has,
  into,
  keptAfterAll,
  type Load,
  raise,
  taskIdOf,
  type World,
} from "./world";

export function finished(given: Given, before: World, op: Load): Step {
  const { aim } = op.heart;
  const { content, target = "" } = aim.wanted;
  const record = op.saved && { ...op.saved, state: "SUCCESS" };
  const isInsert = given.setting.kind === "INSERT";
  const ended = before.record === undefined ? leftAlone(given, { ...before, record }) : { ...before, record };
  const { byHand = "" } = given.setting;
  const isAdopted = record?.adoptedTaskId === taskIdOf(BY_HAND);
  const world = isAdopted ? adopted(ended, op.mustAdopt ? "D" : "N", byHand) : ended;
  const isWished = isInsert ? !world.rows[target]?.includes(content) : has(world, into(target, FLAG.wished));
  const isIdle = op.replaces && isWished && aim.adoptTaskId === undefined;
  const isPassedOver = op.mustAdopt && !isAdopted;
  const what = isIdle
    ? "the replacement has loaded nothing"
    : isPassedOver
      ? "done without having adopted the task"
      : brokenPromise(given, world, target, content);
  const isTaken = has(world, into(target, FLAG.rowsTaken) | FLAG.halfDelete);
  const isBlind = op.blind && isTaken;
  const isAmongOthers = isTaken && world.rows[target] !== "-";
  const isInDoubt = content === byHand && has(world, FLAG.adoptedNothing);
  let after = keptAfterAll({ ...world, operation: undefined }, target, content);
  // Our own drop is told by its tombstone; only a drop of somebody else, or half a delete, leaves no trace.
  if (isBlind) after = raise(after, into(target, FLAG.rowsTaken));
  after = settledBy(given, after, target, { isKept: what === undefined });
  return {
    label: `done with ${content}`,
    world: after,
    fault: faultOf(what, { isBlind, isAmongOthers, isInDoubt, target }),
  };
}
