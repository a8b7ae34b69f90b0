// What `npm run record:fixtures` does: puts a real Druid into every state that we read from, and keeps its answers for
// the unit tests. Takes about a minute.
import { join } from "node:path";
import { type RunningDruid, startDruid } from "./druid/druid";
import { type Drip, startFileServer } from "./druid/files";
import { services } from "./druid/settings";
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

const VERSION = "27.0.0";
const DIRECTORY = join(__dirname, "..", "fixtures", "druid", VERSION);
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
  await script.get("workers-in-use", `${TASKS}/workers`);
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
  await script.get("workers", `${TASKS}/workers`);
  await script.get("rules", `${COORDINATOR}/rules/done?full=true`);
  await script.loadStatus("loadstatus-none", "nothing");
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

async function secured(script: Script, druid: RunningDruid, adminPassword: string): Promise<void> {
  const login = (user: string, password: string) => ({
    authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`,
  });
  const setUp = async (path: string, body?: unknown) => {
    const url = `http://127.0.0.1:${druid.ports.coordinator}/druid-ext/basic-security/${path}`;
    const headers = { ...login("admin", adminPassword), "content-type": "application/json" };
    const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body ?? {}) });
    if (!response.ok) throw new Error(`Cannot record: "${path}" answered ${response.status}`);
  };
  await setUp("authentication/db/basic/users/reader");
  await setUp("authentication/db/basic/users/reader/credentials", { password: "swordfish" });
  await setUp("authorization/db/basic/users/reader");
  await setUp("authorization/db/basic/roles/readers");
  await setUp("authorization/db/basic/users/reader/roles/readers");
  const read = (name: string, type: string) => ({ resource: { name, type }, action: "READ" });
  await setUp("authorization/db/basic/roles/readers/permissions", [
    read("mine", "DATASOURCE"),
    read("EXTERNAL", "EXTERNAL"),
  ]);
  const { recording } = script;
  const body = { query: insert("others", inline(ROWS)), context: { sqlQueryId: "denied" } };
  const reader = login("reader", "swordfish");
  await script.until(
    "the new user",
    () => recording.ask("forbidden-submit", "POST", SQL_TASK, { body, headers: reader }),
    (text) => text.includes('"forbidden"'),
  );
  await recording.ask("forbidden-statuses", "POST", `${TASKS}/taskStatus`, { body: ["query-x"], headers: reader });
  await recording.ask("forbidden-capacity", "GET", `${TASKS}/totalWorkerCapacity`, { headers: reader });
  await recording.ask("forbidden-drop", "DELETE", `${COORDINATOR}/datasources/others`, { headers: reader });
  await recording.ask("unauthorized-none", "POST", SQL_TASK, { body });
  await recording.ask("unauthorized-wrong", "POST", SQL_TASK, { body, headers: login("reader", "wrong") });
  // Jetty writes its error page in what the client accepts.
  const anything = { ...login("reader", "wrong"), accept: "*/*" };
  await recording.ask("unauthorized-wrong-html", "POST", SQL_TASK, { body, headers: anything });
  await recording.ask("unauthorized-colon", "POST", SQL_TASK, { body, headers: login("reader", "sword:fish") });
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
    return recording.finished([[druid.dataDirectory, "/druid"], instance, ...more, ...ports]);
  } finally {
    await druid.stop();
  }
}

export async function main(): Promise<void> {
  const files = await startFileServer();
  try {
    const open = await onDruid({ coordinatorPeriodMs: COORDINATOR_PERIOD_MS }, async (script, druid) => {
      await finishedTasks(script);
      await runningTasks(script, files.drip("/held.json"));
      await refusals(script);
      await clusterAnswers(script);
      await outage(script, druid);
      return [[new RegExp(`\\b${files.port}\\b`, "g"), "9000"]];
    });
    const adminPassword = "correct horse";
    const closed = await onDruid({ basicAuth: { adminPassword } }, async (script, druid) => {
      await secured(script, druid, adminPassword);
      return [];
    });
    writeRecorded(DIRECTORY, new Map([...open, ...closed]));
    process.stdout.write(`Recorded ${open.size + closed.size} answers of Druid ${VERSION}\n`);
  } finally {
    await files.stop();
  }
}
