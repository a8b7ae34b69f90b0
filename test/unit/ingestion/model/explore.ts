/**
 * Goes through every world that can be reached: those with the fewest mishaps first, and of these the nearest first, so
 * that a trace to a fault is a short one.
 */
import { happenings, type Step } from "./druid";
import { beginnings, step, stops } from "./engine";
import { textOf } from "./text";
import { UNKNOWABLES } from "./unknowables";
import { begin, type Given, type World } from "./world";

export interface Found {
  worlds: number;
  steps: number;
  /** A trace to a fault that no unknowable covers, its last line the fault. */
  fault: string[] | undefined;
  /** For each unknowable that was met, a trace to it. */
  met: Map<string, string[]>;
}

/** How a world was reached; the worlds on the way are not kept. */
interface Way {
  label: string;
  from: Way | undefined;
}

function stepsFrom(given: Given, world: World): Step[] {
  const { operation } = world;
  if (!operation) return [...happenings(given, world), ...beginnings(given, world)];
  return [...happenings(given, world), ...step(given, world, operation), ...stops(given, world, operation)];
}

export function explore(given: Given): Found {
  const known = new Known();
  const met = new Map<string, string[]>();
  // By how many mishaps may still come.
  const waiting: { world: World; way: Way | undefined }[][] = [];
  for (let left = given.setting.mishaps.all; left >= 0; left -= 1) waiting.push([]);
  waiting[0]?.push({ world: begin(given.setting), way: undefined });
  let steps = 0;
  for (const [spent, rank] of waiting.entries()) {
    while (rank.length > 0)
      for (const { world, way } of rank.splice(0)) {
        for (const { label, world: after, fault } of stepsFrom(given, world)) {
          steps += 1;
          const next = { label, from: way };
          if (fault) {
            const flags = world.flags | after.flags;
            const covered = UNKNOWABLES.find(({ covers }) => covers(fault, flags));
            const trace = () => [...traceTo(next), fault.what];
            if (!covered) return { worlds: known.size, steps, fault: trace(), met };
            if (!met.has(covered.name)) met.set(covered.name, trace());
          }
          if (!known.add(textOf(given.setting, after), after)) continue;
          waiting[spent + world.left.all - after.left.all]?.push({ world: after, way: next });
        }
      }
  }
  return { worlds: known.size, steps, fault: undefined, met };
}

function traceTo(last: Way): string[] {
  const trace: string[] = [];
  for (let at: Way | undefined = last; at; at = at.from) trace.unshift(at.label);
  return trace;
}

/** Four bits for each kind of mishap, the highest of them free. */
const FREE_BITS = 0x88888;

/**
 * The worlds that were reached, each with the mishaps that could still come. The same world with more of them to come
 * has all the futures of one with fewer.
 */
class Known {
  private readonly left = new Map<string, number[]>();
  size = 0;

  /** False where nothing new can come of it. */
  add(text: string, { left }: World): boolean {
    const { all, stops: stopped, unanswered, unknown, forgets, takes } = left;
    let packed = 0;
    for (const count of [stopped, unanswered, unknown, forgets, takes]) packed = packed * 16 + Math.min(count, all);
    const before = this.left.get(text);
    if (before?.some((more) => (((more | FREE_BITS) - packed) & FREE_BITS) === FREE_BITS)) return false;
    if (before) before.push(packed);
    else this.left.set(text, [packed]);
    this.size += 1;
    return true;
  }
}
