/**
 * The two processes of an operation: the program and the provider. Each has a process group of its own, so that ^C at
 * a terminal reaches the engine alone. When the engine dies the program ends; the provider lives on, as in reality.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

export type Line = (text: string, stream: "stdout" | "stderr") => void;

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface Running {
  readonly pid: number;
  readonly exited: Promise<Exit>;
  /** SIGINT to the whole group and, after `patienceMs`, SIGKILL. */
  stop(patienceMs: number): Promise<void>;
  /** Lets it end by itself for so long, and stops it then. */
  end(patienceMs: number): Promise<void>;
}

export interface Launch {
  script: string;
  args: readonly string[];
  directory: string;
  env: NodeJS.ProcessEnv;
  onLine: Line;
}

export function startProgram(launch: Launch, nodeArgs: readonly string[]): Running {
  const guard = join(__dirname, "guard.cjs");
  const child = spawn(process.execPath, [...nodeArgs, "-r", guard, launch.script, ...launch.args], {
    cwd: launch.directory,
    env: launch.env,
    stdio: ["ignore", "pipe", "pipe", "pipe"],
    detached: true,
  });
  const lines = [listen(child.stdout, "stdout", launch.onLine), listen(child.stderr, "stderr", launch.onLine)];
  return running(child, lines);
}

/** Resolves with the port that the provider writes as its first line. */
export function startProvider(launch: Launch): { process: Running; port: Promise<number> } {
  const child = spawn(process.execPath, [launch.script, ...launch.args], {
    cwd: launch.directory,
    env: launch.env,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let found: (port: number) => void = () => {};
  const port = new Promise<number>((resolve) => {
    found = resolve;
  });
  let first = true;
  const onLine: Line = (text, stream) => {
    if (stream === "stdout" && first) {
      first = false;
      found(Number(text));
    } else {
      launch.onLine(text, stream);
    }
  };
  const lines = [listen(child.stdout, "stdout", onLine), listen(child.stderr, "stderr", onLine)];
  const process_ = running(child, lines);
  return {
    process: process_,
    port: Promise.race([
      port,
      process_.exited.then((exit) => {
        throw new Error(`Cannot start the provider process: it ended with ${describe(exit)}`);
      }),
    ]),
  };
}

export const describe = (exit: Exit): string =>
  exit.signal === null ? `exit code ${exit.code}` : `signal ${exit.signal}`;

function listen(stream: Readable | null, name: "stdout" | "stderr", onLine: Line): Promise<void> {
  return new Promise((resolve) => {
    if (stream === null) return resolve();
    createInterface({ input: stream })
      .on("line", (text) => onLine(text, name))
      .on("close", resolve);
  });
}

function running(child: ChildProcess, lines: Promise<void>[]): Running {
  const exited = new Promise<Exit>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      // Output may still be on its way; a grandchild that keeps the pipe open is not waited for.
      const late = new Promise((done) => setTimeout(done, 2_000).unref());
      void Promise.race([Promise.all(lines), late]).then(() => resolve({ code, signal }));
    });
  });
  exited.catch(() => {});
  const pid = child.pid ?? 0;
  const ended = exited.then(
    () => {},
    () => {},
  );
  const stop = async (patienceMs: number): Promise<void> => {
    signalGroup(pid, "SIGINT");
    await atMost(patienceMs, ended);
    signalGroup(pid, "SIGKILL");
    await ended;
  };
  const end = async (patienceMs: number): Promise<void> => {
    await atMost(patienceMs, ended);
    await stop(1_000);
  };
  return { pid, exited, stop, end };
}

async function atMost(patienceMs: number, promise: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, patienceMs);
  });
  await Promise.race([promise, patience]);
  clearTimeout(timer);
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  if (pid === 0) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // Already gone.
  }
}
