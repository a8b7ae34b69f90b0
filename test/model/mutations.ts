/**
 * The code under test as it would be with one thought left out, each with the smallest setting that was seen to find
 * the fault in it. A model that does not find them proves nothing.
 */
import type { Aim, Event, Heart, Next } from "../../src/ingestion/rules/heart";
import { publishedAfter } from "../../src/ingestion/rules/published";
import type { Recorded } from "../../src/ingestion/rules/record";
import type { Entry } from "../../src/ingestion/rules/sequence";
import { RULES, type Rules } from "./rules";
import { anyOf, ONE_TARGET, TWO_CONTENTS, TWO_TARGETS } from "./settings";
import type { Setting } from "./world";

interface Mutation extends Setting {
  name: string;
  rules: Partial<Rules>;
}

/** It begins with something else than what it is told. */
const beginning = (change: (aim: Aim, before: Recorded) => { aim?: Partial<Aim>; before?: Partial<Recorded> }) => ({
  begin: (aim: Aim, before: Recorded) => {
    const { aim: other, before: recorded } = change(aim, before);
    return RULES.begin({ ...aim, ...other }, { ...before, ...recorded });
  },
});

/** It is told something else than what has come. */
const told = (change: (event: Event, heart: Heart) => Event): Partial<Rules> => ({
  step: (heart, event) => RULES.step(heart, change(event, heart)),
});

/** It does something else than what it has decided. */
const doing = (change: (next: Next, heart: Heart, event: Event) => Next): Partial<Rules> => ({
  step: (heart, event) => change(RULES.step(heart, event), heart, event),
});

