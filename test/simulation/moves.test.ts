/**
 * Every change of a program of two ingestions, in each order: they move, swap, take each other's place, come and go.
 * Either the rows are as the new program says, or it is refused in preview; what goes otherwise than asked is told.
 */
import { describe, expect, test } from "@jest/globals";
import type { Properties } from "../../src/lifecycle";
import { insert, replace } from "../harness/virtual/setup";
import { Pair, type Program, type Way } from "./pair";

interface Load {
  dataSource: string;
  kind: "INSERT" | "REPLACE";
  letter: string;
  drops: boolean;
}

type Plan = Readonly<Record<string, Load>>;

/** All take minutes: one in so many changes, a prime, so that all kinds are among them. `MOVES_EVERY=1` tries all. */
const EVERY = Number(process.env.MOVES_EVERY ?? 29);

const NAMES = ["a", "b"];
const WAYS: readonly Way[] = [NAMES, [...NAMES].reverse()].flatMap((names) => [
  { names, checksFirst: false },
  { names, checksFirst: true },
]);

const loads = (sources: string[], letters: string[], drops: boolean[]): Load[] =>
  sources.flatMap((dataSource) =>
    letters.flatMap((letter) =>
      (["INSERT", "REPLACE"] as const).flatMap((kind) =>
        drops.map((isDropped) => ({ dataSource, kind, letter, drops: isDropped })),
      ),
    ),
  );

const textOf = ({ kind, letter, dataSource }: Load) => (kind === "INSERT" ? insert : replace)(letter, dataSource);

const programOf = (plan: Plan): Program =>
  Object.fromEntries(
    Object.entries(plan).map(([name, load]): [string, Properties] => [
      name,
      { query: textOf(load), ...(load.drops && { onDelete: "dropDatasource" }) },
    ]),
  );

/** A REPLACE of all beside another load into the same datasource contradicts itself: the last one wins. */
function isSound(plan: Plan): boolean {
  const [a, b] = [plan.a, plan.b];
  if (!a || !b || a.dataSource !== b.dataSource) return true;
  return a.kind === "INSERT" && b.kind === "INSERT" && a.letter !== b.letter;
}

function* plans(): Generator<{ before: Plan; after: Plan }> {
  const both = [false, true];
  const befores = loads(["x"], ["A"], both).flatMap((a) => loads(["x", "y"], ["B"], both).map((b) => ({ a, b })));
  const afters = [undefined, ...loads(["x", "y", "z"], ["A", "B"], [false])];
  for (const before of befores.filter(isSound))
    for (const a of afters)
      for (const b of afters) {
        const after = { ...(a && { a }), ...(b && { b }) };
        if (isSound(after)) yield { before, after };
      }
}

/** What is wrong with how the change went; undefined if nothing is. */
async function faultOf(before: Plan, after: Plan, way: Way): Promise<string | undefined> {
  const pair = new Pair();
  const first = await pair.up(programOf(before), way);
  if (first.error !== undefined) return `the first run: ${first.error}`;
  const stood = rowsOf(pair);
  const program = programOf(after);
  const { refused, told } = await pair.preview(program, way);
  if (refused.length > 0) return rowsOf(pair) === stood ? undefined : "refused, but the rows are others";
  const done = await pair.up(program, way);
  if (done.error !== undefined) return `not refused in preview, but then: ${done.error}`;
  const wrong = wrongRows(pair, { before, after }, told, done.told);
  return wrong ?? ((await pair.up(program, way)).requests > 0 ? "not settled" : undefined);
}

const SOURCES = ["x", "y", "z"];
const rowsOf = ({ fake }: Pair) => JSON.stringify(SOURCES.map((source) => fake.contentsOf(source)));

function wrongRows(
  { fake }: Pair,
  { before, after }: { before: Plan; after: Plan },
  told: string[],
  toldLater: string[],
): string | undefined {
  for (const source of SOURCES) {
    const found = fake.contentsOf(source);
    const loaders = Object.entries(after).filter(([, load]) => load.dataSource === source);
    const wanted = loaders.map(([, load]) => textOf(load));
    const missing = wanted.filter((text) => !found.includes(text));
    if (missing.length > 0) return `missing in ${source}: ${missing}`;
    if (new Set(found).size < found.length) return `twice in ${source}: ${found}`;
    const left = Object.entries(before).flatMap(([name, load]) =>
      found.includes(textOf(load)) && !wanted.includes(textOf(load)) && after[name]?.dataSource !== source
        ? [load]
        : [],
    );
    const comes = loaders.some(([name]) => before[name]?.dataSource !== source);
    if (left.length > 0 && comes && !told.some((line) => line.includes(`"${source}" has rows loaded by`)))
      return `${left.map(textOf)} stays in ${source} beside new rows, which preview does not tell`;
    const isHeld = left.some(({ drops }) => drops);
    if (isHeld && !toldLater.some((line) => line.includes(`"${source}" is not dropped`)))
      return `${source} is not dropped, and nothing says so`;
  }
  return undefined;
}

const shown = (plan: Plan) =>
  Object.entries(plan)
    .map(
      ([name, { dataSource, kind, letter, drops }]) =>
        `${name}: ${kind} ${letter} → ${dataSource}${drops ? " (drops)" : ""}`,
    )
    .join(", ") || "nothing";

describe("every change of a program of two ingestions", () => {
  test("loads once, drops what it should, or is refused before anything runs", async () => {
    const faults: string[] = [];
    let count = 0;
    for (const { before, after } of plans()) {
      for (const way of WAYS) {
        count += 1;
        if (count % EVERY !== 0) continue;
        const fault = await faultOf(before, after, way);
        if (fault !== undefined)
          faults.push(
            `${shown(before)} ⇒ ${shown(after)} [${way.names}${way.checksFirst ? ", checks first" : ""}]: ${fault}`,
          );
      }
    }
    expect(faults).toEqual([]);
    expect(count).toBeGreaterThan(10_000);
  }, 900_000);
});
