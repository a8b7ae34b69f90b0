/**
 * What `node test/run/transcripts.mjs` does: runs a load of a minute on a real Druid, in tmux at 80 and 140 columns and
 * as a CI log, and writes what was seen into docs/watching.md, with a picture of the task beside it. Needs tmux, and
 * runs on the local engine or with `ENGINE=pulumi` on the Pulumi CLI on PATH.
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { startDruid } from "./druid/druid";
import { type FileServer, startFileServer } from "./druid/files";
import { LAZY_SDK } from "./lazy-sdk";
import { cliEnvironment } from "./pulumi-cli";

const root = resolve(__dirname, "../..");
const usesCli = process.env.ENGINE === "pulumi";
const UP = usesCli ? ["pulumi"] : [process.execPath, "--require", "tsx/cjs", join(root, "test/harness/engine/cli.ts")];
const FILES = 24;
const ROWS_PER_FILE = 2_500;
/** Rows of each file; three workers read eight files each. */
const SECONDS_PER_FILE = 9;
const TERMINAL_ROWS = 40;
const FRAME_EVERY_MS = 10_000;

const sleep = (ms: number) => new Promise((done) => setTimeout(done, ms));

/** Time-stamped lines over seven days. */
function lines(from: number, count: number): string {
  return Array.from({ length: count }, (_, index) => {
    const row = from + index;
    return `${new Date(Date.UTC(2024, 0, 1) + (row % 168) * 3_600_000).toISOString()},page-${row % 97},${row}\n`;
  }).join("");
}

/** Slow sources: each sends its rows bit by bit from the moment it is read. */
function slowFiles(files: FileServer, run: string): string[] {
  return Array.from({ length: FILES }, (_, file) => {
    const drip = files.drip(`/${run}/pages-${file}.csv`);
    const send = async () => {
      await drip.readers();
      drip.write("t,page,n\n");
      const part = Math.ceil(ROWS_PER_FILE / SECONDS_PER_FILE);
      for (let sent = 0; sent < ROWS_PER_FILE; sent += part) {
        drip.write(lines(file * ROWS_PER_FILE + sent, Math.min(part, ROWS_PER_FILE - sent)));
        await sleep(1_000);
      }
      drip.end();
    };
    send().catch(() => undefined);
    return drip.url;
  });
}

function program(run: string, pages: string[], events: string): string {
  const load = (table: string, uris: string[]) =>
    `REPLACE INTO "${table}_${run}" OVERWRITE ALL SELECT TIME_PARSE("t") AS __time, "page", "n"
     FROM TABLE(EXTERN('${JSON.stringify({ type: "http", uris })}', '{"type":"csv","findColumnsFromHeader":true}'))
     EXTEND ("t" VARCHAR, "page" VARCHAR, "n" BIGINT) PARTITIONED BY DAY`;
  const declare = (name: string, uris: string[], maxNumTasks: number) =>
    `new MsqIngestion("${name}", ${JSON.stringify({ query: load(name, uris), context: { maxNumTasks } })});\n`;
  return `const { MsqIngestion } = require("pulumi-druid");\n${declare("pages", pages, 4)}${declare("events", [events], 4)}${declare("users", [events], 4)}`;
}

interface Job {
  words: string[];
  env: NodeJS.ProcessEnv;
  folder: string;
}

export async function main(): Promise<void> {
  if (spawnSync("tmux", ["-V"]).status !== 0) throw new Error("Cannot make transcripts: tmux is not on PATH");
  mkdirSync(join(root, ".cache"), { recursive: true });
  const scratch = mkdtempSync(join(root, ".cache", "transcripts-"));
  const druid = await startDruid({ workerCapacity: 8 });
  const files = await startFileServer();
  const job = (run: string): Job => {
    const folder = join(scratch, run);
    mkdirSync(folder);
    writeFileSync(join(folder, "package.json"), '{ "name": "watched", "private": true, "main": "index.js" }');
    writeFileSync(
      join(folder, "Pulumi.yaml"),
      "name: watched\nruntime:\n  name: nodejs\n  options: { typescript: false }\n",
    );
    const events = files.text(`/${run}/events.csv`, `t,page,n\n${lines(0, 2_000)}`);
    writeFileSync(join(folder, "index.js"), program(run, slowFiles(files, run), events));
    const words = [...UP, "up", "--cwd", folder, "--stack", "dev", "--yes", "--skip-preview"];
    const { CI: _, ...env } = process.env;
    if (usesCli) return { folder, words, env: initialized(folder, { ...env, ...cliEnvironment(folder) }, druid.url) };
    const own = ["--state", join(folder, "state"), "--config", `druid:url=${druid.url}`];
    return { folder, env: { ...env, ...LAZY_SDK }, words: [...words, ...own] };
  };
  try {
    const narrow = await inTerminal(job("narrow"), 80);
    const wide = await inTerminal(job("wide"), 140);
    const log = await inLog(job("log"));
    const engine = usesCli ? `Pulumi ${pulumi(["version"], process.env).trim()}` : undefined;
    const text = page({ druid: druid.version, engine }, narrow, wide, log).replaceAll(druid.url, "http://router:8888");
    writeFileSync(join(root, "docs/watching.md"), text.replaceAll(scratch, "…"));
    const taskId = /query-pulumi-pages-\w+-\d+/.exec(log)?.[0] ?? "";
    const picture = ["task", taskId, "--url", druid.url, "--svg", join(root, "docs/task.svg")];
    spawnSync(process.execPath, [join(root, "dist/cli/main.js"), ...picture], { stdio: "inherit" });
  } finally {
    await files.stop();
    await druid.stop();
    rmSync(scratch, { recursive: true, force: true });
  }
  process.exit();
}

