/** What an operation sends, and all that can become of it. */
import type { Step } from "./druid";
import { tell } from "./heart";
import { type Sent, send } from "./operation";
import { contentsIn } from "./text";
import { FLAG, type Given, into, isFree, type Load, may, raise, spend, type World } from "./world";

export function submit(given: Given, world: World, op: Load, number: number): Step[] {
  const { content } = op.heart.aim.wanted;
  return waysToSend(given, world, number, content).map((sent) => {
    const { outcome, isAnswered, isOwn = false } = sent;
    const now = { ...op, touched: op.touched || outcome !== "unclear" };
    const step = tell(given, sent.world, now, { is: "sent", outcome, isAnswered }, isOwn);
    return { ...step, label: `submit ${number} (${content}) ${sent.how}; ${step.label}` };
  });
}

/** Druid runs a query of several parts as so many tasks under one id: the first has it, the others are refused. */
function waysToSend(given: Given, world: World, number: number, content: string): Sent[] {
  const ways = send(world, number, `R${content}`);
  if (!isFree(world, number)) return ways;
  const isNew = may(world, "splits") && world.split === "-" && !contentsIn(given.setting, world).has(content);
  if (!isNew && world.split !== content) return ways;
  const before = isNew ? { ...spend(world, "splits"), split: content } : world;
  const after = send({ ...before, left: 0 }, number, `R${content}`)[0]?.world ?? before;
  const unsure = raise(after, into(given.setting.targets[content] ?? "", FLAG.unsure));
  const first = { ...(given.setting.kind === "REPLACE" ? unsure : after), left: before.left };
  const split: Sent = { how: "is several tasks", world: first, outcome: "taken", isAnswered: true, isOwn: true };
  return isNew ? [...ways, split] : [split];
}

export function mark(given: Given, world: World, op: Load, number: number, task: string): Step[] {
  return send(world, number, task).map((sent) => {
    const { outcome, isAnswered } = sent;
    const isLeftOut = outcome === "unclear" && !task.startsWith("N");
    let after = isLeftOut ? raise(sent.world, FLAG.unmarked) : sent.world;
    if (isLeftOut && task.startsWith("D")) after = raise(after, FLAG.forgot);
    const step = tell(given, after, { ...op, touched: true }, { is: "sent", outcome, isAnswered });
    return { ...step, label: `put ${task} under ${number}: it ${sent.how}; ${step.label}` };
  });
}
