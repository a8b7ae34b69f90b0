/** What an operation sends, and all that can become of it. */
import type { Step } from "./druid";
import { tell } from "./heart";
import { type Sent, send } from "./operation";
import { contentsIn } from "./text";
import { FLAG, type Given, into, isFree, type Load, may, putTask, raise, spend, type World } from "./world";

export function submit(given: Given, world: World, op: Load, number: number): Step[] {
  const { content } = op.heart.aim.wanted;
  return waysToSend(given, world, number, content).map((sent) => {
    const { outcome, isOwn = false } = sent;
    const now = { ...op, touched: op.touched || outcome !== "unclear" };
    const step = tell(given, sent.world, now, { is: "sent", outcome }, isOwn);
    return { ...step, label: `submit ${number} (${content}) ${sent.how}; ${step.label}` };
  });
}

function waysToSend(given: Given, world: World, number: number, content: string): Sent[] {
  const ways = send(world, number, `R${content}`);
  const after = splitAt(given, world, number, content);
  if (after === undefined) return ways;
  const split: Sent = { how: "is several tasks", world: after, outcome: "taken", isOwn: true };
  return world.split === content ? [split] : [...ways, split];
}

/**
 * Druid runs a query of several parts as so many tasks under one id: the first has it, the others are refused.
 * Undefined where it cannot be such a query.
 */
export function splitAt(given: Given, world: World, number: number, content: string): World | undefined {
  if (!isFree(world, number)) return undefined;
  const isNew = may(world, "splits") && world.split === "-" && !contentsIn(given.setting, world).has(content);
  if (!isNew && world.split !== content) return undefined;
  const before = isNew ? { ...spend(world, "splits"), split: content } : world;
  const after = putTask(before, number, `R${content}`);
  const isReplace = given.setting.kind === "REPLACE";
  return isReplace ? raise(after, into(given.setting.targets[content] ?? "", FLAG.unsure)) : after;
}

export function mark(given: Given, world: World, op: Load, number: number, task: string): Step[] {
  return send(world, number, task).map((sent) => {
    const { outcome } = sent;
    const isLeftOut = outcome === "unclear" && !task.startsWith("N");
    let after = isLeftOut ? raise(sent.world, FLAG.unmarked) : sent.world;
    if (isLeftOut && task.startsWith("D")) after = raise(after, FLAG.forgot);
    const step = tell(given, after, { ...op, touched: true }, { is: "sent", outcome });
    return { ...step, label: `put ${task} under ${number}: it ${sent.how}; ${step.label}` };
  });
}
