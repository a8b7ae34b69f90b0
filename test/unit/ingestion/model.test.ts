/**
 * The rules of the sequence against every world that a model of Druid and of Pulumi's saves can reach with one mishap:
 * a kill or an interrupt at any point, an unanswered or late request, an end that nobody can know, cleaned history,
 * rows taken by somebody else. Nothing may be loaded twice or lost but by what `model/unknowables.ts` lists.
 */
import { describe, expect, test } from "@jest/globals";
import type { Entry, Situation } from "../../../src/ingestion/sequence";
import { explore } from "./model/explore";
import { RULES, type Rules } from "./model/rules";

const ONE_MISHAP = { all: 1, stops: 1, unanswered: 1, unknown: 1, forgets: 1, takes: 1 };
const ONE_TARGET = { A: "1", B: "1", C: "1" } as const;

const found = (kind: "INSERT" | "REPLACE", rules: Rules) =>
  explore({ rules, setting: { kind, targets: ONE_TARGET, mishaps: ONE_MISHAP } });

describe("model of the sequence", () => {
  test.each(["INSERT", "REPLACE"] as const)("%s: no fault is reached that somebody could have known of", (kind) => {
    const { worlds, fault } = found(kind, RULES);
    expect(fault).toBeUndefined();
    expect(worlds).toBeGreaterThan(5_000);
  });

  const known = <S extends Pick<Situation, "entries">>(situation: S): S => ({
    ...situation,
    entries: situation.entries.map(
      (entry): Entry => (entry.is === "unknown" ? { ...entry, is: "unpublished" } : entry),
    ),
  });
  const mutations: [string, Partial<Rules>][] = [
    ["a running record is not looked at again", { observeFrom: ({ number }) => number + 1 }],
    [
      "an end that nobody knows counts as unpublished",
      {
        account: (situation) => RULES.account(known(situation)),
        decide: (situation) => RULES.decide(known(situation)),
        publishedAfter: (published, content, end) =>
          RULES.publishedAfter(published, content, end === "unknown" ? "unpublished" : end),
      },
    ],
  ];

  test.each(mutations)("finds the fault where %s", (_, mutation) => {
    expect(found("INSERT", { ...RULES, ...mutation }).fault).toBeDefined();
  });
});
