import { describe, expect, test } from "@jest/globals";
import type { DruidClient } from "../../../src/druid/client";
import type { TaskReport, TaskStatus } from "../../../src/druid/wire/task";
import { TaskStatusResponse } from "../../../src/druid/wire/task-schemas";
import { recorded as answerOf } from "../druid/recorded";
import { channel, failedWith, live, recorded } from "../ingestion/report/reports";
import { cli } from "./outside";

const statusOf = (release: string, name: string): TaskStatus =>
  TaskStatusResponse.parse(answerOf(`${release}/${name}`).body).status;

/** What `pulumi-druid task ID …` prints of these answers. */
async function shown(
  status: TaskStatus | undefined,
  report: TaskReport | undefined,
  words: string[] = [],
  columns = 80,
) {
  const files = new Map<string, string>();
  const client = { url: "http://druid:8888", status: async () => status, report: async () => report };
  const printed = await cli(["task", status?.id ?? "query-x", ...words], {
    env: { DRUID_URL: "http://druid:8888", DRUID_TOKEN: "swordfish-1" },
    columns,
    druid: () => client as unknown as DruidClient,
    save: async (path, text) => void files.set(path, text),
  });
  return { ...printed, files };
}

const RUNNING: TaskStatus = {
  id: "query-x",
  statusCode: "RUNNING",
  dataSource: "pages",
  createdTime: "2024-01-01T00:00:00Z",
};
const FAILED: TaskStatus = { ...RUNNING, statusCode: "FAILED" };

/** Two workers of which one lags, while the first of two stages reads. */
function reading(): TaskReport {
  const report = live(
    [
      {
        phase: "READING_INPUT",
        counters: {
          0: { input0: channel({ rows: [20_000], bytes: [2_000_000], files: [2], totalFiles: [4] }) },
          1: { input0: channel({ rows: [1_200], bytes: [120_000], files: [0], totalFiles: [4] }) },
        },
      },
      { type: "segmentGenerator", input: [{ type: "stage", stage: 0 }] },
    ],
    { startTime: "2024-01-01T00:00:00.000Z", durationMs: 30_000 },
  );
  Object.assign(report.payload.stages?.[0] ?? {}, { startTime: "2024-01-01T00:00:03.000Z", duration: 27_000 });
  return report;
}

