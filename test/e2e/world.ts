/** What every end-to-end test stands on: a real Druid, sources that it reads, and a count by SQL. */
import { startTestDruid } from "../harness/druid/druid";
import { type FileServer, startFileServer } from "../harness/druid/files";
import { TestStack } from "../harness/stack";

export interface Task {
  id: string;
  statusCode: string;
  type: string;
  dataSource: string;
  createdTime: string;
  /** Milliseconds; -1 while it runs. */
  duration: number;
  errorMsg: string | null;
}

export interface World {
  url: string;
  files: FileServer;
  /** A stack whose config points to the Druid; gone when the world stops. */
  stack(more?: {
    config?: Record<string, string>;
    secretConfig?: Record<string, string>;
    name?: string;
    example?: string;
    beside?: TestStack;
  }): TestStack;
  /** Rows in a datasource; 0 where there is none. */
  count(dataSource: string, where?: string): Promise<number>;
  sql(query: string): Promise<Record<string, unknown>[]>;
  /** States of all tasks whose id contains the text. */
  tasks(part: string): Promise<Task[]>;
  stop(): Promise<void>;
}

/** Uses the Druid that the test runner has started for all parts, else one of its own. */
export async function startWorld(): Promise<World> {
  const shared = process.env.PULUMI_DRUID_TEST_URL;
  const own = shared === undefined ? await startTestDruid() : undefined;
  const url = shared ?? own?.url ?? "";
  const files = await startFileServer();
  const stacks: TestStack[] = [];

  const sql: World["sql"] = async (query) => {
    const response = await fetch(`${url}/druid/v2/sql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query }),
    });
    const body = await response.json();
    if (!response.ok) throw new Error(JSON.stringify(body));
    return body as Record<string, unknown>[];
  };
  /** A test that failed half-way must not keep slots of a shared Druid. */
  const endRuns = async () => {
    const response = await fetch(`${url}/druid/indexer/v1/tasks?state=running`);
    const left = ((await response.json()) as Task[]).filter(({ dataSource }) =>
      stacks.some(({ name }) => dataSource.endsWith(name)),
    );
    await Promise.all(left.map(({ id }) => fetch(`${url}/druid/indexer/v1/task/${id}/shutdown`, { method: "POST" })));
  };
  return {
    url,
    files,
    sql,
    stack({ config = {}, secretConfig = {}, name, example, beside } = {}) {
      const stack = new TestStack({ "druid:url": url, ...config }, secretConfig, name, example, beside);
      stacks.push(stack);
      return stack;
    },
    async count(dataSource, where = "1=1") {
      try {
        const [row] = await sql(`SELECT COUNT(*) AS "n" FROM "${dataSource}" WHERE ${where}`);
        return Number(row?.n ?? 0);
      } catch (error) {
        if (/not found/.test(String(error))) return 0;
        throw error;
      }
    },
    async tasks(part) {
      const response = await fetch(`${url}/druid/indexer/v1/tasks`);
      const all = (await response.json()) as Task[];
      return all.filter(({ id }) => id.includes(part)).sort((a, b) => a.id.localeCompare(b.id));
    },
    async stop() {
      await endRuns();
      await Promise.all(stacks.map((stack) => stack.dispose()));
      await files.stop();
      await own?.stop();
    },
  };
}

/** CSV with a time, a number and a name; `from` shifts the numbers, so that contents differ. */
export const csv = (rows: number, from = 0): string => `t,n,name\n${csvRows(rows, from)}`;

/** `csv` without its head, for a source that has sent that already. */
export function csvRows(rows: number, from = 0): string {
  const lines = Array.from({ length: rows }, (_, index) => {
    const time = new Date(Date.UTC(2024, 0, 1) + (index % 2_000) * 3_600_000).toISOString();
    return `${time},${from + index},name-${index % 7}`;
  });
  return `${lines.join("\n")}\n`;
}

export const extern = (uri: string): string => `TABLE(EXTERN('${JSON.stringify({ type: "http", uris: [uri] })}',
  '{"type":"csv","findColumnsFromHeader":true}')) EXTEND ("t" VARCHAR, "n" BIGINT, "name" VARCHAR)`;

/** A whole statement that loads everything from a source. */
export function load(verb: "INSERT" | "REPLACE", dataSource: string, uri: string, where = ""): string {
  const head = verb === "INSERT" ? `INSERT INTO "${dataSource}"` : `REPLACE INTO "${dataSource}" OVERWRITE ALL`;
  return `${head} SELECT TIME_PARSE("t") AS __time, "n", "name" FROM ${extern(uri)} ${where} PARTITIONED BY ALL`;
}

/** A program that declares one ingestion. */
export function ingestion(name: string, args: Record<string, unknown>, options = "{}"): string {
  return `const ${name} = new MsqIngestion("${name}", ${JSON.stringify(args)}, ${options});\n`;
}
