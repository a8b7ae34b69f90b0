/**
 * The code under test as it would be with one thought left out, each with the smallest setting that was seen to find
 * the fault in it. A model that does not find them proves nothing.
 */
import { beginning, doing, losing, type Mutation, seeing, told, unsent } from "./breaking";
import { ADOPTION_MUTATIONS } from "./mutations-adoption";
import { PUBLISHED_MUTATIONS } from "./mutations-published";
import { RULES } from "./rules";
import { anyOf, ONE_TARGET, TWO_TARGETS } from "./settings";

export const MUTATIONS: readonly Mutation[] = [
  {
    name: "a running record is not looked at again",
    kind: "INSERT",
    targets: ONE_TARGET,
    limits: anyOf(1, 2),
    rules: beginning((_aim, { state }) => ({ before: { state: state === "RUNNING" ? "STALE" : state } })),
  },
  {
    name: "a failed run that may have published is repeated by itself",
    kind: "INSERT",
    targets: ONE_TARGET,
    retries: 1,
    limits: anyOf(1, 1),
    rules: told((event) =>
      event.is === "ended" && event.end === "unknown" ? { ...event, end: "unpublished" } : event,
    ),
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
  ...PUBLISHED_MUTATIONS,
  ...ADOPTION_MUTATIONS,
];
