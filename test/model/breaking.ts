/** How the code under test is broken: other functions around its own. */
import type { Aim, Event, Heart, Next } from "../../src/ingestion/rules/heart";
import type { Recorded } from "../../src/ingestion/rules/record";
import type { Entry } from "../../src/ingestion/rules/sequence";
import { RULES, type Rules } from "./rules";
import type { Setting } from "./world";

export interface Mutation extends Setting {
  name: string;
  rules: Partial<Rules>;
}

/** It begins with something else than what it is told. */
export const beginning = (
  change: (aim: Aim, before: Recorded) => { aim?: Partial<Aim>; before?: Partial<Recorded> },
) => ({
  begin: (aim: Aim, before: Recorded) => {
    const { aim: other, before: recorded } = change(aim, before);
    return RULES.begin({ ...aim, ...other }, { ...before, ...recorded });
  },
});

/** It is told something else than what has come. */
export const told = (change: (event: Event, heart: Heart) => Event): Partial<Rules> => ({
  step: (heart, event) => RULES.step(heart, change(event, heart)),
});

/** It does something else than what it has decided. */
export const doing = (change: (next: Next, heart: Heart, event: Event) => Next): Partial<Rules> => ({
  step: (heart, event) => change(RULES.step(heart, event), heart, event),
});

/** It sees something else than what is there. */
export function seeing(change: (entry: Entry, heart?: Heart) => Entry[]): Partial<Rules> {
  return {
    ...told((event, heart) =>
      event.is === "observed" ? { ...event, entries: event.entries.flatMap((entry) => change(entry, heart)) } : event,
    ),
    stepRemoval: (removal, event) => {
      if (event.is !== "observed") return RULES.stepRemoval(removal, event);
      return RULES.stepRemoval(removal, { ...event, entries: event.entries.flatMap((entry) => change(entry)) });
    },
    seenByRefresh: (recorded, target, entries, adoptTaskId) =>
      RULES.seenByRefresh(
        recorded,
        target,
        entries.flatMap((entry) => change(entry)),
        adoptTaskId,
      ),
  };
}

export const unsent: Event = { is: "sent", outcome: "unclear" };

/** What was lost is not accounted for. */
export const losing = doing((next, heart, event) => {
  const { action } = next.heart;
  if (action.do !== "observe" || action.looksFor === undefined) return next;
  return RULES.step({ ...heart, recorded: { ...heart.recorded, state: "STALE" } }, event);
});

/** Has something else published by a run than what it has. */
export const publishing = (change: (heart: Heart, event: Event, published: readonly string[]) => readonly string[]) =>
  doing((next, heart, event) => {
    const { action } = next.heart;
    if (event.is !== "ended") return next;
    const { save } = next;
    const published = change(heart, event, save?.published ?? next.heart.recorded.published);
    const now = action.do === "finish" ? { ...action, published } : action;
    const recorded = { ...next.heart.recorded, ...(event.end === "lost" && { published }) };
    return { heart: { ...next.heart, action: now, recorded }, ...(save && { save: { ...save, published } }) };
  });

export const wantedOf = ({ aim }: Heart) => aim.wanted;
