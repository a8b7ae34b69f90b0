/**
 * Breaks of what the code does where people act beside it: they load by hand, rename, or write what becomes several
 * tasks.
 */
import { breaking, type Mutation, RARE } from "./breaking";

export const ACTS: readonly Mutation[] = [
  breaking(
    "src/ingestion/rules/adopt-steps",
    "the task to be adopted is passed over in an update, and its rows are loaded again",
    ({ adoptionFirst }) => ({
      adoptionFirst: (heart, decision, entries) =>
        heart.aim.isNew ? adoptionFirst(heart, decision, entries) : undefined,
    }),
  ),
  breaking("src/ingestion/rules/adopt-steps", "what cannot be adopted is loaded instead", ({ afterAdoptee }) => ({
    afterAdoptee: (heart, adoptee) => {
      const next = afterAdoptee(heart, adoptee);
      const isRefused = next.heart.action.do === "fail" && next.heart.action.why === "adoption";
      return isRefused ? { heart: { ...heart, action: { do: "submit", number: heart.accounted.number + 1 } } } : next;
    },
  })),
  breaking(
    "src/ingestion/sequence/marker",
    "the note of what was adopted is not read again, and its rows are loaded once more",
    ({ readMarker }) => ({
      readMarker: (text) => {
        const marker = readMarker(text);
        return marker?.is === "adopted" ? { is: "mark", urn: marker.urn } : marker;
      },
    }),
  ),
  breaking(
    "src/ingestion/sequence/marker",
    "the note of a former name is not read again, and what was loaded under it is loaded once more",
    ({ readMarker }) => ({
      readMarker: (text) => {
        const marker = readMarker(text);
        return marker?.is === "from" ? { is: "mark", urn: marker.urn } : marker;
      },
    }),
  ),
  breaking(
    "src/ingestion/sequence/locate",
    "a rename that was killed before it was saved is not followed",
    () => ({ locateSequence: async (_session, stored) => stored }),
    RARE,
  ),
  breaking(
    "src/ingestion/reconcile/one-task",
    "the first of several tasks of one statement is taken for all of it",
    () => ({ countTasks: async () => 1 }),
  ),
];
