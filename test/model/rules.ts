/**
 * What the model asks of the code under test: the very functions of `src`, so that nothing can be right here and wrong
 * there. The mutations put others in their place.
 */
import { lostRun, observeFrom, settled } from "../../src/ingestion/record";
import { type Decision, decide, publishedAfter } from "../../src/ingestion/sequence";

export interface Rules {
  decide: typeof decide;
  observeFrom: typeof observeFrom;
  lostRun: typeof lostRun;
  settled: typeof settled;
  publishedAfter: typeof publishedAfter;
  /** What is recorded when nobody knows whether a submit has reached Druid. */
  unclear(decision: Pick<Decision, "number" | "published">): { number: number; published: readonly string[] };
  /** Whether a run that is wanted and there is fenced by a mark, and a delete as well. */
  marks: boolean;
  /** Up to which number a delete has given up all. */
  givenUpTo(number: number, isMarked: boolean): number;
  /** Whether the sequence is looked at after an adopted run that is there. */
  looksAfterAdopted: boolean;
  /** Whether rows are asked for again once more numbers are seen. */
  asksAgain: boolean;
  /** Whether it is recorded that a number was found taken: perhaps by our own request. */
  savesTaken: boolean;
}

export const RULES: Rules = {
  decide,
  observeFrom,
  lostRun,
  settled,
  publishedAfter,
  unclear: ({ number, published }) => ({ number, published }),
  marks: true,
  givenUpTo: (number, isMarked) => (isMarked ? number + 1 : number),
  looksAfterAdopted: true,
  asksAgain: true,
  savesTaken: true,
};
