/**
 * Breaks of the code that a simulation has to find: each a slip that is easily made, and that costs a user rows. Each
 * stands around what a module exports, so that no change of a line breaks a break, and the compiler holds it to the
 * code.
 */
import { breaking, doing, type Mutation, RARE } from "./breaking";
import { ACTS } from "./mutations-acts";

export const MUTATIONS: readonly Mutation[] = [
  breaking(
    "src/ingestion/rules/sequence",
    "an INSERT that may have published is run again without a question: its rows are there twice",
    ({ decide }) => ({
      decide: (situation) => {
        const decision = decide(situation);
        return decision.do === "stopAndAsk" ? { ...decision, do: "submit" } : decision;
      },
    }),
  ),
  breaking(
    "src/ingestion/rules/published",
    "a failed run of which nobody can say whether it published counts as one that did not",
    ({ publishedAfter }) => ({
      publishedAfter: (published, load, end) =>
        publishedAfter(published, load, end === "unknown" ? "unpublished" : end),
    }),
  ),
  breaking(
    "src/ingestion/rules/published",
    "what an INSERT has added is forgotten when the next one adds to it, and loaded again when it is wanted again",
    ({ publishedAfter }) => ({
      publishedAfter: (published, load, end) =>
        publishedAfter(end === "success" && load.kind === "INSERT" ? [] : published, load, end),
    }),
  ),
  breaking(
    "src/ingestion/rules/sequence",
    "what runs though it is not wanted any more is left to publish its rows over the wanted ones",
    ({ decide }) => ({
      decide: (situation) => {
        const { content } = situation.wanted;
        const entries = situation.entries.filter((entry) => entry.is !== "running" || entry.content === content);
        return decide({ ...situation, entries });
      },
    }),
  ),
  breaking(
    "src/ingestion/rules/sequence",
    "a second run is started beside the one that a killed process has left running",
    ({ decide }) => ({
      decide: (situation) =>
        decide({ ...situation, entries: situation.entries.filter((entry) => entry.is !== "running") }),
    }),
  ),
  breaking(
    "src/ingestion/rules/sequence",
    "rows that somebody has dropped are taken for there, and never loaded again",
    ({ decide }) => ({
      decide: (situation) => decide({ ...situation, rows: situation.rows === "gone" ? "there" : situation.rows }),
    }),
    RARE,
  ),
  breaking(
    "src/ingestion/run/wait",
    "FAILED is taken for 'nothing was published', though Druid publishes before it reports",
    ({ awaitEnd }) => ({
      awaitEnd: async (session, taskId) => {
        const end = await awaitEnd(session, taskId);
        return end.is === "unknown" ? { ...end, is: "unpublished" } : end;
      },
    }),
  ),
  breaking("src/ingestion/run/wait", "a task that Druid has lost is waited for without end", ({ awaitEnd }) => ({
    awaitEnd: async (session, taskId) => {
      for (;;) {
        const end = await awaitEnd(session, taskId);
        if (end.is !== "lost") return end;
      }
    },
  })),
  breaking(
    "src/ingestion/rules/outcomes",
    "a number that may have been taken is recorded as accounted for, and never looked at again",
    ({ afterSubmit }) => ({
      afterSubmit: (heart, number, outcome) => {
        const { save, ...next } = afterSubmit(heart, number, outcome);
        return outcome === "unclear" && save
          ? { ...next, save: { ...save, number } }
          : { ...next, ...(save && { save }) };
      },
    }),
  ),
  breaking("src/ingestion/rules/outcomes", "a failed run that may have published is repeated", ({ afterRun }) => ({
    afterRun: (heart, run, ended) =>
      afterRun(heart, run, ended.end === "unknown" ? { ...ended, end: "unpublished" } : ended),
  })),
  breaking(
    "src/ingestion/rules/load",
    "nothing fences the next number, and a late request of a dead process loads again",
    doing((next, real) =>
      next.heart.action.do === "mark" ? real.step(next.heart, { is: "sent", outcome: "accepted" }) : next,
    ),
    RARE,
  ),
  breaking(
    "src/ingestion/rules/load",
    "a run recorded as RUNNING is not looked at again, and is run a second time",
    ({ begin }) => ({
      begin: (aim, before) => begin(aim, { ...before, state: before.state === "RUNNING" ? "STALE" : before.state }),
    }),
  ),
  breaking(
    "src/ingestion/rules/record",
    "numbers behind one that still runs are recorded as accounted for",
    ({ settled }) => ({
      settled: (recorded, wanted, entries, givenUpTo) => {
        const now = settled(recorded, wanted, entries, givenUpTo);
        return { ...now, number: Math.max(now.number, entries.at(-1)?.number ?? 0) };
      },
    }),
    RARE,
  ),
  breaking(
    "src/ingestion/rules/published",
    "a run that Druid has forgotten counts as one that published nothing",
    ({ publishedAfter }) => ({
      publishedAfter: (published, load, end) => publishedAfter(published, load, end === "lost" ? "unpublished" : end),
    }),
    RARE,
  ),
  breaking(
    "src/ingestion/run/end-of-task",
    "a failed run without a report counts as one that published nothing",
    ({ endOf }) => ({
      endOf: async (client, clock, status, options) => {
        const end = await endOf(client, clock, status, options);
        return end.report === undefined ? { ...end, ending: "unpublished" } : end;
      },
    }),
    RARE,
  ),
  breaking(
    "src/ingestion/rules/ending",
    "the report of a second life is believed about what the first has published",
    ({ endingOf }) => ({
      endingOf: (status, report) => {
        const error = report?.payload.status.errorReport?.error;
        const isSecondLife = error?.errorCode === "UnknownError" && /already exists/i.test(error.errorMessage ?? "");
        return isSecondLife ? "unpublished" : endingOf(status, report);
      },
    }),
    RARE,
  ),
  breaking(
    "src/ingestion/rules/removal",
    "nothing fences the sequence of what was deleted: a late request loads into it",
    ({ stepRemoval }) => ({
      stepRemoval: (removal, event) => {
        const next = stepRemoval(removal, event);
        return next.action.do === "mark" ? stepRemoval(next, { is: "sent", outcome: "accepted" }) : next;
      },
    }),
  ),
  breaking(
    "src/ingestion/rules/refresh",
    "a refresh records of a failed run that it published nothing",
    ({ publishedAtEnd }) => ({
      publishedAtEnd: (recorded, end) => (end === "unknown" ? recorded.published : publishedAtEnd(recorded, end)),
    }),
    RARE,
  ),
  breaking("src/lifecycle/state", "a run that was interrupted or failed passes for done", ({ readState }) => ({
    readState: (outputs) => ({ ...readState(outputs), state: "SUCCESS" }),
  })),
  breaking(
    "src/ingestion/sequence/key",
    "Druid has another id than the one we look for, so that nothing fences a second submit and nobody finds the first",
    ({ sqlQueryIdOf }) => {
      let sent = 0;
      return {
        sqlQueryIdOf: (key, number) => {
          sent += 1;
          return sqlQueryIdOf(`${key}-${sent}`, number);
        },
      };
    },
  ),
  breaking(
    "src/ingestion/rules/removal",
    "a run recorded as RUNNING goes on after its ingestion was deleted",
    ({ beginRemoval }) => ({
      beginRemoval: (aim, recorded) => beginRemoval(aim, { ...recorded, state: "STALE" }),
    }),
    RARE,
  ),
  breaking(
    "src/ingestion/rules/load",
    "another's run under an id that Druid had lost is taken for our own",
    ({ step }) => ({
      step: (heart, event) =>
        step(heart, event.is === "ended" && event.end === "another" ? { ...event, end: "success" } : event),
    }),
    RARE,
  ),
  ...ACTS,
];
