/**
 * Resources in which nothing has changed: what a preview and an `up` of them cost, beside as many dynamic resources of
 * the ordinary kind. The machine is shared, so the CPU time of program and provider decides, and not the wall time.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../../src/base/clock";
import { OUTPUTS } from "../../../src/ingestion/report/outputs";
import { keyOf } from "../../../src/ingestion/sequence/key";
import { FakeDruid, serveFake } from "../../harness/fake";
import { atMost, type Findings, median, type Part, together } from "../part";
import { type Cost, MeasuredStack } from "./measured-stack";
import { type Kind, likeOurs, nameOf, ours, single } from "./programs";

const same = likeOurs(Object.keys(OUTPUTS));
type Command = "preview" | "up";

interface Plan {
  count: number;
  rounds: number;
  /** Of ours; of the others only the first, where there are many: for them an `up` computes what a preview does. */
  commands: readonly Command[];
  othersToo: boolean;
}

interface Stored {
  /** The resource in state. */
  bytes: number;
  providerBytes: number;
}

interface Subject extends Stored {
  kind: Kind;
  stack: MeasuredStack;
  /** By command. */
  costs: Record<Command, Cost[]>;
}

/** One resource that was really made, and the others in state as copies of it: making thousands takes minutes. */
async function made(kind: Kind, count: number, url: string, outs: unknown): Promise<Subject> {
  const stack = new MeasuredStack({ "druid:url": url });
  if (outs !== undefined) writeFileSync(join(stack.folder, "outs.json"), JSON.stringify(outs));
  await stack.must("up", kind.program(1));
  const { urn, inputs, outputs } = stack.resource(nameOf(0));
  const hashOf = (one: string) => keyOf(one, "organization").slice(-10);
  stack.editState(({ resources }) => {
    const text = JSON.stringify(resources.find((resource) => resource.urn === urn));
    for (let number = 1; number < count; number += 1) {
      const name = nameOf(number);
      const hash = hashOf(urn.replace(nameOf(0), name));
      resources.push(JSON.parse(text.replaceAll(nameOf(0), name).replaceAll(hashOf(urn), hash)));
    }
  });
  const providerBytes = String(inputs.__provider).length;
  return {
    kind,
    stack,
    bytes: JSON.stringify({ urn, inputs, outputs }).length,
    providerBytes,
    costs: { preview: [], up: [] },
  };
}

/** What ours has in state, for the peers' resource that has the same. */
function outputsOf({ stack }: Subject): Record<string, unknown> {
  const { outputs } = stack.resource(nameOf(0));
  return Object.fromEntries(Object.entries(outputs).filter(([name]) => name in OUTPUTS));
}

const cpuOf = ({ programMs, providerMs }: Cost) => programMs + providerMs;

async function compare({ count, rounds, commands, othersToo }: Plan, say: (line: string) => void): Promise<Findings> {
  const commandsOf = (kind: Kind) => (kind === ours || othersToo ? commands : commands.slice(0, 1));
  const fake = new FakeDruid({ clock: systemClock });
  fake.plan({ startMs: 5, runMs: 20, endMs: 5, loadDelayMs: 5 });
  const served = await serveFake(fake);
  const subjects: Subject[] = [];
  try {
    const own = await made(ours, count, served.url, undefined);
    subjects.push(own);
    for (const kind of [same, single])
      subjects.push(await made(kind, count, served.url, kind === same ? outputsOf(own) : undefined));
    const before = fake.received.length;
    for (let round = 0; round < rounds; round += 1) {
      for (const { kind, stack, costs } of round % 2 === 0 ? subjects : [...subjects].reverse()) {
        say(`${count} unchanged, round ${round + 1} of ${rounds}: ${kind.name}`);
        for (const command of commandsOf(kind))
          costs[command].push(await stack.measure(command, kind.program(count), "--expect-no-changes"));
      }
    }
    const requests = fake.received.length - before;
    const seconds = (costs: Cost[], of: (cost: Cost) => number) => (median(costs.map(of)) / 1_000).toFixed(1);
    const rows = commands.flatMap((command) =>
      subjects
        .filter(({ kind }) => commandsOf(kind).includes(command))
        .map(({ kind, costs, bytes, providerBytes }) => {
          const all = costs[command];
          return [
            command,
            kind.name,
            kind === ours ? requests : "-",
            `${seconds(all, ({ wallMs }) => wallMs)} s`,
            `${seconds(all, cpuOf)} s`,
            `${seconds(all, ({ programMs }) => programMs)} s`,
            `${seconds(all, ({ providerMs }) => providerMs)} s`,
            bytes,
            providerBytes,
          ];
        }),
    );
    // Each round's own ratio: what slows the machine down for a while slows both.
    const ratio = (kind: Kind) => {
      const theirs = subjects.find((subject) => subject.kind === kind) as Subject;
      const total = ({ costs }: Subject, round: number) =>
        commandsOf(kind).reduce((sum, command) => sum + cpuOf(costs[command][round] as Cost), 0);
      return median(Array.from({ length: rounds }, (_, round) => total(own, round) / total(theirs, round)));
    };
    const title = `Many: ${count} resources in which nothing has changed${rounds > 1 ? `, medians of ${rounds} rounds` : ""}`;
    const head = [
      "command",
      "resource",
      "requests",
      "wall",
      "CPU",
      "program",
      "provider",
      "bytes in state each",
      "of which `__provider`, twice",
    ];
    return {
      tables: [{ title, head, rows }],
      goals: {
        [`many: requests of ${count} unchanged`]: atMost(0, requests, "requests"),
        [`many: CPU of ${count} unchanged beside dynamic.Resource with the same inputs and outputs`]: atMost(
          0.8,
          ratio(same),
          "times",
        ),
        [`many: CPU of ${count} unchanged beside dynamic.Resource with one property`]: atMost(
          1.2,
          ratio(single),
          "times",
        ),
      },
    };
  } finally {
    for (const { stack } of subjects) await stack.dispose();
    await served.stop();
  }
}

export const unchanged: Part = async ({ isQuick, say }) => {
  const few: Plan = { count: 200, rounds: 3, commands: ["preview", "up"], othersToo: true };
  if (isQuick) return compare({ ...few, rounds: 1, commands: ["preview"] }, say);
  const found = await compare(few, say);
  const more = await compare({ ...few, count: 2_000, rounds: 1, othersToo: false }, say);
  return together([found, more]);
};
