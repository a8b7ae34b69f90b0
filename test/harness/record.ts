// What `npm run record:fixtures` does: puts a real Druid into every state that we read from, and keeps its answers for
// the unit tests. Takes about a minute.
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type RunningDruid, startDruid } from "./druid/druid";
import { type Drip, startFileServer } from "./druid/files";
import { services } from "./druid/settings";
import { secured } from "./record-secured";
import { type Recorded, Recording, type Replacements, writeRecorded } from "./recording";
import {
  COORDINATOR,
  from,
  inline,
  insert,
  ROWS,
  replace,
  Script,
  SQL_TASK,
  select,
  TASKS,
  web,
} from "./recording-script";

const FIXTURES = join(__dirname, "..", "fixtures", "druid");
/** Slow enough to meet segments that are published and not loaded yet. */
const COORDINATOR_PERIOD_MS = 4_000;
async function finishedTasks(script: Script): Promise<void> {
  await script.submit("submit-ok", "done-insert", insert("done", inline(ROWS)));
  await script.ended("query-done-insert", "status-success");
  await script.loadStatus("loadstatus-0", "done");
  await script.queryableSegments("queryable-not-loaded", "done");
  await script.usedSegments("used-segments-not-loaded", "done");
  await script.task("report-insert", "query-done-insert", "/reports");
  await script.task("payload-msq", "query-done-insert");
  await script.submit("submit-duplicate", "done-insert", insert("done", inline(ROWS)));
  await script.shutdown("shutdown-finished", "query-done-insert");
  await script.until(
    "the load",
    () => script.loadStatus("loadstatus-100", "done"),
    (text) => text.includes("100"),
  );
  await script.submit("submit-replace", "done-replace", replace("done", inline(ROWS)));
  await script.ended("query-done-replace");
  await script.usedSegments("used-segments-overshadowed", "done");
  await script.task("report-replace", "query-done-replace", "/reports");
  await script.until(
    "the load",
    () => script.loadStatus(undefined, "done"),
    (text) => text.includes("100"),
  );
  await script.queryableSegments("queryable", "done");
  await script.brokerSegments("broker-segments-available", "done", '"is_available" = 1');
  await script.brokerSegments(
    "broker-segments-on-demand",
    "done",
    '"replication_factor" = 0 AND "is_overshadowed" = 0',
  );
  await script.isLeader("is-leader");
  await script.submit(undefined, "hidden-rows", insert("hidden", inline(ROWS)));
  await script.ended("query-hidden-rows");
  const nothing = `REPLACE INTO "hidden" OVERWRITE ALL ${select(inline(ROWS))} WHERE "added" < 0 PARTITIONED BY ALL`;
  await script.submit(undefined, "hidden-nothing", nothing);
  await script.ended("query-hidden-nothing");
  await script.usedSegments("used-segments-in-full", "hidden", "?full");
  await script.submit("submit-select", "done-select", `SELECT "page", "added" ${from(inline(ROWS))}`);
  await script.ended("query-done-select");
  await script.task("report-select", "query-done-select", "/reports");
  const timeless = ROWS.map((row) => row.replace("2020", "never"));
  await script.submit(undefined, "failed", insert("failed", inline(timeless)));
  await script.ended("query-failed", "status-failed");
  await script.task("report-failed", "query-failed", "/reports");
  const unreadable = `WHERE JSON_VALUE(PARSE_JSON("page"), '$.a') IS NULL PARTITIONED`;
  await script.submit(
    undefined,
    "failed-expression",
    insert("failed", inline(ROWS)).replace("PARTITIONED", unreadable),
  );
  await script.ended("query-failed-expression");
  await script.task("report-failed-expression", "query-failed-expression", "/reports");
  await script.submit(undefined, "warned", insert("warned", inline([...ROWS, '{"cut'])), { maxParseExceptions: 5 });
  await script.ended("query-warned");
  await script.task("report-warned", "query-warned", "/reports");
  const context = { pulumiDruid: "mark - urn:example" };
  const noop = { type: "noop", id: "query-done-2", dataSource: "done", runTime: 1, context };
  await script.recording.ask("noop-ok", "POST", `${TASKS}/task`, { body: noop });
  await script.ended("query-done-2", "status-noop");
  await script.task("payload-noop", "query-done-2");
  await script.task("report-noop", "query-done-2", "/reports");
  await script.recording.ask("noop-duplicate", "POST", `${TASKS}/task`, { body: noop });
}

