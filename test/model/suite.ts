/**
 * The tests of one kind of statement; each kind is a file of its own, so that two run side by side.
 *
 * The search runs the code itself: it gives the steps of `src/ingestion/rules` every event that can follow each of
 * their actions. Operations: create, update to other content (A, B, C), the old text put back, refresh, `--replace`,
 * delete with and without drop, and the adoption of a task that somebody has started by hand. Between every two steps
 * of each: a kill, or an interrupt with its partial save; a request that is lost, that takes effect although its answer
 * is lost, or that takes effect later than everything else; a run that succeeds (also while it is being canceled), that
 * fails before it has published, or that fails without telling whether its rows were published; a query of which Druid
 * makes several tasks. Between operations: history cleaned up to any number, rows dropped by somebody else. Not in the
 * model: a rename, two engines at once, and history that is cleaned while a request is still on its way.
 */
import { afterAll, describe, expect, test } from "@jest/globals";
import { explore } from "./explore";
import { MUTATIONS } from "./mutations";
import { RULES } from "./rules";
import { DEPTHS } from "./settings";
import { UNKNOWABLES } from "./unknowables";
import type { Setting } from "./world";

/** Much more than it takes, for a machine that has other work. */
const TIMEOUT_MS = 30 * 60_000;

export function modelSuite(kind: Setting["kind"]): void {
  describe(`model of the sequence, ${kind}`, () => {
    const met = new Map<string, string[]>();
    const lines: string[] = [];
    afterAll(() => {
      const traces = [...met].map(([name, trace]) => `met: ${name}\n    ${trace.join("\n    ")}`);
      if (process.env.MODEL_TRACES) lines.push(...traces);
      process.stdout.write(`${lines.map((line) => `  ${kind} ${line}`).join("\n")}\n`);
    });

    test.each(DEPTHS.filter((depth) => (depth.kind ?? kind) === kind))(
      "$name: no fault that somebody could have known of",
      ({ name, targets, limits, byHand, retries, atLeast }) => {
        const started = performance.now();
        const found = explore({ rules: RULES, setting: { kind, targets, limits, byHand, retries } });
        const seconds = ((performance.now() - started) / 1_000).toFixed(1);
        lines.push(`${name}: ${found.worlds} worlds, ${found.steps} steps, ${seconds} s`);
        for (const [unknowable, trace] of found.met) {
          const shortest = met.get(unknowable);
          if (!shortest || trace.length < shortest.length) met.set(unknowable, trace);
        }
        expect(found.fault).toBeUndefined();
        expect(found.worlds).toBeGreaterThan(atLeast);
      },
      TIMEOUT_MS,
    );

    test("every fault that nobody can know of is met, so that the list has none too many", () => {
      const expected = UNKNOWABLES.filter((one) => (one.kind ?? kind) === kind).map(({ name }) => name);
      expect([...met.keys()].sort()).toEqual(expected.sort());
    });

    test.each(MUTATIONS.filter((mutation) => mutation.kind === kind))(
      "finds the fault where $name",
      ({ targets, limits, byHand, retries, rules }) => {
        const found = explore({ rules: { ...RULES, ...rules }, setting: { kind, targets, limits, byHand, retries } });
        expect(found.fault).toBeDefined();
      },
      TIMEOUT_MS,
    );
  });
}
