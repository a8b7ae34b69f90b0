// What `npm run druid` does: starts Druid, says where it is and how long each part took, and keeps it until Ctrl-C.
import { parseArgs } from "node:util";
import { type RunningDruid, startDruid } from "./druid";

const USAGE = `Usage: npm run druid -- [--lib DIR] [--data DIR] [--port N]

Starts a real Apache Druid on this machine, reachable from it alone, and keeps it until Ctrl-C.

  --lib DIR   run the Druid of DIR: a release as downloaded and unpacked, or a folder of its jars; without it 27.0.0
  --data DIR  keep its data in DIR between runs; without it they are gone at the end
  --port N    the Router's port; without it a free one
  --help      this text
`;

interface Arguments {
  lib: string | undefined;
  data: string | undefined;
  port: number | undefined;
}

function fail(text: string, code: number): never {
  process.stderr.write(`${text}\n`);
  process.exit(code);
}

function readArguments(args: string[]): Arguments {
  const text = { type: "string" } as const;
  const options = { lib: text, data: text, port: text, help: { type: "boolean" } } as const;
  try {
    const { values } = parseArgs({ args, options });
    if (values.help) {
      process.stdout.write(USAGE);
      process.exit(0);
    }
    const port = values.port === undefined ? undefined : Number(values.port);
    for (const name of ["lib", "data"] as const) if (values[name] === "") throw new Error(`--${name} needs a folder`);
    if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65_536)) {
      throw new Error(`--port needs a number from 1 to 65535, not "${values.port}"`);
    }
    return { lib: values.lib, data: values.data, port };
  } catch (error) {
    fail(`${(error as Error).message}\n\n${USAGE}`, 2);
  }
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;

/** Prints how long each phase took as soon as the next one begins. */
function phases(): (text: string) => void {
  const labels: Record<string, string> = { "resolve jars": "Resolve Druid's jars", start: "Start Druid" };
  let last: { label: string | undefined; at: number } | undefined;
  return (text) => {
    if (last?.label) process.stdout.write(`${last.label}: ${seconds(Date.now() - last.at)}\n`);
    last = { label: labels[text], at: Date.now() };
  };
}

function describe(druid: RunningDruid, data: string | undefined): string {
  return `
Druid ${druid.version} is ready: ${druid.url}

  DRUID_URL=${druid.url}
  Memory: ${druid.rssMiB()} MiB, process ${druid.pid}
  Data: ${data === undefined ? "temporary, gone at the end" : `kept in ${druid.dataDirectory}`}
  The web console is in releases only; SQL is answered at the Router:
    curl -H 'Content-Type: application/json' -d '{"query":"SELECT 1"}' ${druid.url}/druid/v2/sql

Press Ctrl-C to stop.
`;
}

export async function main(args: string[]): Promise<void> {
  const { lib, data, port } = readArguments(args);
  const stop = new AbortController();
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.on(signal, () => {
        stop.abort(new Error("stopped"));
        resolve();
      });
    }
  });
  let druid: RunningDruid | undefined;
  try {
    druid = await startDruid({
      lib,
      ...(data === undefined ? {} : { dataDirectory: data }),
      ...(port === undefined ? {} : { ports: { router: port } }),
      onPhase: phases(),
      signal: stop.signal,
    });
    process.stdout.write(describe(druid, data));
    const watch = { timer: undefined as NodeJS.Timeout | undefined };
    const died = new Promise<boolean>((resolve) => {
      watch.timer = setInterval(() => !druid?.running() && resolve(true), 500);
    });
    const failed = await Promise.race([stopped.then(() => false), died]);
    clearInterval(watch.timer);
    if (failed) process.stderr.write("Cannot keep Druid running: its JVM ended\n");
    else process.stdout.write("\nStopping Druid\n");
    await druid.stop();
    process.exitCode = failed ? 1 : 0;
  } catch (error) {
    if (!stop.signal.aborted) fail((error as Error).message, 1);
    process.stdout.write("\nStopped before Druid was ready\n");
    process.exitCode = 130;
  }
  process.exit();
}
