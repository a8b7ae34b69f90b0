// The JVM process that the launcher runs in: its start, its lines, its end.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import type { Socket } from "node:net";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { type Classes, killGroup } from "./classes";
import { jvmOptions, type Service } from "./settings";

const TAIL_LINES = 30;
const LINE_LIMIT = 500;
const EVENT_LIMIT_MS = 180_000;
const QUIT_LIMIT_MS = 8_000;

export interface JvmOptions {
  dataDirectory: string;
  run: string;
  classes: Classes;
  zooKeeperPort: number;
  workerCapacity: number;
  /** Whether the JVM takes its data with it when it ends. */
  removeData: boolean;
}

type Waiter = { words: string; resolve: () => void; reject: (error: Error) => void };

/** The end of a log without the frames of its stack traces: they are long and hide what happened. */
function lastLines(file: string): string {
  try {
    const lines = readFileSync(file, "utf8").trimEnd().split("\n");
    const telling = lines.filter((line) => !/^\s*(at |\.\.\. \d)/.test(line));
    return telling
      .slice(-TAIL_LINES)
      .map((line) => line.slice(0, LINE_LIMIT))
      .join("\n");
  } catch {
    return "";
  }
}

export class Jvm {
  readonly pid: number;
  private readonly child: ChildProcess;
  private readonly commands: Writable;
  private readonly run: string;
  private readonly waiters = new Set<Waiter>();
  private failure: string | undefined;

  constructor(options: JvmOptions) {
    this.run = options.run;
    const errors = openSync(join(options.run, "stderr.log"), "a");
    const args = [
      ...jvmOptions(options.run, options.workerCapacity, options.classes.version),
      "-cp",
      [options.classes.launcher, ...options.classes.shared].join(delimiter),
      "Launcher",
      options.dataDirectory,
      options.run,
      options.classes.own.join(delimiter),
      options.classes.zooKeeper,
      String(options.zooKeeperPort),
      options.removeData ? "remove" : "keep",
    ];
    // A group of its own: Ctrl-C reaches the parent alone, which stops Druid in its own time.
    this.child = spawn("java", args, { stdio: ["pipe", "pipe", errors], detached: true, cwd: options.run });
    closeSync(errors);
    this.pid = this.child.pid ?? -1;
    this.commands = this.child.stdin as Writable;
    const events = this.child.stdout as Readable;
    this.child.once("error", (error) => this.end(`${error.message}; install a JDK 17`));
    this.child.once("exit", (code, signal) => this.end(`the JVM ended with ${signal ?? code}`));
    this.commands.on("error", () => {});
    createInterface({ input: events }).on("line", (line) => this.hear(line));
    // A program that forgets to stop Druid ends all the same, and Druid with it.
    this.child.unref();
    for (const pipe of [this.commands, events]) (pipe as Socket).unref();
  }

  get running(): boolean {
    return this.failure === undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Why it does not run (any more), with the end of Druid's log. */
  problem(text?: string): Error {
    const tails = ["stderr.log", "derby.log", "druid.log"]
      .map((name) => lastLines(join(this.run, name)))
      .filter(Boolean);
    return new Error([`Cannot run Druid: ${text ?? this.failure ?? "unknown"}`, ...tails].join("\n--\n"));
  }

  /** Whether the log says that a port was taken. */
  get portTaken(): boolean {
    return /Address already in use|BindException/.test(this.problem().message);
  }

  rssMiB(): number {
    const text = execFileSync("ps", ["-o", "rss=", "-p", String(this.pid)], { encoding: "utf8" });
    return Math.round(Number(text) / 1024);
  }

  /** Resolves with the event of the Launcher that begins with `words`, e.g. `up broker`. */
  async event(words: string): Promise<void> {
    if (!this.running) throw this.problem();
    let timer: NodeJS.Timeout | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        this.waiters.add({ words, resolve, reject });
        timer = setTimeout(() => reject(this.problem(`no "${words}" within ${EVENT_LIMIT_MS} ms`)), EVENT_LIMIT_MS);
      });
    } finally {
      clearTimeout(timer);
    }
  }

  async order(verb: "start" | "stop", service: Service): Promise<void> {
    const done = this.event(`${verb === "start" ? "up" : "down"} ${service}`);
    this.commands.write(`${verb} ${service}\n`);
    await done;
  }

  /** A clean end, or after a while any end. */
  async quit(): Promise<void> {
    if (!this.running) return;
    const timer = setTimeout(() => killGroup(this.child), QUIT_LIMIT_MS);
    const ended = once(this.child, "exit");
    this.commands.end("quit\n");
    await ended;
    clearTimeout(timer);
  }

  async kill(): Promise<void> {
    if (!this.running) return;
    const alive = setInterval(() => {});
    const ended = once(this.child, "exit");
    killGroup(this.child);
    await ended;
    clearInterval(alive);
  }

  private hear(line: string): void {
    const [, text] = /^launcher (.*)$/.exec(line) ?? [];
    if (text === undefined) return;
    if (text.startsWith("failed ")) this.rejectAll(this.problem(text));
    for (const waiter of this.waiters) {
      if (!`${text} `.startsWith(`${waiter.words} `)) continue;
      this.waiters.delete(waiter);
      waiter.resolve();
    }
  }

  private end(reason: string): void {
    this.failure ??= reason;
    this.rejectAll(this.problem());
  }

  private rejectAll(error: Error): void {
    for (const waiter of this.waiters) waiter.reject(error);
    this.waiters.clear();
  }
}