/** It sees something else than what is there. */
function seeing(change: (entry: Entry, heart?: Heart) => Entry[]): Partial<Rules> {
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

const unsent: Event = { is: "sent", outcome: "unclear", isAnswered: false };

/** What was lost is not accounted for. */
const losing = doing((next, heart, event) => {
  const { action } = next.heart;
  if (action.do !== "observe" || action.looksFor === undefined) return next;
  return RULES.step({ ...heart, recorded: { ...heart.recorded, state: "STALE" } }, event);
});

/** Has something else published by a run than what it has. */
const publishing = (change: (heart: Heart, event: Event, published: readonly string[]) => readonly string[]) =>
  doing((next, heart, event) => {
    const { action } = next.heart;
    if (event.is !== "ended") return next;
    const { save } = next;
    const published = change(heart, event, save?.published ?? next.heart.recorded.published);
    const now = action.do === "finish" ? { ...action, published } : action;
    const recorded = { ...next.heart.recorded, ...(event.end === "lost" && { published }) };
    return { heart: { ...next.heart, action: now, recorded }, ...(save && { save: { ...save, published } }) };
  });

const wantedOf = ({ aim }: Heart) => aim.wanted;

export const MUTATIONS: readonly Mutation[] = [
  {
    name: "a running record is not looked at again",
    kind: "INSERT",
    targets: ONE_TARGET,
    limits: anyOf(1, 2),
    rules: beginning((_aim, { state }) => ({ before: { state: state === "RUNNING" ? "STALE" : state } })),
  },
  {
    name: "a run that Druid has forgotten is forgotten here too",
    kind: "INSERT",
    targets: ONE_TARGET,
    limits: anyOf(2, 2),
    rules: losing,
  },
  {
    name: "nothing is fenced by a mark",
    kind: "INSERT",
    targets: ONE_TARGET,
    limits: anyOf(1, 2),
    rules: {
      ...doing((next) => (next.heart.action.do === "mark" ? RULES.step(next.heart, unsent) : next)),
      stepRemoval: (removal, event) => {
        const next = RULES.stepRemoval(removal, event);
        return next.action.do === "mark" ? RULES.stepRemoval(next, { is: "sent", outcome: "unclear" }) : next;
      },
    },
  },
  {
    name: "a replacement knows nothing of what its delete gave up",
    kind: "INSERT",
    targets: ONE_TARGET,
    limits: anyOf(0, 2),
    rules: beginning(() => ({ aim: { givenUpTo: undefined } })),
  },
  {
    name: "a replacement gives up the number that its mark did not get",
    kind: "INSERT",
    targets: ONE_TARGET,
    limits: anyOf(2, 4),
    rules: {
      stepRemoval: (removal, event) => {
        const { action, ...next } = RULES.stepRemoval(removal, event);
        const isTooMuch = action.do === "finish" && !action.isMarked;
        return { ...next, action: isTooMuch ? { ...action, number: action.number + 1 } : action };
      },
    },
  },
  {
    name: "rows are taken for there unasked",
    kind: "INSERT",
    targets: TWO_TARGETS,
    limits: anyOf(1, 3),
    rules: told((event) => (event.is === "rows" ? { ...event, rows: "there" } : event)),
  },
  {
    name: "rows are not asked for again",
    kind: "INSERT",
    targets: ONE_TARGET,
    limits: anyOf(2, 4),
    rules: {
      step: (heart, event) => {
        const isAsked = event.is === "observed" && heart.asked.rows !== "unasked";
        const seenUpTo = isAsked ? (event.entries.at(-1)?.number ?? heart.recorded.number) : heart.asked.seenUpTo;
        return RULES.step({ ...heart, asked: { ...heart.asked, seenUpTo } }, event);
      },
    },
  },
  {
    name: "a number found taken is not recorded",
    kind: "INSERT",
    targets: ONE_TARGET,
    limits: anyOf(2, 3),
    rules: doing(({ heart, ...next }, _heart, event) =>
      event.is === "sent" && event.outcome === "taken" ? { heart } : { heart, ...next },
    ),
  },
  {
    name: "a submit without an answer counts as done",
    kind: "INSERT",
    targets: ONE_TARGET,
    limits: anyOf(1, 2),
    rules: doing(({ heart, save }, _heart, event) => {
      const isUnclear = event.is === "sent" && event.outcome === "unclear";
      return { heart, ...(save && { save: isUnclear ? { ...save, number: save.number + 1 } : save }) };
    }),
  },
  {
    name: "an end that nobody knows counts as unpublished",
    kind: "INSERT",
    targets: ONE_TARGET,
    limits: anyOf(1, 2),
    rules: told((event) => {
      if (event.is === "ended" && event.end === "unknown") return { ...event, end: "unpublished" };
      if (event.is !== "observed") return event;
      const known = (entry: Entry): Entry => (entry.is === "unknown" ? { ...entry, is: "unpublished" } : entry);
      return { ...event, entries: event.entries.map(known) };
    }),
  },
  {
    name: "a lost run counts as unpublished",
    kind: "INSERT",
    targets: ONE_TARGET,
    limits: anyOf(2, 2),
    rules: publishing((heart, event, published) =>
      event.is === "ended" && event.end === "lost" ? heart.accounted.published : published,
    ),
  },
  {
    name: "what may have been published before a success may still be the last",
    kind: "REPLACE",
    targets: ONE_TARGET,
    limits: anyOf(0, 3),
    rules: publishing((heart, event, published) =>
      event.is === "ended" && event.end === "success"
        ? publishedAfter(heart.accounted.published, wantedOf(heart), "unknown")
        : published,
    ),
  },
  {
    name: "what an INSERT has added is forgotten where another adds to it",
    kind: "INSERT",
    targets: ONE_TARGET,
    limits: anyOf(0, 3),
    rules: publishing((heart, event, published) =>
      event.is === "ended" && event.end === "success" ? [`${wantedOf(heart).content}+`] : published,
    ),
  },
  {
    name: "rows of an INSERT that are perhaps there are taken for there",
    kind: "INSERT",
    targets: ONE_TARGET,
    limits: anyOf(1, 2),
    rules: beginning((_aim, { published }) => ({
      before: { published: published.map((item) => item.replace("?", "")) },
    })),
  },
  {
    name: "a replacement gives up what other INSERTs have added",
    kind: "INSERT",
    targets: ONE_TARGET,
    limits: anyOf(0, 4),
    rules: seeing((entry, heart) => {
      const isGivenUp = heart !== undefined && entry.number <= (heart.aim.givenUpTo ?? 0) && "content" in entry;
      return isGivenUp && entry.content !== heart.aim.wanted.content ? [] : [entry];
    }),
  },
  {
    name: "a tombstone counts as a mark",
    kind: "INSERT",
    targets: TWO_TARGETS,
    limits: anyOf(1, 4),
    rules: seeing((entry) => [
      entry.is === "tombstone" ? { is: "mark", number: entry.number, taskId: entry.taskId } : entry,
    ]),
  },
  {
    name: "what runs for something else is left running",
    kind: "INSERT",
    targets: ONE_TARGET,
    limits: anyOf(1, 2),
    rules: seeing((entry, heart) =>
      heart && entry.is === "running" && entry.content !== heart.aim.wanted.content ? [] : [entry],
    ),
  },
  {
    name: "a create ends what loads into another target",
    kind: "INSERT",
    targets: TWO_TARGETS,
    limits: anyOf(1, 2),
    rules: beginning(() => ({ aim: { isNew: false } })),
  },
  {
    name: "what runs for what is wanted is not joined",
    kind: "INSERT",
    targets: ONE_TARGET,
    limits: anyOf(1, 2),
    rules: seeing((entry, heart) => (heart && entry.is === "running" ? [] : [entry])),
  },
  {
    name: "a task into another target counts for this one",
    kind: "REPLACE",
    targets: TWO_TARGETS,
    limits: anyOf(0, 3),
    rules: seeing((entry, heart) =>
      heart && (entry.is === "success" || entry.is === "unknown")
        ? [{ ...entry, target: heart.aim.wanted.target }]
        : [entry],
    ),
  },
  {
    name: "where it would stop and ask it loads",
    kind: "INSERT",
    targets: ONE_TARGET,
    limits: anyOf(1, 2),
    rules: doing((next) => {
      const { action, accounted } = next.heart;
      if (action.do !== "fail" || action.why !== "undecided") return next;
      return { heart: { ...next.heart, action: { do: "submit", number: accounted.number + 1 } } };
    }),
  },
  {
    name: "where it would stop and ask it takes the rows for the wanted ones",
    kind: "INSERT",
    targets: ONE_TARGET,
    limits: anyOf(1, 2),
    rules: doing((next) => {
      const { action, accounted } = next.heart;
      if (action.do !== "fail" || action.why !== "undecided") return next;
      return { heart: { ...next.heart, action: { do: "mark", number: accounted.number + 1 } } };
    }),
  },
  {
    name: "rows that are gone are taken for there",
    kind: "INSERT",
    targets: TWO_TARGETS,
    limits: anyOf(1, 3),
    rules: told((event) => (event.is === "rows" && event.rows === "gone" ? { ...event, rows: "there" } : event)),
  },
  {
    name: "what comes after a run is accounted for while it runs",
    kind: "INSERT",
    targets: ONE_TARGET,
    limits: anyOf(1, 3),
    rules: {
      ...doing(({ heart, save }) => {
        const isTooMuch = heart.action.do === "cancel" && save !== undefined;
        return { heart, ...(save && { save: isTooMuch ? { ...save, number: heart.accounted.number } : save }) };
      }),
      seenByRefresh: (recorded, target, entries, adoptTaskId) => {
        const seen = RULES.seenByRefresh(recorded, target, entries, adoptTaskId);
        return seen.is === "stale" ? { ...seen, number: entries.at(-1)?.number ?? seen.number } : seen;
      },
    },
  },
  {
    name: "the first of several tasks of a query is taken for all of it",
    kind: "INSERT",
    targets: ONE_TARGET,
    limits: { ...anyOf(1, 1), splits: 1 },
    rules: told((event) => (event.is === "planned" ? { ...event, tasks: 1 } : event)),
  },
  {
    name: "the adoption of a task is passed over in an update",
    kind: "INSERT",
    targets: TWO_CONTENTS,
    byHand: "A",
    limits: anyOf(0, 2),
    rules: beginning(({ isNew, adoptTaskId }) => ({ aim: { adoptTaskId: isNew ? adoptTaskId : undefined } })),
  },
  {
    name: "the adoption of a task that has ended is not noted",
    kind: "INSERT",
    targets: TWO_CONTENTS,
    byHand: "A",
    limits: anyOf(0, 3),
    rules: doing((next) => {
      const { action } = next.heart;
      return action.do === "noteAdopted" && !action.runs ? RULES.step(next.heart, unsent) : next;
    }),
  },
  {
    name: "the adoption of a task that runs is not noted",
    kind: "INSERT",
    targets: TWO_CONTENTS,
    byHand: "A",
    limits: anyOf(1, 2),
    rules: doing((next) => {
      const { action } = next.heart;
      const isNoted = action.do === "noteAdopted" && action.runs;
      return isNoted ? RULES.step(next.heart, { is: "sent", outcome: "accepted", isAnswered: true }) : next;
    }),
  },
  {
    name: "the adoption of a task is carried out for other content as well",
    kind: "REPLACE",
    targets: TWO_CONTENTS,
    byHand: "A",
    limits: anyOf(0, 2),
    rules: beginning(() => ({ before: { adoptedTaskId: undefined } })),
  },
  {
    name: "an adopted task is not known again by its note",
    kind: "REPLACE",
    targets: TWO_CONTENTS,
    byHand: "A",
    limits: anyOf(0, 3),
    rules: seeing((entry) => [entry.is !== "mark" && entry.isAdopted ? { ...entry, isAdopted: false } : entry]),
  },
  {
    name: "a refresh does not record that a task was adopted",
    kind: "INSERT",
    targets: TWO_CONTENTS,
    byHand: "A",
    limits: anyOf(1, 3),
    rules: {
      seenByRefresh: (recorded, target, entries) => RULES.seenByRefresh(recorded, target, entries, undefined),
    },
  },
  {
    name: "a task is adopted though its rows were written over",
    kind: "REPLACE",
    targets: TWO_CONTENTS,
    byHand: "A",
    limits: anyOf(1, 2),
    rules: told((event) =>
      event.is === "adoptee" && event.adoptee.is !== "forgotten"
        ? { ...event, adoptee: { ...event.adoptee, areWrittenOver: false } }
        : event,
    ),
  },
];
