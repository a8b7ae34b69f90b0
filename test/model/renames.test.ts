/** Searches all renames of an ingestion to and fro, with kills, lost answers, late requests and a lost state. */
import { describe, expect, test } from "@jest/globals";
import type { Rules } from "./renames/operations";
import { RULES } from "./renames/rules";
import { search } from "./renames/search";
import type { World } from "./renames/world";

const { beginRename, stepRename } = RULES;
const NONE: World["left"] = { operations: 3, stops: 0, lost: 0, forgets: 0 };

interface Mutation {
  name: string;
  left: Partial<World["left"]>;
  rules: Partial<Rules>;
}

/** The code with one rule left out, each with the smallest search that finds the fault. */
const MUTATIONS: readonly Mutation[] = [
  {
    name: "an update that was killed after its rename is not followed",
    left: { operations: 4, stops: 1 },
    rules: { continuedUnder: () => undefined },
  },
  {
    name: "a new resource does not look under its alias",
    left: { stops: 1 },
    rules: {
      beginRename: (aim, recorded) => {
        const rename = beginRename(aim, recorded);
        return recorded ? rename : { ...rename, action: { do: "finish", number: undefined, recorded } };
      },
    },
  },
  {
    name: "nothing fences the old name from what a killed create has sent",
    left: { stops: 1 },
    rules: {
      stepRename: (rename, event) => {
        const next = stepRename(rename, event);
        const { action, moved } = next;
        const isFence = action.do === "fence" && rename.recorded === undefined && moved.number === undefined;
        return isFence ? { ...next, action: { do: "finish", number: undefined, recorded: undefined } } : next;
      },
    },
  },
  {
    name: "the note leaves out the last run under the old name",
    left: { operations: 4, forgets: 1 },
    rules: {
      stepRename: (rename, event) => {
        const next = stepRename(rename, event);
        const { action } = next;
        return action.do === "note" ? { ...next, action: { ...action, upTo: action.upTo - 1 } } : next;
      },
    },
  },
  {
    name: "what still runs under the old name is recorded as accounted for",
    left: { stops: 1, operations: 4 },
    rules: {
      stepRename: (rename, event) => {
        const next = stepRename(rename, event);
        const { number, recorded } = next.moved;
        if (event.is !== "observed" || number === undefined || !recorded) return next;
        return { ...next, moved: { ...next.moved, recorded: { ...recorded, number } } };
      },
    },
  },
];

describe("model of renames", () => {
  test.each([
    { ...NONE, operations: 5, stops: 1, forgets: 1, atLeast: 20_000 },
    { ...NONE, operations: 4, stops: 2, atLeast: 8_000 },
    { ...NONE, operations: 4, stops: 1, lost: 1, forgets: 1, atLeast: 20_000 },
  ])(
    "%j: no row twice, none lost, nothing left behind",
    ({ atLeast, ...left }) => {
      const { worlds, fault } = search(RULES, left);
      expect(fault).toBeUndefined();
      expect(worlds).toBeGreaterThan(atLeast);
    },
    1_800_000,
  );

  test.each(MUTATIONS)("finds the fault where $name", ({ left, rules }) => {
    expect(search({ ...RULES, ...rules }, { ...NONE, ...left }).fault).toBeDefined();
  });
});
