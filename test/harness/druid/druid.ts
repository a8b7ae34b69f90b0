// A real Apache Druid for tests and trials, 27.0.0 or that of a folder: all services in one JVM, on loopback, on free
// ports.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type Classes, druidClasses } from "./classes";
import { Jvm } from "./jvm";
import { freePorts, isFree } from "./ports";
import { waitUntilReady } from "./ready";
import * as settings from "./settings";
import { HOST, type Ports, type Properties, type Service, services } from "./settings";

export type { Ports, Service } from "./settings";

const START_LIMIT_MS = 180_000;

export interface DruidOptions {
  /** The folder of a release, or of jars; Maven brings 27.0.0 if absent. Tests are told theirs by the environment. */
  lib?: string | undefined;
  /** Where the data lie; a new temporary folder if absent. */
  dataDirectory?: string;
  /** Whether the data outlive `stop`; by default those in a folder of the caller's own do. */
  keepData?: boolean;
  /** Those not given are free ones. */
  ports?: Partial<Ports>;
  /** How often the Coordinator assigns segments; 500 if absent. */
  coordinatorPeriodMs?: number;
  /** How often the Coordinator looks for new segments; the Coordinator's period if absent. */
  segmentsPollMs?: number;
  /** Tasks at a time; 8 if absent. */
  workerCapacity?: number;
  basicAuth?: { adminPassword: string };
  /** More of Druid's properties, for every service. */
  properties?: Properties;
  onPhase?: (text: string) => void;
  /** Ends a start that is under way, and leaves nothing of it. */
  signal?: AbortSignal;
}

export interface RunningDruid {
  /** E.g. `27.0.0`. */
  version: string;
  /** The Router's address: the one for clients. */
  url: string;
  ports: Ports;
  pid: number;
  dataDirectory: string;
  /** From the launch to ready, without the time for the jars. */
  startMs: number;
  rssMiB(): number;
  /** Whether the JVM lives. */
  running(): boolean;
  stopService(name: Service): Promise<void>;
  startService(name: Service): Promise<void>;
  /** A clean end; removes the data unless they are to be kept. */
  stop(): Promise<void>;
  /** SIGKILL. The data stay for another start on them; `stop` still removes them. */
  kill(): Promise<void>;
}

/** Folders that we made, and that must not outlive this process. */
const temporary = new Set<string>();
const inUse = new Set<string>();

function temporaryDirectory(): string {
  if (temporary.size === 0) process.once("exit", removeAll);
  const directory = mkdtempSync(join(tmpdir(), "pulumi-druid-"));
  temporary.add(directory);
  return directory;
}

function remove(directory: string): void {
  rmSync(directory, { recursive: true, force: true, maxRetries: 3, retryDelay: 100 });
  temporary.delete(directory);
}

function removeAll(): void {
  for (const directory of temporary) {
    try {
      remove(directory);
    } catch {
      // A JVM that still writes there removes it itself as it ends.
    }
  }
}

async function choosePorts(given: Partial<Ports> = {}): Promise<Ports> {
  for (const [name, port] of Object.entries(given)) {
    if (await isFree(port)) continue;
    throw new Error(`Cannot start Druid's ${name} on port ${port}: something listens there; choose another port`);
  }
  const names = [...services, "zookeeper", "derby"] as const;
  const free = await freePorts(names.length);
  return Object.fromEntries(names.map((name, index) => [name, given[name] ?? free[index]])) as Ports;
}

/** Lays out the folder of one run: what the services are to know, and where they may write. */
function prepareRun(all: settings.Settings): string {
  mkdirSync(all.dataDirectory, { recursive: true });
  const run = mkdtempSync(join(all.dataDirectory, "run-"));
  mkdirSync(join(run, "tmp"));
  for (const service of services) {
    writeFileSync(join(run, `${service}.properties`), settings.propertiesText(settings.propertiesOf(service, all)));
  }
  writeFileSync(join(run, "log4j2.xml"), settings.loggingText(join(run, "druid.log")));
  return run;
}

