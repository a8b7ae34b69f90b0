/** A stack, a fake Druid and virtual time, ready to be told what goes wrong. */
import { FakeDruid, type FakeDruidOptions, VirtualClock } from "../fake";
import type { ProviderProcess } from "./process";
import { Stack, type StackOptions } from "./stack";

export const URL = "http://router:8888";

/** Statements by what they write; the letter makes two of a kind different. */
export const replace = (letter: string, target = "events"): string =>
  `REPLACE INTO "${target}" OVERWRITE ALL SELECT '${letter}' AS "letter" PARTITIONED BY ALL`;
export const insert = (letter: string, target = "events"): string =>
  `INSERT INTO "${target}" SELECT '${letter}' AS "letter" PARTITIONED BY ALL`;

export interface World {
  clock: VirtualClock;
  fake: FakeDruid;
  stack: Stack;
  /** Acts on a process so long after its command began. */
  later(ms: number, act: (process: ProviderProcess) => void): (process: ProviderProcess) => void;
}

export function setUp(druid: Partial<FakeDruidOptions> = {}, options: Partial<StackOptions> = {}): World {
  const clock = new VirtualClock();
  const fake = new FakeDruid({ clock, ...druid });
  const stack = new Stack({ fake, clock, config: { "druid:url": URL }, direct: true, ...options });
  return {
    clock,
    fake,
    stack,
    later: (ms, act) => (process) => {
      clock.sleep(ms).then(
        () => act(process),
        () => undefined,
      );
    },
  };
}
