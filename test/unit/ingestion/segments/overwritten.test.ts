import { describe, expect, test } from "@jest/globals";
import { DruidIngestionError } from "../../../../src/base/errors";
import { overwrittenBy } from "../../../../src/ingestion/segments/overwritten";
import { awaitLoaded } from "../../../../src/ingestion/segments/segments";
import { faults } from "../../../harness/fake";
import { FOREVER, published } from "../published";

const DAY = "2024-01-01T00:00:00.000Z/2024-01-02T00:00:00.000Z";
const part = `REPLACE INTO "events" OVERWRITE WHERE __time >= TIMESTAMP '2024-01-01' SELECT 1 FROM "x" PARTITIONED BY DAY`;

function told(payload: object) {
  const it = published();
  const body = JSON.stringify({ task: "t", payload: { type: "query_controller", ...payload } });
  it.fake.faults.add(faults.answers({ status: 200, headers: {}, body }, { on: "payload", times: FOREVER }));
  return it;
}

describe("overwrittenBy()", () => {
  test("is what the task's report says", async () => {
    const it = told({ spec: { destination: { replaceTimeChunks: [DAY] } } });
    expect(await it.clock.run(overwrittenBy(it.session, part, "t"))).toEqual([DAY]);
  });

  test.each([
    ["a task without it", told({}), part, "t"],
    ["all of time", told({}), 'REPLACE INTO "e" OVERWRITE ALL SELECT 1 FROM "x" PARTITIONED BY ALL', "t"],
    ["an INSERT", told({}), 'INSERT INTO "e" SELECT 1 FROM "x" PARTITIONED BY ALL', "t"],
    ["an unknown task", told({}), part, undefined],
    ["an unknown query", told({}), undefined, "t"],
  ])("is undefined for %s", async (name, it, query, taskId) => {
    expect(await it.clock.run(overwrittenBy(it.session, query, taskId))).toBeUndefined();
    expect(it.fake.received).toHaveLength(name === "a task without it" ? 1 : 0);
  });

  test("is undefined if Druid does not answer, which never fails a load", async () => {
    const it = published();
    it.fake.faults.add(faults.refuse({ times: FOREVER }));
    expect(await it.clock.run(overwrittenBy(it.session, part, "t"))).toBeUndefined();
  });

  test("ends with an interrupt", async () => {
    const it = published();
    it.stop.abort(new DruidIngestionError("interrupted", "stop"));
    await expect(it.clock.run(overwrittenBy(it.session, part, "t"))).rejects.toThrow("stop");
  });

  test("no more than that is looked at", async () => {
    const it = published();
    it.publish({ loadDelayMs: 0 });
    await it.clock.run(awaitLoaded(it.session, "events", { rows: 10, within: [DAY], timeoutMs: 60_000 }));
    expect(it.fake.receivedOn("segments").map(({ body }) => body)).toEqual([JSON.stringify([DAY])]);
  });
});
