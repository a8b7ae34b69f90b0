/**
 * What `npm run quickstart` shows: a real Druid, a real dataset, and one ingestion from preview to destroy. Runs on
 * the Pulumi CLI where there is one, else on the local engine, and says which. Leaves nothing behind.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { type RunningDruid, startDruid } from "./druid/druid";
import { startFileServer } from "./druid/files";
import { cliEnvironment } from "./pulumi-cli";

const USAGE = `Usage: npm run quickstart -- [--url http://HOST:PORT | --lib DIR]

Loads examples/quickstart into Druid: preview, pulumi up, a query, a second pulumi up, destroy.

  --url URL  the Router of a Druid that already runs on this machine; without it a real 27.0.0 is started
  --lib DIR  start the Druid of DIR instead: a release as downloaded and unpacked, or a folder of its jars
  --help     this text
`;

const root = resolve(__dirname, "../..");
const ROWS = 1461;
const TABLE = "quickstart_weather";

class Stopped extends Error {}

const stop = new AbortController();
let child: ChildProcess | undefined;

export async function main(words: string[], times: [string, number][]): Promise<void> {
  const { url, lib } = readOptions(words);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      stop.abort(new Stopped());
      child?.kill("SIGINT");
    });
  }
  const scratch = mkdtempSync(join(tmpdir(), "pulumi-druid-quickstart-"));
  let druid: RunningDruid | undefined;
  let files: Awaited<ReturnType<typeof startFileServer>> | undefined;
  const timed = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    stop.signal.throwIfAborted();
    const start = Date.now();
    process.stdout.write(`\n== ${name}\n`);
    const result = await work();
    times.push([name, Date.now() - start]);
    return result;
  };
  try {
    if (url === undefined) {
      const name = `Start Druid ${lib === undefined ? "27.0.0 " : ""}in one JVM (the first time, Maven brings jars)`;
      druid = await timed(name, () => startDruid({ lib, signal: stop.signal }));
      print(
        `Druid ${druid.version} answers at ${druid.url}: ready ${seconds(druid.startMs)} after its launch, ${druid.rssMiB()} MiB`,
      );
    }
    const router = url ?? druid?.url ?? "";
    files = await startFileServer();
    const csv = join(root, "node_modules/vega-datasets/data/seattle-weather.csv");
    const source = await files.file("/seattle-weather.csv", csv);
    const pulumi = commandLine(router, source, scratch);
    print(`\n${pulumi.what}`);
    await timed("pulumi preview: what the SQL will do", () => pulumi.run("preview", []));
    await timed("pulumi up: load and wait until the rows can be queried", () =>
      pulumi.run("up", ["--yes", "--skip-preview"]),
    );
    await timed("Query the rows", () => countRows(router));
    await timed("A second pulumi up changes nothing", () =>
      pulumi.run("up", ["--yes", "--skip-preview", "--expect-no-changes"]),
    );
    await timed("pulumi destroy: the datasource goes too", () => pulumi.run("destroy", ["--yes", "--skip-preview"]));
  } catch (error) {
    process.exitCode = 1;
    process.stderr.write(stop.signal.aborted ? "\nStopped\n" : `\n${(error as Error).message}\n`);
  } finally {
    await files?.stop();
    if (druid) {
      const running = druid;
      const start = Date.now();
      process.stdout.write("\n== Stop Druid\n");
      await running.stop();
      times.push(["Stop Druid", Date.now() - start]);
    }
    rmSync(scratch, { recursive: true, force: true });
  }
  print("\nTime by phase");
  for (const [name, ms] of times) print(`  ${seconds(ms).padStart(8)}  ${name}`);
  print(`  ${seconds(times.reduce((sum, [, ms]) => sum + ms, 0)).padStart(8)}  all`);
  process.exit();
}

function readOptions(words: string[]): { url?: string | undefined; lib?: string | undefined } {
  try {
    const text = { type: "string" } as const;
    const { values } = parseArgs({ args: words, options: { url: text, lib: text, help: { type: "boolean" } } });
    if (values.help) {
      process.stdout.write(USAGE);
      process.exit(0);
    }
    const { lib } = values;
    if (lib === "") throw new Error("--lib needs a folder");
    if (values.url === undefined) return { lib };
    if (lib !== undefined) throw new Error("--url uses a Druid that runs, and --lib starts one: give one of them");
    const { protocol, hostname, href } = new URL(values.url);
    if (!/^https?:$/.test(protocol)) throw new Error(`--url takes an http or https address, not "${protocol}//"`);
    if (!/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname)) {
      throw new Error(
        `--url takes a Druid on this machine, not "${hostname}": it reads the CSV file from a server on loopback`,
      );
    }
    return { url: href.replace(/\/$/, "") };
  } catch (error) {
    process.stderr.write(`Cannot begin: ${(error as Error).message}\n\n${USAGE}`);
    process.exit(2);
  }
}

/** The Pulumi CLI or the local engine, with the same words for both. */
function commandLine(router: string, source: string, scratch: string) {
  const cwd = join(root, "examples/quickstart");
  const config = ["--config", `druid:url=${router}`, "--config", `pulumi-druid-quickstart:source=${source}`];
  const version = spawnSync("pulumi", ["version"], { encoding: "utf8" });
  if (version.status === 0) {
    const env = cliEnvironment(scratch);
    const file = "Pulumi.quickstart.yaml";
    const place = ["--cwd", cwd, "--stack", "quickstart", "--config-file", join(scratch, file), "--non-interactive"];
    const init = spawnSync("pulumi", ["stack", "init", "quickstart", "--cwd", cwd], {
      encoding: "utf8",
      env: { ...process.env, ...env },
    });
    if (init.status !== 0) throw new Error(`Cannot make a stack with the Pulumi CLI: ${init.stderr}`);
    // It is put beside the program, where nothing is to be left.
    renameSync(join(cwd, file), join(scratch, file));
    return {
      what: `Using the Pulumi CLI ${version.stdout.trim()}`,
      run: (command: string, more: string[]) =>
        run("pulumi", [command, ...place, ...(command === "destroy" ? [] : config), ...more], env),
    };
  }
  const cli = join(root, "test/harness/engine/cli.ts");
  const place = ["--cwd", cwd, "--stack", "quickstart", "--state", join(scratch, "state")];
  return {
    what: "There is no Pulumi CLI on PATH: using the local engine of this repository (test/harness/engine), which runs the same program and the same provider process",
    run: (command: string, more: string[]) =>
      run(process.execPath, ["--require", "tsx/cjs", cli, command, ...place, ...config, ...more], {}),
  };
}

