/** Starts the processes that load the package, each a fresh one with the probe in it, and reads what the probe tells. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { startProvider } from "../../harness/provider-process";

/** A folder below the repository, but of another package: from there the built one is found by its name. */
const PROJECT = join(__dirname, "..", "..", "..", "examples", "quickstart");
const PROBE = `-r ${JSON.stringify(join(__dirname, "probe.cjs"))}`;

export interface Time {
  wallMs: number;
  cpuMs: number;
}

/** A module that the process itself has asked for, and by name the packages that came with it, each without others. */
export interface Load {
  request: string;
  before: Time;
  took: Time;
  modules: Record<string, Time>;
}

export interface Loads {
  /** Of the package itself. */
  first: Load;
  /** What it loaded later. */
  later: Load[];
}

function readLoads(output: string, target: string): Loads {
  const told: Load[] = [...output.matchAll(/^BENCH (.*)$/gm)].map(([, line = ""]) => JSON.parse(line));
  const [first, ...later] = told;
  if (first?.request === target) return { first, later };
  throw new Error(`Cannot measure how "${target}" loads: its process did not load it\n${output}`);
}

const environment = (target: string) => ({ NODE_OPTIONS: PROBE, BENCH_TARGET: target });

/** The process of a program. */
export async function loadProgram(): Promise<Loads> {
  const target = "pulumi-druid";
  const child = spawn(process.execPath, ["-e", `require("@pulumi/pulumi"); require("${target}");`], {
    cwd: PROJECT,
    env: { ...process.env, ...environment(target) },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let output = "";
  child.stderr.setEncoding("utf8").on("data", (text) => {
    output += text;
  });
  await once(child, "close");
  return readLoads(output, target);
}

/** The SDK's own process for providers, up to the preview of a new ingestion, which asks Druid's planner. */
export async function loadProvider(druidUrl: string): Promise<Loads> {
  const target = "pulumi-druid/provider";
  const provider = await startProvider({ cwd: PROJECT, env: environment(target) });
  try {
    await provider.configure({ "druid:url": druidUrl });
    const urn = "urn:pulumi:dev::shop::pulumi-nodejs:dynamic/druid:MsqIngestion::wiki";
    const query = 'INSERT INTO "wiki" SELECT * FROM "raw" PARTITIONED BY DAY';
    const news = { query, __urn: urn, __provider: `exports.handler = () => require("${target}");` };
    const { failures } = await provider.check({ urn, news });
    if (failures.length > 0) throw new Error(`Cannot preview: ${JSON.stringify(failures)}`);
    return readLoads(provider.output(), target);
  } finally {
    await provider.stop();
  }
}
