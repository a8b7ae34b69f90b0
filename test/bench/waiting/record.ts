/**
 * `npx tsx test/bench/waiting/record.ts [--lib DIR]`: loads into a real Druid and keeps what its reports say on the way
 * in test/fixtures/progress/<version>.json. Takes some minutes.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { systemClock } from "../../../src/base/clock";
import type { DruidClient } from "../../../src/druid/client";
import { createHttpClient } from "../../../src/druid/http-client";
import type { TaskReport } from "../../../src/druid/wire/task";
import { sumOf, workersOf } from "../../../src/ingestion/report/progress";
import { startDruid } from "../../harness/druid/druid";
import { type FileServer, startFileServer } from "../../harness/druid/files";
import { PROGRESS, type RecordedLook, type RecordedRun } from "./recorded";
import type { StageFigures } from "./task";

const LOOK_EVERY_MS = 500;
const ROWS = 400_000;
const FILES = 12;
const FILE_EVERY_MS = 2_000;

const NAMES = Array.from({ length: 15 }, (_, index) => (index < 8 ? `s${index}` : `n${index}`));

function csv(from: number, rows: number): string {
  const line = (row: number) => [
    new Date(1_704_067_200_000 + row * 1_000).toISOString(),
    ...NAMES.map((name, index) => (name.startsWith("s") ? `v${row % (97 + index * 13)}` : row * index)),
  ];
  return Array.from({ length: rows }, (_, row) => line(from + row).join()).join("\n");
}

function source(uris: string[]): string {
  const columns = ["t", ...NAMES];
  const types = NAMES.map((name) => `"${name}" ${name.startsWith("s") ? "VARCHAR" : "BIGINT"}`);
  return `TABLE(EXTERN('${JSON.stringify({ type: "http", uris })}', '${JSON.stringify({ type: "csv", columns })}'))
    EXTEND ("t" VARCHAR, ${types.join(", ")})`;
}

const load = (target: string, select: string) =>
  `REPLACE INTO "${target}" OVERWRITE ALL ${select} PARTITIONED BY DAY CLUSTERED BY "s0"`;

/** Files whose bytes arrive one file after the other. */
function slowFiles(files: FileServer): string[] {
  return Array.from({ length: FILES }, (_, file) => {
    const drip = files.drip(`/slow-${file}.csv`);
    void drip.readers().then(async () => {
      await systemClock.sleep(FILE_EVERY_MS);
      drip.write(csv(file * 1_000, 1_000));
      drip.end();
    });
    return drip.url;
  });
}

function lookOf(report: TaskReport, ageMs: number): RecordedLook {
  const stages = (report.payload.stages ?? []).map((stage): StageFigures => {
    const workers = workersOf(report, stage);
    const channels = (name: string) => workers.flatMap((worker) => (worker[name] ? [worker[name] as object] : []));
    const sum = (name: string, field: "rows" | "files" | "totalFiles") => sumOf(channels(name), field);
    const written = (field: "rowsProcessed" | "rowsMerged" | "rowsPushed") =>
      workers.reduce((total, worker) => total + (worker.segmentGenerationProgress?.[field] ?? 0), 0);
    return {
      phase: stage.phase ?? null,
      duration: stage.duration ?? null,
      files: [sum("input0", "files"), sum("input0", "totalFiles")],
      rows: [sum("input0", "rows"), sum("output", "rows"), sum("shuffle", "rows")],
      written: [written("rowsProcessed"), written("rowsMerged"), written("rowsPushed")],
    };
  });
  return { ageMs, stages };
}

async function follow(client: DruidClient, name: string, query: string): Promise<RecordedRun> {
  const begun = Date.now();
  const { taskId } = await client.submit({ query });
  const looks: RecordedLook[] = [];
  for (;;) {
    const ageMs = Date.now() - begun;
    const status = await client.status(taskId);
    if (status?.statusCode === "FAILED") throw new Error(`Cannot record "${name}": ${status.errorMsg}`);
    if (status?.statusCode === "SUCCESS") return { name, durationMs: ageMs, looks };
    const report = await client.report(taskId, { patienceMs: 0 }).catch(() => undefined);
    if (report?.payload.status.status === "RUNNING") looks.push(lookOf(report, ageMs));
    await systemClock.sleep(LOOK_EVERY_MS);
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { lib: { type: "string" } } });
  const [druid, files] = await Promise.all([startDruid({ lib: values.lib }), startFileServer()]);
  try {
    const connection = { url: druid.url, headers: {}, tls: {}, requestTimeoutSeconds: 60 };
    const client = createHttpClient({ connection, clock: systemClock, random: Math.random });
    const parts = Array.from({ length: 4 }, (_, part) =>
      files.text(`/rows-${part}.csv`, csv((part * ROWS) / 4, ROWS / 4)),
    );
    const time = `TIME_PARSE("t") AS "__time"`;
    const runs = [
      await follow(client, "rows", load("rows", `SELECT ${time}, * FROM ${source(parts)}`)),
      await follow(client, "slow files", load("files", `SELECT ${time}, * FROM ${source(slowFiles(files))}`)),
      await follow(
        client,
        "grouped",
        load("grouped", `SELECT ${time}, "s0", "s1", SUM("n9") AS "n" FROM ${source(parts)} GROUP BY 1, 2, 3`),
      ),
    ];
    for (const { name, durationMs, looks } of runs) console.log(`${name}: ${durationMs} ms, ${looks.length} looks`);
    const lines = runs.map((run) => JSON.stringify(run));
    writeFileSync(join(PROGRESS, `${druid.version}.json`), `[\n${lines.join(",\n")}\n]\n`);
  } finally {
    await files.stop();
    await druid.stop();
  }
}

void main();
