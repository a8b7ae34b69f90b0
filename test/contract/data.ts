import { expect, test } from "@jest/globals";
import { summarizeError } from "../../src/ingestion/report/summary";
import { endingOf } from "../../src/ingestion/rules/ending";
import { notOvershadowed } from "../../src/ingestion/segments/timeline";
import { segmentsOf } from "../../src/ingestion/segments/used";
import { type Asked, until } from "./asked";
import { ALL_OF_TIME, CUT, insert, insertTimeless, ROW, replace, replaceDay, TWO } from "./rows";

export function contractOfData(asked: Asked): void {
  test("appends an INSERT, overwrites by REPLACE, hides by an empty one and drops all", async () => {
    const dataSource = asked.named("data");
    expect(await asked.client.loadStatus(dataSource)).toBeUndefined();
    await asked.run(insert(dataSource, asked.source(TWO)));
    // By the end of the task the metadata has the segments, whatever has heard of them yet.
    expect(await asked.client.usedSegments(dataSource)).toHaveLength(1);
    expect((await asked.client.loadStatus(dataSource))?.percent).toBeLessThanOrEqual(100);
    await asked.run(insert(dataSource, asked.source(TWO)));
    await asked.count(dataSource, 4);
    await asked.run(replace(dataSource, asked.source([...TWO, ROW(3)])));
    asked.note("load status", await asked.loaded(dataSource));
    await asked.count(dataSource, 3);
    const used = segmentsOf(dataSource, await asked.client.usedSegments(dataSource));
    // The Coordinator retires the hidden ones, sooner or later.
    expect(used.length).toBeLessThanOrEqual(3);
    expect(notOvershadowed(used)).toHaveLength(1);
    const { report } = await asked.run(replace(dataSource, `${asked.source(TWO)} WHERE "n" < 0`));
    expect(report?.payload.status.status).toBe("SUCCESS");
    await asked.loaded(dataSource);
    await asked.count(dataSource, 0);
    // Even when it is loaded a Broker shows no tombstone.
    expect(await asked.client.queryableSegments(dataSource, [ALL_OF_TIME])).toEqual([]);
    const full = asked.note("used segments in full", await asked.client.usedSegmentsInFull(dataSource, [ALL_OF_TIME]));
    expect(full.filter(({ isTombstone }) => isTombstone)).toHaveLength(1);
    await asked.client.markUnused(dataSource);
    expect(await asked.client.loadStatus(dataSource)).toBeUndefined();
    expect(await asked.client.usedSegments(dataSource)).toEqual([]);
    await until(
      () => asked.client.brokerSegments(dataSource, "available", { limit: 1 }),
      (segments) => segments.length === 0,
    );
    const query = `SELECT COUNT(*) AS n FROM "${dataSource}"`;
    const unknown = () =>
      asked.client.sql({ query }).then(
        () => undefined,
        (error: unknown) => error,
      );
    expect(await until(unknown, (error) => error !== undefined)).toMatchObject({
      status: 400,
      errorCode: "invalidInput",
    });
    await asked.run(replace(asked.named("nothing"), `${asked.source(TWO)} WHERE "n" < 0`));
    expect(await asked.client.loadStatus(asked.named("nothing"))).toBeUndefined();
  });

  test("tells which intervals a REPLACE overwrites, and lists the segments of these alone", async () => {
    const dataSource = asked.named("part");
    const { id } = await asked.run(replaceDay(dataSource, asked.source(TWO)));
    const within = (await asked.client.payload(id))?.spec?.destination?.replaceTimeChunks ?? [];
    expect(within).toHaveLength(1);
    expect(await asked.client.usedSegments(dataSource, within)).toHaveLength(1);
  });

  test("counts what a datasource holds, inside and outside of a time interval", async () => {
    const dataSource = asked.named("held");
    expect(await asked.client.holding(dataSource)).toEqual({ columns: [], groups: [] });
    expect(await asked.client.isReadable(dataSource)).toBeUndefined();
    await asked.run(insert(dataSource, asked.source(TWO)));
    await asked.count(dataSource, TWO.length);
    expect(await asked.client.isReadable(dataSource)).toBe(true);
    // A Broker counts the rows of a new segment a few seconds late.
    const ask = () => asked.client.holding(dataSource);
    const held = await until(ask, ({ groups: [group] }) => group?.rows === TWO.length);
    expect(asked.note("segments held", held)).toMatchObject({
      groups: [{ place: "inside", period: "ALL", segments: 1, rows: 2 }],
    });
    const columns = held.columns.sort((a, b) => a.name.localeCompare(b.name));
    expect(columns).toEqual([
      { name: "__time", type: "TIMESTAMP" },
      { name: "n", type: "BIGINT" },
    ]);
    const within = ["2000-01-01T00:00:00.000Z/2000-01-02T00:00:00.000Z"];
    expect((await asked.client.holding(dataSource, within)).groups).toMatchObject([{ place: "partly", rows: 2 }]);
  });

  test("fails over a row without a time", async () => {
    const dataSource = asked.named("times");
    const { status, report } = await asked.run(insertTimeless(dataSource, asked.source(TWO)));
    expect(status).toMatchObject({ statusCode: "FAILED", errorMsg: expect.stringMatching(/^InsertTimeNull: /) });
    const { errorReport } = asked.noteUnfinished("report of FAILED", report)?.payload.status ?? {};
    expect(errorReport).toMatchObject({ stageNumber: 1, error: { errorCode: "InsertTimeNull" } });
    expect(endingOf(status, report)).toBe("unpublished");
    expect(await asked.client.loadStatus(dataSource)).toBeUndefined();
  });

  test("fails over a bad line, or counts it where that is allowed", async () => {
    const dataSource = asked.named("lines");
    const lines = [...TWO, CUT];
    const failed = await asked.run(insert(dataSource, asked.source(lines)));
    // The worker's error and the controller's count of warnings are in a race.
    expect(failed.status).toMatchObject({
      statusCode: "FAILED",
      errorMsg: expect.stringMatching(/^(CannotParseExternalData|TooManyWarnings): /),
    });
    expect(summarizeError(failed.status, failed.report, false).message).toMatch(/Unable to parse row/);
    expect(endingOf(failed.status, failed.report)).toBe("unpublished");
    expect(await asked.client.loadStatus(dataSource)).toBeUndefined();
    const many = await asked.run(insert(dataSource, asked.source([...lines, CUT])), { maxParseExceptions: 1 });
    expect(summarizeError(many.status, many.report, false)).toMatchObject({
      errorCode: "TooManyWarnings",
      message: expect.stringMatching(/^Too many warnings .* \(max = 1\); the first: Unable to parse row/),
    });
    const warned = await asked.run(insert(dataSource, asked.source(lines)), { maxParseExceptions: 5 });
    const warnings = asked.note("warnings", warned.report?.payload.status.warnings);
    expect(warnings).toMatchObject([{ stageNumber: 0, error: { errorCode: "CannotParseExternalData" } }]);
  });

  test("samples a source as the plan tells it, with the query's own time", async () => {
    const query = `EXPLAIN PLAN FOR ${insert(asked.named("sampled"), asked.source([...TWO, CUT]))}`;
    const { externs = [] } = await asked.client.explain({ query }, { keepExterns: true });
    expect(externs).toMatchObject([{ inputSource: { type: "http" }, reading: { time: `CAST("t", 'LONG')` } }]);
    const [extern] = externs;
    const rows = asked.note("sample", extern && (await asked.client.sample(extern, 10)));
    expect(rows).toEqual([
      { fields: ["t", "n"], values: { t: "1", n: "1" }, time: 1 },
      { fields: ["t", "n"], values: { t: "2", n: "2" }, time: 2 },
      { error: expect.stringMatching(/^Unable to parse row \[\{"t":3\] into JSON \(Path: \S+, Line: 3\)$/) },
    ]);
    expect(extern && (await asked.client.sample(extern, 1))).toHaveLength(1);
  });

  test("gives the rows of a SELECT in its report", async () => {
    const { status, report } = await asked.run(`SELECT "n", 'x' AS s FROM ${asked.source(TWO)}`);
    expect(status).toMatchObject({ statusCode: "SUCCESS", dataSource: "__query_select" });
    expect(asked.note("report of SELECT", report)?.payload.results?.results).toEqual([
      [1, "x"],
      [2, "x"],
    ]);
  });

  test("loads by rules, unless they drop", async () => {
    const dataSource = asked.named("rules");
    expect(asked.note("rules", await asked.client.rules(dataSource))).toMatchObject([{ type: "loadForever" }]);
    const body = JSON.stringify([{ type: "dropForever" }]);
    const headers = { "content-type": "application/json" };
    await fetch(`${asked.url}/druid/coordinator/v1/rules/${dataSource}`, { method: "POST", headers, body });
    expect(await asked.client.rules(dataSource)).toMatchObject([{ type: "dropForever" }, { type: "loadForever" }]);
    await asked.run(insert(dataSource, asked.source(TWO)));
    const status = () => asked.client.loadStatus(dataSource);
    expect(await until(status, (answer) => answer === undefined)).toBeUndefined();
  });
}
