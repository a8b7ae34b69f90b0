import { describe, expect, test } from "@jest/globals";
import { bytesRead, rowsOut, rowsRead, rowsWritten } from "../../../../src/ingestion/report/progress";
import { channel, live, recorded } from "./reports";

describe("rows and bytes", () => {
  test("count what came from outside Druid, over all workers and partitions", () => {
    const report = live([
      {
        input: [{ type: "external" }, { type: "table" }],
        counters: {
          0: { input0: channel({ rows: [1, 2], bytes: [10, 20] }), input1: channel({ rows: [3] }) },
          1: { input0: channel({ rows: [4], bytes: [40] }), output: channel({ rows: [99] }) },
        },
      },
      { input: [{ type: "stage", stage: 0 }], counters: { 0: { input0: channel({ rows: [500], bytes: [500] }) } } },
    ]);
    expect([rowsRead(report), bytesRead(report)]).toEqual([10, 70]);
  });

  test("written are those pushed, or the nearest count that there is", () => {
    const of = (progress: object) =>
      rowsWritten(live([{ type: "segmentGenerator", counters: { 0: { segmentGenerationProgress: progress } } }]));
    expect(of({ rowsPushed: 3, rowsMerged: 4, rowsPersisted: 5 })).toBe(3);
    expect(of({ rowsMerged: 4, rowsPersisted: 5 })).toBe(4);
    expect(of({ rowsPersisted: 5 })).toBe(5);
    expect(of({})).toBe(0);
    expect(rowsWritten(live([{ type: "scan" }]))).toBeUndefined();
    expect(rowsWritten(live([]))).toBeUndefined();
  });

  test("written are not known of a report without any counters: no row would be another thing", () => {
    const { payload, ...report } = recorded("report-insert");
    for (const counters of [{}, null, undefined])
      expect(rowsWritten({ ...report, payload: { ...payload, counters } })).toBeUndefined();
  });

  test("agree with what Druid 27 reported", () => {
    const report = recorded("report-insert");
    expect(rowsWritten(report)).toBe(2);
    expect(report.payload.stages?.map((stage) => rowsOut(stage, report))).toEqual([2, 2]);
    expect(rowsWritten(recorded("report-select"))).toBeUndefined();
  });
});
