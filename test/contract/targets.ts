/** The two servers that the contract suite asks the same questions: the fake over HTTP, and a real Druid. */
import { randomUUID } from "node:crypto";
import type { Clock } from "../../src/base/clock";
import { systemClock } from "../../src/base/clock";
import type { DruidClient } from "../../src/druid/client";
import { createHttpClient } from "../../src/druid/http-client";
import { startTestDruid } from "../harness/druid/druid";
import { startFileServer } from "../harness/druid/files";
import { FakeDruid, type Plan, serveFake } from "../harness/fake";
import { CUT, TWO } from "./rows";

export interface Target {
  url: string;
  /** Druid's major version; the fake's is that of the server it was made after. */
  major: number;
  client: DruidClient;
  /** An EXTERN over lines of JSON with "t" and "n". */
  source(lines: string[]): string;
  /** An EXTERN over two rows that is not read to its end before `letGo`. */
  slowSource(): { extern: string; letGo(): void };
  stop(): Promise<void>;
}

const COLUMNS = `'{"type":"json"}')) EXTEND ("t" BIGINT, "n" BIGINT)`;

function clientOf(url: string): DruidClient {
  const connection = { url, headers: {}, tls: {}, requestTimeoutSeconds: 30 };
  return createHttpClient({ connection, clock: systemClock, random: Math.random });
}

function httpExtern(url: string): string {
  return `TABLE(EXTERN('${JSON.stringify({ type: "http", uris: [url] })}', ${COLUMNS}`;
}

/** Long enough that no test sees its end by itself. */
const SLOW_MS = 3_600_000;

function outcomeOf(query: string, badLines: number, context: Record<string, unknown>): Plan["outcome"] {
  if (/'never'/.test(query)) return { fault: "InsertTimeNull", message: "Null timestamp (__time)", stageNumber: 1 };
  const { maxParseExceptions: max = 0 } = context;
  if (badLines <= Number(max)) return "success";
  if (max === 0) return { fault: "CannotParseExternalData", message: "Unable to parse row", stageNumber: 0 };
  const type = "CannotParseExternalData";
  return { fault: "TooManyWarnings", message: `Too many warnings of type ${type} generated (max = ${max})` };
}

export async function fakeTarget(): Promise<Target> {
  let skippedMs = 0;
  const clock: Clock = { now: () => Date.now() + skippedMs, sleep: systemClock.sleep };
  const fake = new FakeDruid({ clock });
  fake.warehouse.dropDelayMs = 20;
  fake.warehouse.brokerLagMs = 5;
  // The fake reads no data: what a query would find is told by markers in the addresses of its sources.
  fake.plan(({ query, context }) => {
    const [, rows = "2", bad = "0"] = /rows=(\d+)&bad=(\d+)/.exec(query) ?? [];
    const badLines = Number(bad);
    const outcome = outcomeOf(query, badLines, context);
    return {
      runMs: query.includes("slow") ? SLOW_MS : 20,
      startMs: 5,
      endMs: 5,
      loadDelayMs: 100,
      cancelReportMs: 20,
      rows: /WHERE "n" < 0/.test(query) ? 0 : Number(rows),
      badLines: outcome === "success" || outcome.fault === "TooManyWarnings" ? badLines : 0,
      outcome,
    };
  });
  fake.plan('SELECT "n", ', {
    results: [
      [1, "x"],
      [2, "x"],
    ],
  });
  const served = await serveFake(fake);
  return {
    url: served.url,
    major: 27,
    client: clientOf(served.url),
    source: (lines) => {
      const bad = lines.filter((line) => line === CUT).length;
      return httpExtern(`http://localhost/?rows=${lines.length - bad}&bad=${bad}`);
    },
    slowSource: () => ({
      extern: httpExtern("http://localhost/slow"),
      letGo: () => {
        skippedMs += SLOW_MS;
      },
    }),
    stop: served.stop,
  };
}

export async function realTarget(): Promise<Target> {
  const running = process.env.PULUMI_DRUID_TEST_URL;
  const files = await startFileServer();
  const druid = running === undefined ? await startTestDruid() : undefined;
  const url = running ?? druid?.url ?? "";
  const { version } = (await (await fetch(`${url}/status`)).json()) as { version: string };
  const drips: { end(): void }[] = [];
  return {
    url,
    major: Number.parseInt(version, 10),
    client: clientOf(url),
    source: (lines) => httpExtern(files.text(`/${randomUUID()}`, `${lines.join("\n")}\n`)),
    slowSource: () => {
      const drip = files.drip(`/${randomUUID()}`);
      drip.write(`${TWO.join("\n")}\n`);
      drips.push(drip);
      return { extern: httpExtern(drip.url), letGo: () => drip.end() };
    },
    stop: async () => {
      for (const drip of drips) drip.end();
      await druid?.stop();
      await files.stop();
    },
  };
}