describe("pulumi-druid task", () => {
  test("shows a running task: percentage, rows, bytes, each worker", async () => {
    const { code, out } = await shown(RUNNING, reading());
    expect(code).toBe(0);
    expect(out).toBe(`\
query-x: RUNNING, 14%
into "pages" · began 2024-01-01 00:00:00Z · 30 s
21,200 rows read · 2.1 MB · 2 workers

1/2 scan                ████░░░░░░░░░░░░░  27 s · 21,200 rows · 2.1 MB · reading
  worker 0            ▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪  20,000 rows · 2/4 files
  worker 1            ▪                    1,200 rows · 0/4 files
2/2 segmentGenerator                       not begun

http://druid:8888/unified-console.html#tasks/task_id~query-x
`);
  });

  test.each(["27.0.0", "37.0.0"])("shows what Druid %s recorded of a load", async (release) => {
    const { out } = await shown(statusOf(release, "status-success"), recorded("report-insert", release));
    expect(out).toMatch(/^query-done-insert: SUCCESS\ninto "done" · began 2024-01-01 00:00:0\dZ · \d\.\d s\n/);
    expect(out).toContain("2 rows written · 2 segments · 1 worker\n");
    expect(out).toMatch(/\n1\/2 scan +█+ +[\d.]+ s · 2 rows\n2\/2 segmentGenerator +█+ +[\d.]+ s · 2 rows · 204 B\n/);
  });

  test.each(["27.0.0", "37.0.0"])("shows the warnings that Druid %s recorded", async (release) => {
    const { out } = await shown(statusOf(release, "status-success"), recorded("report-warned", release));
    expect(out).toContain('\n1 warning: CannotParseExternalData\n  Unable to parse row [{"cut] (Record: 3, Line: 3)\n');
  });

  test.each(["27.0.0", "37.0.0"])(
    "shows the error that Druid %s recorded, its cause and the next step",
    async (release) => {
      const { code, out } = await shown(
        statusOf(release, "status-failed"),
        recorded("report-failed-expression", release),
      );
      expect(code).toBe(0);
      expect(out).toMatch(/\n(UnknownError|DruidException) in stage 1\/2 \(Druid's stage 0\) on 127\.0\.0\.1:8091\n/);
      expect(out.replace(/\s+/g, " ")).toMatch(/bad string input \[A\]; caused by JsonParseException: .* next: /);
      expect(out).toContain("1/2 scan");
    },
  );

  test.each([50, 60, 80, 140])("fits into %d columns", async (columns) => {
    for (const report of [
      reading(),
      recorded("report-failed"),
      recorded("report-warned"),
      recorded("report-running"),
    ]) {
      const { out } = await shown(FAILED, report, [], columns);
      const [picture = ""] = out.split("\nhttp://");
      expect(Math.max(...picture.split("\n").map((line) => line.length))).toBeLessThanOrEqual(columns);
    }
  });

  test("puts the texts below the bars in a narrow terminal", async () => {
    const { out } = await shown(RUNNING, reading(), [], 40);
    expect(out).toContain("\n1/2 scan              ");
    expect(out).toContain("\n    27 s · 21,200 rows · 2.1 MB ·\n    reading\n");
  });

  test("shows a task that has no report yet, and why it waits", async () => {
    const { out } = await shown({ ...RUNNING, runnerStatusCode: "WAITING" }, undefined);
    expect(out).toContain("query-x: RUNNING, waiting for locks\n");
    expect(out).toContain("Druid has no report of it");
  });

  test("removes secrets from errors and warnings", async () => {
    const report = failedWith(
      { errorCode: "UnknownError", errorMessage: "no http://ann:hunter22@h/x with swordfish-1" },
      {
        exceptionStackTrace:
          "x\nCaused by: java.io.IOException: http://bob:letmein9@h/x swordfish-1\n\tat a.b(C.java:1)\n",
      },
    );
    for (const words of [[], ["--svg", "x.svg"]]) {
      const { out, files } = await shown(FAILED, report, words);
      expect(out + [...files.values()]).not.toMatch(/hunter22|letmein9|swordfish-1/);
    }
  });

  test.each([
    [undefined, /^Cannot show task "query-x" on "http:\/\/druid:8888": Druid does not know it, or has forgotten it/],
    [{ ...RUNNING, type: "compact" }, /it is of type compact; give the ID of a SQL task/],
  ])("says why it cannot show one", async (status, message) => {
    const { code, out, err } = await shown(status, undefined);
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toMatch(message);
  });
});

describe("pulumi-druid task --svg", () => {
  test("writes one SVG with stages, workers and texts", async () => {
    const { code, out, files } = await shown(RUNNING, reading(), ["--svg", "task.svg"]);
    expect({ code, out }).toEqual({ code: 0, out: "query-x: RUNNING, 14%; its picture is in task.svg\n" });
    const svg = files.get("task.svg") ?? "";
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" width="900" height="\d+"/);
    for (const text of ["1/2 scan", "worker 1", "1,200 rows · 0/4 files", "into &quot;pages&quot;", ">10 s<"]) {
      expect(svg).toContain(text);
    }
  });

  test("is valid XML whatever a row of the source contains", async () => {
    const report = failedWith({ errorCode: "X<Y>&Z", errorMessage: 'row <b a="1">\u0000\u001b[31m & ]]> é 💧' });
    const svg = (await shown(FAILED, report, ["--svg", "x"])).files.get("x") ?? "";
    expect(svg).toContain("row &lt;b a=&quot;1&quot;&gt;[31m &amp; ]]&gt; é 💧");
    const tags = [...svg.matchAll(/<(\/?)(\w+)[^<>]*?(\/?)>/g)];
    const open: string[] = [];
    for (const [, closes, name = "", alone] of tags) {
      if (closes) expect(open.pop()).toBe(name);
      else if (!alone) open.push(name);
    }
    expect(open).toEqual([]);
    expect(svg.replace(/<[^<>]*>/g, "")).not.toMatch(/[<>]|&(?!amp;|lt;|gt;|quot;)/);
  });
});
