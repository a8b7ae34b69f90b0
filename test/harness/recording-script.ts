// The requests that a recording is made of, and the queries in them.
import type { Recorded, Recording } from "./recording";

const LIMIT_MS = 60_000;
const ALL_OF_TIME = "-146136543-09-08T08:23:32.096Z/146140482-04-24T15:36:27.903Z";

export const SQL_TASK = "/druid/v2/sql/task";
export const TASKS = "/druid/indexer/v1";
export const COORDINATOR = "/druid/coordinator/v1";
export const ROWS = [
  '{"ts":"2020-01-01T01:00:00Z","page":"A","added":1}',
  '{"ts":"2020-01-02T01:00:00Z","page":"B","added":2}',
];

export const inline = (rows: readonly string[]) => ({ type: "inline", data: rows.join("\n") });
export const web = (url: string) => ({ type: "http", uris: [url] });
export const from = (source: object) =>
  `FROM TABLE(EXTERN('${JSON.stringify(source)}', '{"type":"json"}')) EXTEND ("ts" VARCHAR, "page" VARCHAR, "added" BIGINT)`;
export const select = (source: object) => `SELECT TIME_PARSE("ts") AS "__time", "page", "added" ${from(source)}`;
export const insert = (table: string, source: object) => `INSERT INTO "${table}" ${select(source)} PARTITIONED BY DAY`;
export const replace = (table: string, source: object) =>
  `REPLACE INTO "${table}" OVERWRITE ALL ${select(source)} PARTITIONED BY DAY CLUSTERED BY "page"`;

/** The requests by what they are for; `name` undefined keeps nothing. */
export class Script {
  constructor(readonly recording: Recording) {}

  submit(name: string | undefined, id: string, query: string, context: object = {}): Promise<Recorded> {
    return this.recording.ask(name, "POST", SQL_TASK, { body: { query, context: { sqlQueryId: id, ...context } } });
  }

  task(name: string | undefined, id: string, rest = ""): Promise<Recorded> {
    return this.recording.ask(name, "GET", `${TASKS}/task/${id}${rest}`);
  }

  shutdown(name: string | undefined, id: string): Promise<Recorded> {
    return this.recording.ask(name, "POST", `${TASKS}/task/${id}/shutdown`);
  }

  get(name: string, path: string): Promise<Recorded> {
    return this.recording.ask(name, "GET", path);
  }

  loadStatus(name: string | undefined, table: string): Promise<Recorded> {
    const query = new URLSearchParams({ forceMetadataRefresh: "true", interval: ALL_OF_TIME });
    return this.recording.ask(name, "GET", `${COORDINATOR}/datasources/${table}/loadstatus?${query}`);
  }

  usedSegments(name: string, table: string, query = ""): Promise<Recorded> {
    const path = `${COORDINATOR}/metadata/datasources/${table}/segments${query}`;
    return this.recording.ask(name, "POST", path, { body: [ALL_OF_TIME] });
  }

  queryableSegments(name: string, table: string): Promise<Recorded> {
    const query = new URLSearchParams({ intervals: ALL_OF_TIME, numCandidates: "1" });
    return this.get(name, `/druid/v2/datasources/${table}/candidates?${query}`);
  }

  brokerSegments(name: string, table: string, condition: string): Promise<Recorded> {
    const query = `SELECT "segment_id" FROM sys.segments WHERE "datasource" = ? AND ${condition}`;
    return this.sql(name, query, [{ type: "VARCHAR", value: table }]);
  }

  isLeader(name: string): Promise<Recorded> {
    return this.get(name, "/proxy/coordinator/druid/indexer/v1/isLeader");
  }

  sql(name: string, query: string, parameters?: object[]): Promise<Recorded> {
    const body = { query, resultFormat: "object", ...(parameters && { parameters }) };
    return this.recording.ask(name, "POST", "/druid/v2/sql", { body });
  }

  /** Asks until an answer fits, and keeps that one. */
  async until(what: string, ask: () => Promise<Recorded>, fits: (text: string) => boolean): Promise<void> {
    for (const end = Date.now() + LIMIT_MS; Date.now() < end; ) {
      if (fits(JSON.stringify((await ask()).body))) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`Cannot record: ${what} did not come within ${LIMIT_MS / 1000} s`);
  }

  ended(id: string, name?: string): Promise<void> {
    return this.until(
      `the end of ${id}`,
      () => this.task(name, id, "/status"),
      (text) => !text.includes('"statusCode":"RUNNING"'),
    );
  }
}
