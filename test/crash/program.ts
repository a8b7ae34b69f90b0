/** The programs of a round: one ingestion for each point, from sources of its own. */
import { csv, csvRows, ingestion, load } from "../e2e/world";
import type { Drip, FileServer } from "../harness/druid/files";
import { type Declared, type Point, ROWS } from "./points";

/** One ingestion of a round. */
export interface Actor {
  name: string;
  point: Point;
  /** Whose connection it has. */
  from: string;
  slow?: Drip;
}

/** Before the kill, in the killed command, and after. */
export type Step = "first" | "killed" | "after";

export interface Place {
  url: string;
  files: FileServer;
  stack: string;
  /** Of the whole cluster. */
  slots: number;
}

/** Numbers of each source's first row, so that all contents differ. */
const SOURCES = { a: 0, b: 1_000, c: 2_000, slow: 3_000 } as const;

export function actorsOf(points: readonly Point[]): Actor[] {
  const actors = points.map((point, index): Actor => ({ name: `p${index}`, point, from: `p${index}` }));
  for (const actor of actors) {
    const other = actors.find(({ point }) => point.name === actor.point.waitsFor);
    if (other) actor.from = other.name;
  }
  return actors;
}

/** Where it needs a slow source, that source begins, and says nothing yet. */
export function openSource(actor: Actor, files: FileServer, stack: string): void {
  const { first, killed } = actor.point.life;
  if (first?.source !== "slow" && killed.source !== "slow") return;
  actor.slow = files.drip(`/slow-${stack}-${actor.name}.csv`);
  actor.slow.write("t,n,name\n");
}

export function release(slow: Drip | undefined): void {
  slow?.write(csvRows(ROWS, SOURCES.slow));
  slow?.end();
}

export const targetOf = (name: string, letter: string, stack: string): string => `${letter}_${name}_${stack}`;

export function programOf(actors: readonly Actor[], step: Step, place: Place): string {
  return actors
    .map((actor) => {
      const { first, killed, after = killed } = actor.point.life;
      return declaration(actor, { first: first ?? killed, killed, after }[step], place);
    })
    .join("");
}

function declaration({ name, from, slow }: Actor, declared: Declared, { url, files, stack, slots }: Place): string {
  const { source, target = "x", onDelete = "keepData", isGreedy = false } = declared;
  const uri = source === "slow" ? (slow?.url ?? "") : files.text(`/crash-${source}.csv`, csv(ROWS, SOURCES[source]));
  return ingestion(name, {
    query: load("INSERT", targetOf(name, target, stack), uri),
    onDelete,
    connection: { url, headers: { "x-from": from } },
    context: isGreedy ? { maxNumTasks: slots - 1, taskAssignment: "auto" } : {},
  });
}
