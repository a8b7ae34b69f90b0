/** A thousand waits in one process: ours beside as many loops that ask for one status each second. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { atMost, type Part } from "../part";
import type { DruidOrder, DruidWord } from "./druid-process";
import type { WaitCost, WaitOrder } from "./wait-process";

const WAITS = 1_000;

interface Measured extends WaitCost {
  requests: Record<string, number>;
}

/** Ends with this process, and before it if told so. */
function start(file: string, order: DruidOrder | WaitOrder, flags: string[] = []): ChildProcess {
  return fork(join(__dirname, file), [JSON.stringify(order)], {
    execArgv: ["--import", "tsx", ...flags],
    cwd: join(__dirname, "../../.."),
  });
}

async function told<T>(child: ChildProcess): Promise<T> {
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`Cannot measure waits: a process ended with ${code}`);
  });
  const [word] = (await Promise.race([once(child, "message"), ended])) as [T];
  ended.catch(() => {});
  return word;
}

async function measure(way: WaitOrder["way"], runMs: number): Promise<Measured> {
  const druid = start("druid-process.ts", { waits: WAITS, runMs });
  let waiter: ChildProcess | undefined;
  try {
    const { url } = (await told<DruidWord>(druid)) as { url: string };
    waiter = start("wait-process.ts", { way, waits: WAITS, url }, ["--expose-gc"]);
    const cost = await told<WaitCost>(waiter);
    druid.send("requests?");
    const { requests } = (await told<DruidWord>(druid)) as { requests: Record<string, number> };
    if (cost.succeeded !== WAITS) throw new Error(`Cannot measure waits: ${cost.succeeded} of ${WAITS} succeeded`);
    return { ...cost, requests };
  } finally {
    waiter?.kill("SIGKILL");
    druid.kill("SIGKILL");
  }
}

export const waits: Part = async ({ isQuick, say }) => {
  const runMs = isQuick ? 8_000 : 25_000;
  const rows: (string | number)[][] = [];
  const measured = new Map<WaitOrder["way"], Measured>();
  for (const way of ["ours", "loops"] as const) {
    say(`${WAITS} waits, ${way}`);
    const one = await measure(way, runMs);
    measured.set(way, one);
    const { status = 0, statuses = 0, reports = 0, ...rest } = one.requests;
    const all = Object.values(one.requests).reduce((sum, count) => sum + count, 0);
    const others = Object.values(rest).reduce((sum, count) => sum + count, 0);
    rows.push([
      way === "ours" ? "pulumi-druid" : "GET status each second",
      all,
      `${status} / ${statuses} / ${reports} / ${others}`,
      `${one.heapMaxMb.toFixed(0)} MB`,
      `${one.heapHeldMb.toFixed(1)} MB`,
      `${one.delayP99Ms.toFixed(1)} ms`,
      `${one.delayMaxMs.toFixed(0)} ms`,
      `${(one.cpuMs / 1_000).toFixed(1)} s`,
    ]);
  }
  const own = measured.get("ours") as Measured;
  const title = `Many: ${WAITS} waits in one process, for tasks of ${runMs / 1_000} to ${runMs / 1_000 + 2} seconds`;
  const head = [
    "way",
    "requests",
    "status / statuses / reports / other",
    "heap over idle: most",
    "held",
    "event loop delay: p99",
    "most",
    "CPU",
  ];
  return {
    tables: [{ title, head, rows }],
    goals: {
      "many: heap that 1,000 waits hold over idle": atMost(50, own.heapHeldMb, "MB"),
      "many: event loop delay of 1,000 waits, p99": atMost(50, own.delayP99Ms, "ms"),
    },
  };
};
