/** What may be forgotten of a task that is to be adopted. */
import { beginning, doing, type Mutation, seeing, told, unsent } from "./breaking";
import { RULES } from "./rules";
import { anyOf, TWO_CONTENTS } from "./settings";

export const ADOPTION_MUTATIONS: readonly Mutation[] = [
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
      return isNoted ? RULES.step(next.heart, { is: "sent", outcome: "accepted" }) : next;
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
