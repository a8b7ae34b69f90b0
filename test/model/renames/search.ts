/** Visits all worlds that operations can reach, with every outcome that each operation can have. */
import { type Rules, remove, up } from "./operations";
import { Fault, happen, other, type Run, Stopped, type World } from "./world";

export interface Found {
  worlds: number;
  fault: string[] | undefined;
}

type Operation = (run: Run) => void;

function operationsOf(rules: Rules, { record, left }: World): Operation[] {
  const renamed: Operation = (run) => {
    run.said.push("the program renames it");
    run.world = { ...run.world, name: other(run.world.name) };
  };
  const forgets: Operation = (run) => {
    run.said.push("the state is lost");
    run.world = { ...run.world, record: undefined, left: { ...run.world.left, forgets: run.world.left.forgets - 1 } };
  };
  return [
    (run) => up(rules, run, "A"),
    (run) => up(rules, run, "B"),
    renamed,
    ...(record ? [(run: Run) => remove(rules, run)] : []),
    ...(record && left.forgets > 0 ? [forgets] : []),
  ];
}

/** Runs one operation with each possible outcome, by returning to every choice until all alternatives were taken. */
function* waysOf(world: World, operation: Operation): Generator<{ world: World; said: string[]; fault?: string }> {
  const answers: number[] = [];
  for (;;) {
    let at = 0;
    const counts: number[] = [];
    const run: Run = {
      world,
      said: [],
      choose(count) {
        counts[at] = count;
        answers[at] ??= 0;
        at += 1;
        return answers[at - 1] ?? 0;
      },
    };
    let fault: string | undefined;
    try {
      happen(run);
      operation(run);
    } catch (error) {
      if (error instanceof Fault) fault = error.message;
      else if (error instanceof Stopped) stopped(run);
      else throw error;
    }
    yield { world: run.world, said: run.said, ...(fault !== undefined && { fault }) };
    answers.length = at;
    while (at > 0 && (answers[at - 1] ?? 0) + 1 >= (counts[at - 1] ?? 0)) at -= 1;
    if (at === 0) return;
    answers.length = at;
    answers[at - 1] = (answers[at - 1] ?? 0) + 1;
  }
}

/** Nothing is saved: if the old text is put back, nobody can see what a killed update has changed. */
function stopped(run: Run): void {
  run.said.push("kill");
  if (run.world.record) run.world = { ...run.world, blind: true };
}

export function search(rules: Rules, left: World["left"]): Found {
  const first: World = {
    ...{ tasks: { "1": [], "2": [] }, flying: [], rows: [], record: undefined, name: "1", blind: false, left },
  };
  const known = new Map<string, { from: string; said: string[] }>([[JSON.stringify(first), { from: "", said: [] }]]);
  const waiting: World[] = [first];
  for (let world = waiting.shift(); world !== undefined; world = waiting.shift()) {
    const { operations } = world.left;
    if (operations === 0) continue;
    const from = JSON.stringify(world);
    const before = { ...world, left: { ...world.left, operations: operations - 1 } };
    for (const operation of operationsOf(rules, before)) {
      for (const { world: after, said, fault } of waysOf(before, operation)) {
        if (fault !== undefined) return { worlds: known.size, fault: [...traceTo(known, from), ...said, fault] };
        const text = JSON.stringify(after);
        if (known.has(text)) continue;
        known.set(text, { from, said });
        waiting.push(after);
      }
    }
  }
  return { worlds: known.size, fault: undefined };
}

function traceTo(known: ReadonlyMap<string, { from: string; said: string[] }>, text: string): string[] {
  const found = known.get(text);
  return found ? [...traceTo(known, found.from), ...found.said] : [];
}
