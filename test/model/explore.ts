/**
 * Goes through every world that can be reached: those with the fewest mishaps and operations first, and of these the
 * nearest first, so that a trace to a fault is a short one.
 */
import { happenings, type Step } from "./druid";
import { beginnings, step, stops } from "./engine";
import { Known } from "./known";
import { begun, mayBegin, spentBetween } from "./left";
import { textOf } from "./text";
import { COVERS_ALL, UNKNOWABLES } from "./unknowables";
import { begin, type Given, type World } from "./world";

export interface Found {
  worlds: number;
  steps: number;
  /** A trace to a fault that no unknowable covers, its last line the fault. */
  fault: string[] | undefined;
  /** For each unknowable that was met, a trace to it. */
  met: Map<string, string[]>;
}

function stepsFrom(given: Given, world: World): Step[] {
  const { operation, left } = world;
  if (operation) {
    return [...happenings(given, world), ...step(given, world, operation), ...stops(given, world, operation)];
  }
  if (!mayBegin(left)) return happenings(given, world);
  return [...happenings(given, world), ...beginnings(given, { ...world, left: begun(left) })];
}

export function explore(given: Given): Found {
  const { setting } = given;
  const known = new Known();
  const met = new Map<string, string[]>();
  const trace = (ways: readonly number[], fault: string) => [...replay(given, ways), fault];
  // By what has been spent; `ids` are the numbers of the worlds in `known`.
  const waiting: { worlds: World[]; ids: number[] }[] = [];
  const wait = (world: World, id: number, spent: number) => {
    while (waiting.length <= spent) waiting.push({ worlds: [], ids: [] });
    waiting[spent]?.worlds.push(world);
    waiting[spent]?.ids.push(id);
  };
  const first = begin(setting);
  known.add(textOf(setting, first), first.left, -1, 0);
  wait(first, 0, 0);
  let steps = 0;
  for (let spent = 0; spent < waiting.length; spent += 1) {
    for (let rank = waiting[spent]; rank && rank.worlds.length > 0; rank = waiting[spent]) {
      waiting[spent] = { worlds: [], ids: [] };
      for (const [at, world] of rank.worlds.entries()) {
        const id = rank.ids[at] ?? 0;
        const nexts = stepsFrom(given, world);
        for (let way = 0; way < nexts.length; way += 1) {
          const { world: after, fault } = nexts[way] as Step;
          steps += 1;
          if (fault) {
            const flags = world.flags | after.flags;
            const covered = UNKNOWABLES.find(({ covers }) => covers(fault, flags));
            const ways = () => [...known.waysTo(id), way];
            if (!covered) return { worlds: known.size, steps, fault: trace(ways(), fault.what), met };
            if (!met.has(covered.name)) met.set(covered.name, trace(ways(), fault.what));
          }
          if (isCovered(after)) continue;
          const newId = known.add(textOf(setting, after), after.left, id, way);
          if (newId !== undefined) wait(after, newId, spent + spentBetween(world.left, after.left));
        }
      }
    }
  }
  return { worlds: known.size, steps, fault: undefined, met };
}

/** Whatever comes of it is listed: only the end of a further operation could put an end to that. */
const isCovered = ({ flags, left }: World): boolean => (flags & COVERS_ALL) !== 0 && !mayBegin(left);

function replay(given: Given, ways: readonly number[]): string[] {
  let world = begin(given.setting);
  return ways.map((way) => {
    const next = stepsFrom(given, world)[way] as Step;
    world = next.world;
    return next.label;
  });
}