/** The environment, in which the CLI has a stack now. */
function initialized(folder: string, env: NodeJS.ProcessEnv, url: string): NodeJS.ProcessEnv {
  pulumi(["stack", "init", "dev", "--cwd", folder], env);
  pulumi(["config", "set", "druid:url", url, "--stack", "dev", "--cwd", folder], env);
  return env;
}

function pulumi(words: string[], env: NodeJS.ProcessEnv): string {
  const { status, stdout, stderr, error } = spawnSync("pulumi", words, { encoding: "utf8", env });
  if (status !== 0) throw new Error(`Cannot run "pulumi ${words[0]}": ${error?.message ?? stderr}`);
  return stdout;
}

/** Captures the screen whenever a row shows another kind of text, otherwise every ten seconds. */
async function inTerminal({ words, env, folder }: Job, columns: number): Promise<string> {
  const socket = `pulumi-druid-${process.pid}-${columns}`;
  const tmux = (...args: string[]) =>
    spawnSync("tmux", ["-L", socket, "-f", "/dev/null", ...args], { encoding: "utf8", env });
  const over = join(folder, "exit");
  const quoted = words.map((word) => `'${word}'`).join(" ");
  const size = ["-x", String(columns), "-y", String(TERMINAL_ROWS)];
  tmux("new-session", "-d", ...size, "-c", root, `clear; ${quoted}; echo $? > '${over}'; sleep 5`);
  const start = Date.now();
  const frames: string[] = [];
  let last = { kind: "", atMs: 0 };
  try {
    for (let isOver = false; !isOver; ) {
      await sleep(250);
      isOver = existsSync(over);
      const screen = tmux("capture-pane", "-p").stdout.trimEnd();
      const kind = screen
        .replace(/[\d.,]+/g, "")
        .replace(/ · .*$/gm, "")
        .replace(/\s+/g, " ");
      const atMs = Date.now() - start;
      if (screen === "" || (!isOver && kind === last.kind && atMs - last.atMs < FRAME_EVERY_MS)) continue;
      last = { kind, atMs };
      frames.push(`--- ${Math.round(atMs / 1_000)} s\n${screen}\n`);
    }
  } finally {
    tmux("kill-server");
  }
  if (readFileSync(over, "utf8").trim() !== "0") throw new Error(`Cannot go on:\n${frames.at(-1)}`);
  return frames.join("\n");
}

async function inLog({ words: [file = "", ...words], env }: Job): Promise<string> {
  const start = Date.now();
  const child = spawn(file, words, {
    cwd: root,
    env: { ...env, CI: "true" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const stamped: string[] = [];
  child.stdout.on("data", (data: Buffer) => {
    const at = `${Math.round((Date.now() - start) / 1_000)} s`.padStart(5);
    for (const line of data.toString().trimEnd().split("\n")) stamped.push(`[${at}] ${line}`.trimEnd());
  });
  const code = await new Promise<number | null>((done) => child.once("close", done));
  if (code !== 0) throw new Error(`Cannot go on:\n${stamped.join("\n")}`);
  return `${stamped.join("\n")}\n`;
}

interface Versions {
  druid: string;
  /** Undefined for this repository's own. */
  engine: string | undefined;
}

function page({ druid, engine }: Versions, narrow: string, wide: string, log: string): string {
  const block = (title: string, text: string) => `## ${title}\n\n\`\`\`console\n${text}\`\`\`\n`;
  return [
    "# How a load looks while it runs\n",
    "Written by `node test/run/transcripts.mjs`, not by hand: three ingestions on a real Druid " +
      `${druid} with eight task slots, run by ${engine ?? "this repository's local engine in place of the Pulumi CLI"}. ` +
      "The first reads two dozen slow files with three workers, for a minute; the third waits for the slots of the others.\n",
    "Pulumi puts type, name and status before the text, and cuts each row at the right edge. So a terminal of 80 columns " +
      "shows no text at all until `pulumi up` ends; by the same rules one of 100 columns shows the percentage and the " +
      "rows, and one of 120 also the speed and the time left. `pulumi up --non-interactive --yes` writes each text as a " +
      "line of its own, as in a log.\n",
    "`npx pulumi-druid task ID --svg FILE` draws the same load as this picture:\n\n![The task's stages over time](task.svg)\n",
    block("A terminal of 80 columns", narrow),
    block("A terminal of 140 columns", wide),
    block("A CI log", log),
  ].join("\n");
}