async function run(command: string, words: string[], more: NodeJS.ProcessEnv): Promise<void> {
  // Under CI the provider shows a status line every half minute only; here they are to be seen.
  // The program's types are checked by the proofs; here that would only cost time, three times over.
  const { CI: _, ...env } = process.env;
  const started = spawn(command, words, {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...env, PULUMI_NODEJS_TRANSPILE_ONLY: "true", ...more },
  });
  child = started;
  const code = await new Promise<number | null>((done, fail) => {
    started.once("error", fail);
    started.once("exit", done);
  });
  child = undefined;
  if (code !== 0) throw new Error(`The engine ended with exit ${code}`);
}

async function countRows(router: string): Promise<void> {
  const query = `SELECT "weather", COUNT(*) AS "days" FROM "${TABLE}" GROUP BY 1 ORDER BY 2 DESC`;
  const response = await fetch(`${router}/druid/v2/sql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query }),
  });
  const rows = (await response.json()) as { weather: string; days: number }[];
  print(query);
  for (const { weather, days } of rows) print(`  ${weather.padEnd(8)} ${String(days).padStart(5)}`);
  const sum = rows.reduce((total, { days }) => total + days, 0);
  print(`  ${"all".padEnd(8)} ${String(sum).padStart(5)}`);
  if (sum !== ROWS) throw new Error(`Cannot find the rows: ${sum} instead of ${ROWS}`);
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
const print = (text: string) => process.stdout.write(`${text}\n`);
