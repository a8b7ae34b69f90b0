/**
 * When a load is done: how long after the rows answer a query ours returns, and which of the peers' ways had returned
 * before. On a real Druid, with quick periods and with Druid's own of a minute.
 */

import { setMaxListeners } from "node:events";
import { startTestDruid } from "../../harness/druid/druid";
import { majorOf } from "../../harness/druid/folder";
import { atMost, type Findings, median, type Options, type Part, type Table } from "../part";
import type { Kind } from "./load";
import { PEERS, TASK_THAT_WAITS } from "./peers";
import { measure, OURS, type Plan, type Verdict } from "./phase";

const GOAL_MS = 1_000;
/** Nothing of this part takes so long: what hangs is ended. */
const LIMIT_MS = 600_000;
const KINDS: Kind[] = ["first load", "REPLACE over rows", "INSERT beside rows"];
/** Twenty loads, of which the last eight have the heavy peers beside them. */
const PLANS: Plan[] = Array.from({ length: 10 }, (_, index) => ({
  kinds: ["first load", index % 2 === 0 ? "REPLACE over rows" : "INSERT beside rows"],
  withHeavy: index >= 6,
  isWaitingTask: false,
}));
const PLANS_QUICK = PLANS.slice(0, 2);
/** The option is new in Druid 28. */
const PLANS_SINCE_28: Plan[] = ["REPLACE over rows" as const, "INSERT beside rows" as const].map((kind) => ({
  kinds: ["first load", kind],
  withHeavy: false,
  isWaitingTask: true,
}));

interface Phase {
  name: string;
  coordinatorPeriodMs?: number;
  /** Tables at a time: where a load waits for a minute, all of them. */
  together: number;
}
const QUICK_PERIODS: Phase = { name: "of 0.5 s", together: 2 };
const OWN_PERIODS: Phase = { name: "Druid's own", coordinatorPeriodMs: 60_000, together: PLANS.length };

interface Measured {
  phase: Phase;
  version: string;
  verdicts: Verdict[];
}

async function run(phase: Phase, { isQuick, lib, say }: Options): Promise<Measured> {
  const { coordinatorPeriodMs } = phase;
  const druid = await startTestDruid({ lib, ...(coordinatorPeriodMs && { coordinatorPeriodMs }) });
  const over = new AbortController();
  // Each wait listens to it.
  setMaxListeners(0, over.signal);
  const timer = setTimeout(() => over.abort(new Error(`Cannot measure: no end after ${LIMIT_MS} ms`)), LIMIT_MS);
  try {
    say(`Druid ${druid.version} with periods ${phase.name}`);
    const plans = isQuick ? PLANS_QUICK : [...PLANS, ...(majorOf(druid.version) < 28 ? [] : PLANS_SINCE_28)];
    const verdicts = await measure({ url: druid.url, signal: over.signal, say }, plans, phase.together);
    return { phase, version: druid.version, verdicts };
  } catch (error) {
    throw over.signal.aborted ? over.signal.reason : error;
  } finally {
    clearTimeout(timer);
    // One that failed leaves others that still wait.
    over.abort();
    await druid.stop();
  }
}

const seconds = (ms: number) => (ms / 1_000).toFixed(1);

function ownRows({ phase, verdicts }: Measured): (string | number)[][] {
  return KINDS.map((kind) => {
    const ours = verdicts.filter((one) => one.way === OURS && one.kind === kind);
    const lags = ours.map(({ lateMs }) => lateMs);
    const requests = ours.map(({ own }) => own?.requests ?? Number.NaN);
    return [
      phase.name,
      kind,
      ours.length,
      seconds(median(ours.map(({ own }) => own?.druidMs ?? Number.NaN))),
      seconds(median(lags)),
      seconds(Math.max(...lags)),
      ours.filter(({ isEarly }) => isEarly).length,
      `${median(requests)}, ${Math.max(...requests)}`,
    ];
  });
}

function wayRows({ phase, verdicts }: Measured): (string | number)[][] {
  return [OURS, ...PEERS.map(({ name }) => name), TASK_THAT_WAITS].flatMap((way) => {
    const all = verdicts.filter((one) => one.way === way);
    if (all.length === 0) return [];
    const late = all.filter(({ isEarly }) => !isEarly).map(({ lateMs }) => lateMs);
    return [[phase.name, way, all.length, all.length - late.length, late.length === 0 ? "" : seconds(median(late))]];
  });
}

function tablesOf(all: Measured[]): Table[] {
  const on = `Druid ${all[0]?.version}`;
  return [
    {
      title: `Done: ours, on ${on}`,
      head: [
        "periods",
        "load",
        "times",
        "SUCCESS seen → rows answer, median s",
        "rows answer → return, median s",
        "most s",
        "early",
        "requests after SUCCESS, median, most",
      ],
      rows: all.flatMap(ownRows),
    },
    {
      title: `Done: ours and the peers' ways, beside the same loads, on ${on}`,
      head: ["periods", "way", "loads", "returned before the rows answered", "the others so late, median s"],
      rows: all.flatMap(wayRows),
    },
  ];
}

export const done: Part = async (options) => {
  const all: Measured[] = [];
  for (const phase of options.isQuick ? [QUICK_PERIODS] : [QUICK_PERIODS, OWN_PERIODS])
    all.push(await run(phase, options));
  const goals: Findings["goals"] = {};
  for (const { phase, verdicts } of all) {
    const ours = verdicts.filter(({ way }) => way === OURS);
    const lags = ours.map(({ lateMs }) => lateMs);
    goals[`done: rows answer → return, periods ${phase.name}`] = atMost(GOAL_MS, median(lags), "ms");
    goals[`done: returned early, periods ${phase.name}`] = atMost(
      0,
      ours.filter(({ isEarly }) => isEarly).length,
      "loads",
    );
  }
  return { tables: tablesOf(all), goals };
};
