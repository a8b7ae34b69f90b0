/**
 * Rules as they would be with one thought left out, each with the smallest setting that was seen to find the fault in
 * it. A model that does not find them proves nothing.
 */
import { account, type Entry, type Situation } from "../../src/ingestion/sequence";
import { RULES, type Rules } from "./rules";
import { anyOf, ONE_TARGET, TWO_TARGETS } from "./settings";
import type { Setting } from "./world";

interface Mutation extends Setting {
  name: string;
  rules: Partial<Rules>;
}

/** The rules where something else is seen than what is there. */
function seeing(change: (entry: Entry) => Entry[]): Partial<Rules> {
  return {
    decide: (situation) => RULES.decide({ ...situation, entries: situation.entries.flatMap(change) }),
    settled: (recorded, target, entries, givenUpTo) =>
      RULES.settled(recorded, target, entries.flatMap(change), givenUpTo),
  };
}

function deciding(change: (situation: Situation) => Partial<Situation>): Partial<Rules> {
  return { decide: (situation) => RULES.decide({ ...situation, ...change(situation) }) };
}

const isRunning = (entry: Entry): boolean => entry.is === "running";

export const MUTATIONS: readonly Mutation[] = [
  {
    name: "a running record is not looked at again",
    kind: "INSERT",
    targets: ONE_TARGET,
    limits: anyOf(1, 2),
    rules: { observeFrom: ({ number }) => number + 1 },
  },
  {
    name: "a run that Druid has forgotten is forgotten here too",
    kind: "INSERT",
    targets: ONE_TARGET,
    limits: anyOf(2, 2),
    rules: { lostRun: () => undefined },
  },
  {
    name: "nothing is fenced by a mark",
    kind: "INSERT",
    targets: ONE_TARGET,
    limits: anyOf(1, 2),
    rules: { marks: false },
  },
  {
    name: "a replacement knows nothing of what its delete gave up",
    kind: "INSERT",
    targets: ONE_TARGET,
    limits: anyOf(0, 2),
    rules: { givenUpTo: () => 0 },
  },
  {
    name: "a replacement gives up the number that its mark did not get",
    kind: "INSERT",
    targets: ONE_TARGET,
    limits: anyOf(2, 4),
    rules: { givenUpTo: (number) => number + 1 },
  },
  {
    name: "rows are taken for there unasked",
    kind: "INSERT",
    targets: TWO_TARGETS,
    limits: anyOf(1, 3),
    rules: deciding(({ rows }) => ({ rows: rows === "unasked" ? "there" : rows })),
  },
  {
    name: "rows are not asked for again",
    kind: "INSERT",
    targets: ONE_TARGET,
    limits: anyOf(2, 4),
    rules: { asksAgain: false },
  },
  {
    name: "an adopted run is the end, whatever came after it",
    kind: "REPLACE",
    targets: ONE_TARGET,
    limits: anyOf(2, 5),
    rules: { looksAfterAdopted: false },
  },
  {
    name: "a number found taken is not recorded",
    kind: "INSERT",
    targets: ONE_TARGET,
    limits: anyOf(2, 3),
    rules: { savesTaken: false },
  },
  {
    name: "a submit without an answer counts as done",
    kind: "INSERT",
    targets: ONE_TARGET,
    limits: anyOf(1, 2),
    rules: {
      unclear: ({ number, published }) => ({ number: number + 1, published }),
    },
  },
  {
    name: "an end that nobody knows counts as unpublished",
    kind: "INSERT",
    targets: ONE_TARGET,
    limits: anyOf(1, 2),
    rules: {
      ...seeing((entry) => [entry.is === "unknown" ? { ...entry, is: "unpublished" } : entry]),
      publishedAfter: (published, content, end) =>
        RULES.publishedAfter(published, content, end === "unknown" ? "unpublished" : end),
    },
  },
  {
    name: "a lost run counts as unpublished",
    kind: "INSERT",
    targets: ONE_TARGET,
    limits: anyOf(2, 2),
    rules: {
      publishedAfter: (published, content, end) =>
        RULES.publishedAfter(published, content, end === "lost" ? "unpublished" : end),
      lostRun: () => undefined,
    },
  },
  {
    name: "what may have been published before a success may still be the last",
    kind: "REPLACE",
    targets: ONE_TARGET,
    limits: anyOf(0, 3),
    rules: {
      publishedAfter: (published, content, end) =>
        RULES.publishedAfter(published, content, end === "success" ? "unknown" : end),
    },
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
    rules: deciding(({ entries, wanted }) => ({
      entries: entries.filter((entry) => entry.is !== "running" || entry.content === wanted.content),
    })),
  },
  {
    name: "what runs for what is wanted is not joined",
    kind: "INSERT",
    targets: ONE_TARGET,
    limits: anyOf(1, 2),
    rules: deciding(({ entries }) => ({
      entries: entries.filter((entry) => !isRunning(entry)),
    })),
  },
  {
    name: "a task into another target counts for this one",
    kind: "INSERT",
    targets: TWO_TARGETS,
    limits: anyOf(0, 3),
    rules: deciding(({ entries, wanted }) => ({
      entries: entries.map((entry) =>
        entry.is === "success" || entry.is === "unknown" ? { ...entry, target: wanted.target } : entry,
      ),
    })),
  },
  {
    name: "where it would stop and ask it loads",
    kind: "INSERT",
    targets: ONE_TARGET,
    limits: anyOf(1, 2),
    rules: {
      decide: (situation) => {
        const decision = RULES.decide(situation);
        return decision.do === "stopAndAsk" ? { ...decision, do: "submit" } : decision;
      },
    },
  },
  {
    name: "where it would stop and ask it takes the rows for the wanted ones",
    kind: "INSERT",
    targets: ONE_TARGET,
    limits: anyOf(1, 2),
    rules: {
      decide: (situation) => {
        const decision = RULES.decide(situation);
        const { content } = situation.wanted;
        return decision.do === "stopAndAsk" ? { ...decision, published: [content], do: "keep" } : decision;
      },
    },
  },
  {
    name: "rows that are gone are taken for there",
    kind: "INSERT",
    targets: TWO_TARGETS,
    limits: anyOf(1, 3),
    rules: deciding(({ rows }) => ({ rows: rows === "gone" ? "there" : rows })),
  },
  {
    name: "what comes after a run is accounted for while it runs",
    kind: "INSERT",
    targets: ONE_TARGET,
    limits: anyOf(1, 3),
    rules: {
      settled: (recorded, target, entries, givenUpTo) =>
        account({
          wanted: { target },
          recorded: { number: RULES.observeFrom(recorded) - 1, published: recorded.published },
          entries,
          lost: RULES.lostRun(recorded, entries),
          givenUpTo,
        }),
    },
  },
];
