/** One test for each recorded case. */
import { expect, test } from "@jest/globals";
import { type Case, type Observed, readCases } from "./cases";
import { differences } from "./compare";
import { replay } from "./replay";
import type { SdkName } from "./sandbox";
import { inSlot } from "./slots";

/** With a queue before it, and the machine busy with other tests. */
const patienceMs = 600_000;

export function recordedCases(sdk: SdkName): void {
  for (const one of readCases({ recorded: true }).filter((each) => (each.sdk ?? sdk) === sdk)) {
    test.concurrent(`${one.name}: ${one.why}`, () => inSlot(() => holds(one, sdk)), patienceMs);
  }
}

async function holds(one: Case, sdk: SdkName): Promise<void> {
  const found: string[] = [];
  let steps = 0;
  let before: { recorded: Observed; here: Observed } | undefined;
  await replay(one, sdk, (here, index) => {
    const recorded = one.recorded[index];
    if (recorded === undefined) throw new Error(`step ${index} of ${one.name} was not recorded`);
    steps++;
    for (const text of differences(recorded, here, before)) found.push(`step ${index} (${here.command}), ${text}`);
    before = { recorded, here };
  });
  expect(found).toEqual([]);
  expect(steps).toBe(one.recorded.length);
}