async function launch(options: DruidOptions, all: settings.Settings, classes: Classes, keep: boolean): Promise<Jvm> {
  options.signal?.throwIfAborted();
  const { dataDirectory, ports, workerCapacity } = all;
  const run = prepareRun(all);
  const jvm = new Jvm({
    dataDirectory,
    run,
    classes,
    zooKeeperPort: ports.zookeeper,
    workerCapacity,
    removeData: !keep,
  });
  const abort = () => void jvm.kill();
  options.signal?.addEventListener("abort", abort, { once: true });
  try {
    await jvm.event("complete");
    const readiness = { ports, up: new Set(services), adminPassword: options.basicAuth?.adminPassword };
    const problem = await waitUntilReady(readiness, START_LIMIT_MS, () => jvm.running);
    if (problem !== undefined) throw jvm.problem(jvm.running ? problem : undefined);
    return jvm;
  } catch (error) {
    const portTaken = jvm.portTaken;
    await jvm.kill();
    rmSync(run, { recursive: true, force: true });
    options.signal?.throwIfAborted();
    throw Object.assign(error as Error, { portTaken });
  } finally {
    options.signal?.removeEventListener("abort", abort);
  }
}

/** As large as three files of tests at once need it, each with a dozen ingestions of two tasks. */
export const startTestDruid = (options: DruidOptions = {}): Promise<RunningDruid> =>
  startDruid({ workerCapacity: 64, ...options });

/** Starts Druid and waits until it takes ingestions. */
export async function startDruid(options: DruidOptions = {}): Promise<RunningDruid> {
  const { onPhase = () => {}, coordinatorPeriodMs = 500, adminPassword } = { ...options, ...options.basicAuth };
  onPhase("resolve jars");
  const lib = options.lib ?? process.env.PULUMI_DRUID_TEST_LIB;
  const classes = await druidClasses({ lib, basicAuth: options.basicAuth !== undefined }, options.signal);
  onPhase("start");
  const begin = Date.now();
  const given = options.dataDirectory === undefined ? undefined : resolve(options.dataDirectory);
  const dataDirectory = given ?? temporaryDirectory();
  const keep = options.keepData ?? !temporary.has(dataDirectory);
  const settled = async (): Promise<settings.Settings> => ({
    version: classes.version,
    dataDirectory,
    ports: await choosePorts(options.ports),
    coordinatorPeriodMs,
    segmentsPollMs: options.segmentsPollMs ?? coordinatorPeriodMs,
    workerCapacity: options.workerCapacity ?? 8,
    basicAuth: options.basicAuth,
    properties: options.properties,
  });
  let all: settings.Settings;
  let jvm: Jvm;
  try {
    all = await settled();
    jvm = await launch(options, all, classes, keep).catch(async (error) => {
      if (!error.portTaken) throw error;
      // Somebody took a port between its choice and its use.
      all = await settled();
      return launch(options, all, classes, keep);
    });
  } catch (error) {
    // A folder that was given may hold more than this start put there, or belong to another Druid that runs.
    if (given === undefined) remove(dataDirectory);
    throw error;
  }
  let owner = true;
  inUse.add(dataDirectory);
  const release = () => {
    if (owner) inUse.delete(dataDirectory);
    owner = false;
  };
  onPhase("ready");
  const { ports } = all;
  const up = new Set<Service>(services);
  return {
    version: classes.version,
    url: `http://${HOST}:${ports.router}`,
    ports,
    pid: jvm.pid,
    dataDirectory,
    startMs: Date.now() - begin,
    rssMiB: () => jvm.rssMiB(),
    running: () => jvm.running,
    async stopService(name) {
      await jvm.order("stop", name);
      up.delete(name);
    },
    async startService(name) {
      await jvm.order("start", name);
      up.add(name);
      const problem = await waitUntilReady({ ports, up, adminPassword }, START_LIMIT_MS, () => jvm.running);
      if (problem !== undefined) throw jvm.problem(problem);
    },
    async stop() {
      // Nobody reads data again that are removed next, so they need no orderly end, which takes seconds.
      await (keep ? jvm.quit() : jvm.kill());
      release();
      if (!keep && !inUse.has(dataDirectory)) remove(dataDirectory);
    },
    async kill() {
      await jvm.kill();
      release();
    },
  };
}