/** `source` keeps an ingestion running for as long as it has not ended. */
async function runningTasks(script: Script, source: Drip): Promise<void> {
  source.write(`${ROWS.join("\n")}\n`);
  await script.submit(undefined, "held", replace("held", web(source.url)));
  await source.readers();
  await script.until(
    "rows in the report",
    () => script.task("report-running", "query-held", "/reports"),
    (text) => /"input0":\{[^}]*"rows":\[[1-9]/.test(text),
  );
  await script.task("status-running", "query-held", "/status");
  await script.submit(undefined, "behind", replace("held", inline(ROWS)));
  await script.task("status-waiting", "query-behind", "/status");
  await script.task("report-not-yet", "query-behind", "/reports");
  const ids = ["query-held", "query-behind", "query-done-insert", "query-failed", "query-done-2", "query-unknown"];
  await script.recording.ask("statuses", "POST", `${TASKS}/taskStatus`, { body: ids });
  await script.recording.ask("statuses-unknown", "POST", `${TASKS}/taskStatus`, { body: ["query-unknown"] });
  await script.get("capacity-in-use", `${TASKS}/totalWorkerCapacity`);
  await script.shutdown(undefined, "query-behind");
  await script.shutdown("shutdown-running", "query-held");
  await script.ended("query-held", "status-canceled");
  await script.until(
    "the fault",
    () => script.task("report-canceled", "query-held", "/reports"),
    (text) => text.includes("Canceled"),
  );
  source.end();
}

async function refusals(script: Script): Promise<void> {
  const explain = (name: string, query: string) => script.submit(name, name, `EXPLAIN PLAN FOR ${query}`);
  await explain("explain-insert", insert("planned", inline(ROWS)));
  await explain("explain-replace", replace("planned", inline(ROWS)));
  await explain("explain-select", `SELECT "page" ${from(inline(ROWS))}`);
  const union = `${select(inline(ROWS))} UNION ALL ${select(inline(ROWS))}`;
  const unionOfTables = 'SELECT "page" FROM "done" UNION ALL SELECT "page" FROM "done"';
  await explain("explain-union", `INSERT INTO "planned" ${union} PARTITIONED BY ALL`);
  await explain("explain-union-of-tables", `INSERT INTO "planned" ${unionOfTables} PARTITIONED BY ALL`);
  await script.submit("explain-union-as-text", "text", `EXPLAIN PLAN FOR ${union}`, { useNativeQueryExplain: false });
  await script.submit("submit-union", "union", `INSERT INTO "united" ${union} PARTITIONED BY ALL`);
  await explain("explain-missing-table", 'INSERT INTO "planned" SELECT * FROM "missing" PARTITIONED BY ALL');
  await script.submit("submit-bad-word", "bad-1", 'INSERT INTO "t" SELECT * FORM "u" PARTITIONED BY ALL');
  await script.submit("submit-bad-end", "bad-2", 'INSERT INTO "t" SELECT (1 FROM');
  await script.submit("submit-missing-table", "bad-3", 'INSERT INTO "t"\nSELECT * FROM "missing" PARTITIONED BY ALL');
  await script.submit(
    "submit-missing-column",
    "bad-4",
    `INSERT INTO "t" SELECT "nope" ${from(inline(ROWS))} PARTITIONED BY ALL`,
  );
  await script.submit("submit-no-partitions", "bad-5", `INSERT INTO "t" ${select(inline(ROWS))}`);
  await script.submit("submit-bad-source", "bad-6", insert("t", { type: "nonsense", password: "swordfish" }));
  await script.submit("submit-bad-context", "bad-7", insert("t", inline(ROWS)), { maxNumTasks: 1 });
  await script.submit("submit-bad-id", "a/b", insert("t", inline(ROWS)));
  await script.task("status-unknown", "query-unknown", "/status");
  await script.task("report-unknown", "query-unknown", "/reports");
  await script.task("payload-unknown", "query-unknown");
  await script.shutdown("shutdown-unknown", "query-unknown");
  await script.get("path-unknown", "/druid/v2/nothing/there");
}

async function clusterAnswers(script: Script): Promise<void> {
  await script.get("task-engine-enabled", `${SQL_TASK}/enabled`);
  await script.get("capacity", `${TASKS}/totalWorkerCapacity`);
  await script.get("rules", `${COORDINATOR}/rules/done?full=true`);
  await script.loadStatus("loadstatus-none", "nothing");
  await script.get("loadstatus-outside", `${COORDINATOR}/datasources/done/loadstatus?forceMetadataRefresh=true`);
  await script.usedSegments("used-segments-none", "nothing");
  await script.queryableSegments("queryable-none", "nothing");
  await script.recording.ask("sql-missing-table", "POST", "/druid/v2/sql", {
    body: { query: 'SELECT * FROM "nothing"' },
  });
  await script.recording.ask("drop", "DELETE", `${COORDINATOR}/datasources/done`);
  await script.recording.ask("drop-unknown", "DELETE", `${COORDINATOR}/datasources/nothing`);
}

async function outage(script: Script, druid: RunningDruid): Promise<void> {
  await druid.stopService("coordinator");
  await script.submit("outage-submit", "outage", insert("t", inline(ROWS)));
  await script.until(
    "the Router's word",
    () => script.task("outage-status", "query-done-insert", "/status"),
    (text) => text.includes("Unable to determine"),
  );
  await script.loadStatus("outage-loadstatus", "done");
}

/** Runs one part on a server of its own and returns what it recorded. */
async function onDruid(
  options: Parameters<typeof startDruid>[0],
  part: (script: Script, druid: RunningDruid) => Promise<Replacements>,
): Promise<Map<string, Recorded>> {
  const druid = await startDruid(options);
  try {
    const recording = new Recording(druid.url);
    const more = await part(new Script(recording), druid);
    const usual = { coordinator: 8081, broker: 8082, historical: 8083, indexer: 8091, router: 8888 };
    const ports = services.map(
      (service) => [new RegExp(`\\b${druid.ports[service]}\\b`, "g"), String(usual[service])] as const,
    );
    const instance = [/(?<=Servlet)-[0-9a-f]+/g, ""] as const;
    const hostName = [/(?<="ip": ")[^"]*/g, "localhost"] as const;
    return recording.finished([[druid.dataDirectory, "/druid"], instance, hostName, ...more, ...ports]);
  } finally {
    await druid.stop();
  }
}

/** `--lib DIR` records the Druid of that folder in place of 27.0.0. */
export async function main(words: string[]): Promise<void> {
  const { lib } = parseArgs({ args: words, options: { lib: { type: "string" } } }).values;
  const files = await startFileServer();
  try {
    let version = "";
    const open = await onDruid({ lib, coordinatorPeriodMs: COORDINATOR_PERIOD_MS }, async (script, druid) => {
      version = druid.version;
      await finishedTasks(script);
      await runningTasks(script, files.drip("/held.json"));
      await refusals(script);
      await clusterAnswers(script);
      await outage(script, druid);
      return [[new RegExp(`\\b${files.port}\\b`, "g"), "9000"]];
    });
    const adminPassword = "correct horse";
    const closed = await onDruid({ lib, basicAuth: { adminPassword } }, async (script, druid) => {
      await secured(script, druid, adminPassword);
      return [];
    });
    writeRecorded(join(FIXTURES, version), new Map([...open, ...closed]));
    process.stdout.write(`Recorded ${open.size + closed.size} answers of Druid ${version}\n`);
  } finally {
    await files.stop();
  }
}
