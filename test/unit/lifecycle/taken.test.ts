import { describe, expect, test } from "@jest/globals";
import { faults, isRun } from "../../harness/fake";
import type { ProviderProcess } from "../../harness/virtual/process";
import { replace, setUp, type World } from "../../harness/virtual/setup";

const kill = (process: ProviderProcess) => process.kill();

/** Druid loses the run of C at once; half a minute later, the request of a killed process takes its id for B. */
async function taken(meanwhile?: (world: World) => (process: ProviderProcess) => void): Promise<World> {
  const world = setUp();
  const { fake, stack, later } = world;
  await stack.up({ query: replace("A") });
  fake.faults.add(faults.lateHang(30_000, { on: isRun }));
  await stack.up({ query: replace("B") }, { meanwhile: later(2_000, kill) });
  fake.plan(({ id, query }) => id.endsWith("-2") && query === replace("C"), { vanish: true });
  const outcome = await stack.up({ query: replace("C") }, meanwhile ? { meanwhile: meanwhile(world) } : {});
  if (!meanwhile) expect(outcome.error).toBeUndefined();
  return world;
}

describe("an id that Druid has lost and a late request of another process has taken", () => {
  test("is not followed as our own run: what is wanted is loaded under the next", async () => {
    const { fake, stack } = await taken();
    expect(fake.ledger.map(({ content }) => content)).toEqual([replace("A"), replace("B"), replace("C")]);
    expect(stack.outputs).toMatchObject({ state: "SUCCESS", number: 3, adopted: false });
  });

  test("is told from the recorded run by a refresh, and loaded over by the next `pulumi up`", async () => {
    const { clock, fake, stack } = await taken((world) => world.later(5_000, (process) => process.interrupt()));
    expect(stack.outputs).toMatchObject({ state: "RUNNING", number: 2 });
    await clock.advance(60_000);
    expect((await stack.refresh()).error).toBeUndefined();
    expect(stack.outputs).toMatchObject({ state: "STALE", number: 2 });
    expect((await stack.up({ query: replace("C") })).error).toBeUndefined();
    expect(fake.contentsOf("events")).toEqual([replace("C")]);
  });
});
