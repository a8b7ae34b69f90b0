/** How long the package takes to load beyond Pulumi's SDK, in a program and in the process of providers. */
import { systemClock } from "../../../src/base/clock";
import { FakeDruid, serveFake } from "../../harness/fake";
import { atMost, median, type Part, type Table } from "../part";
import { type Load, type Loads, loadProgram, loadProvider, type Time } from "./load";

/** Odd, so that a median was measured. */
const ROUNDS = 11;
const ROUNDS_QUICK = 5;
const GOAL_MS = 150;
const HEAVIEST = 5;

const middle = (times: Time[]): Time => ({
  wallMs: median(times.map(({ wallMs }) => wallMs)),
  cpuMs: median(times.map(({ cpuMs }) => cpuMs)),
});
const cells = ({ wallMs, cpuMs }: Time) => [wallMs.toFixed(1), cpuMs.toFixed(1)];

interface Heavy {
  name: string;
  where: string;
  when: string;
  time: Time;
}

/** The packages of these loads, and when they come. */
function heaviest(where: string, when: string, rounds: Load[][]): Heavy[] {
  const names = new Set(rounds.flat().flatMap(({ modules }) => Object.keys(modules)));
  return [...names].map((name) => {
    const ofRound = (loads: Load[]) => loads.map(({ modules }) => modules[name] ?? { wallMs: 0, cpuMs: 0 });
    const sum = (times: Time[], key: keyof Time) => times.reduce((total, time) => total + time[key], 0);
    const times = rounds.map(ofRound).map((all) => ({ wallMs: sum(all, "wallMs"), cpuMs: sum(all, "cpuMs") }));
    return { name, where, when, time: middle(times) };
  });
}

function tablesOf(program: Loads[], provider: Loads[]): Table[] {
  const row = (where: string, all: Loads[]) => [
    where,
    median(all.map(({ first }) => first.before.cpuMs)).toFixed(0),
    ...cells(middle(all.map(({ first }) => first.took))),
  ];
  const firsts = (all: Loads[]) => all.map(({ first }) => [first]);
  const heavy = [
    ...heaviest("program", "at load", firsts(program)),
    ...heaviest("provider", "at load", firsts(provider)),
    ...heaviest(
      "provider",
      "at the first request to Druid",
      provider.map(({ later }) => later),
    ),
  ].sort((a, b) => b.time.cpuMs - a.time.cpuMs);
  return [
    {
      title: `Start: beyond the SDK, medians of ${program.length} fresh processes`,
      head: ["process", "Node.js and the SDK, CPU ms", "the package, wall ms", "CPU ms"],
      rows: [row("program: `pulumi-druid`", program), row("provider: `pulumi-druid/provider`", provider)],
    },
    {
      title: "Start: the heaviest packages, each without those that it loads",
      head: ["package", "process", "when", "wall ms", "CPU ms"],
      rows: heavy.slice(0, HEAVIEST).map(({ name, where, when, time }) => [name, where, when, ...cells(time)]),
    },
  ];
}

export const start: Part = async ({ isQuick, say }) => {
  const rounds = isQuick ? ROUNDS_QUICK : ROUNDS;
  const fake = new FakeDruid({ clock: systemClock });
  fake.tables.add("raw");
  const served = await serveFake(fake);
  const [program, provider]: [Loads[], Loads[]] = [[], []];
  try {
    for (let round = 1; round <= rounds; round += 1) {
      say(`round ${round} of ${rounds}`);
      program.push(await loadProgram());
      provider.push(await loadProvider(served.url));
    }
  } finally {
    await served.stop();
  }
  const wallMs = (all: Loads[]) => median(all.map(({ first }) => first.took.wallMs));
  return {
    tables: tablesOf(program, provider),
    goals: {
      "start: load of pulumi-druid": atMost(GOAL_MS, wallMs(program), "ms"),
      "start: load of pulumi-druid/provider": atMost(GOAL_MS, wallMs(provider), "ms"),
    },
  };
};
