/** The main job: one ingestion from preview to destroy, and what comes after. */
import { describe, expect, test } from "@jest/globals";
import { told } from "./told";
import { useWorld } from "./use-world";
import { csv, ingestion, load } from "./world";

const ROWS = 20_000;
const world = useWorld();

describe("one MsqIngestion", () => {
  test("previews, loads, stays, refreshes, is kept by destroy and found again", async () => {
    const stack = world.stack();
    const target = `life_${stack.name}`;
    const source = world.files.text("/life.csv", csv(ROWS));
    const program =
      ingestion("life", { query: load("REPLACE", target, source) }) +
      "exports.taskId = life.taskId; exports.segmentLoad = life.segmentLoad; exports.rows = life.rowsWritten;";

    const preview = await told(stack, "Impact: creates", program);
    expect(preview.output).toContain(`Impact: creates "${target}"`);
    expect(preview.output).not.toContain("OVERWRITE ALL replaces");
    expect(await world.tasks("pulumi-life")).toEqual([]);

    const up = await stack.must("up", program);
    expect(await world.count(target)).toBe(ROWS);
    const { id, outputs } = stack.resource("life");
    expect(id).toMatch(/^pulumi-life-[0-9a-f]{10}$/);
    expect(outputs).toMatchObject({
      key: id,
      number: 1,
      state: "SUCCESS",
      taskId: `query-${id}-1`,
      dataSource: target,
      adopted: false,
      statement: { kind: "REPLACE", dataSource: target, overwrite: "ALL", partitionedBy: "ALL" },
      report: { rowsRead: ROWS, rowsWritten: ROWS },
      segmentLoad: { state: "SUCCESS", source: "probe", pendingSegments: 0 },
    });
    expect(stack.outputs()).toMatchObject({ taskId: `query-${id}-1`, rows: ROWS });
    expect(up.output).toMatch(/looking for earlier runs|the task starts|% ·|waiting for segments|published/);

    const before = stack.resource("life");
    await stack.must("up", program, "--expect-no-changes");
    await stack.must("refresh", program);
    expect(stack.resource("life").outputs).toEqual(before.outputs);
    await stack.must("up", program, "--expect-no-changes");

    await stack.must("destroy", program);
    expect(await world.count(target)).toBe(ROWS);
    const again = await stack.must("up", program);
    expect(again.output).toContain("nothing to run");
    expect(stack.resource("life").outputs).toMatchObject({ adopted: true, state: "SUCCESS", taskId: `query-${id}-1` });
    expect(await world.count(target)).toBe(ROWS);
  });

  test("loads again after its datasource was dropped by destroy", async () => {
    const stack = world.stack();
    const target = `drop_${stack.name}`;
    const source = world.files.text("/drop.csv", csv(100));
    const program = ingestion("drop", { query: load("INSERT", target, source), onDelete: "dropDatasource" });
    await stack.must("up", program);
    expect(await world.count(target)).toBe(100);
    await stack.must("destroy", program);
    expect(await world.count(target)).toBe(0);
    await stack.must("up", program);
    expect(await world.count(target)).toBe(100);
    expect(stack.resource("drop").outputs.adopted).toBe(false);
  });

  test("loads again after its rows were dropped by hand and a refresh", async () => {
    const stack = world.stack();
    const target = `hand_${stack.name}`;
    const program = ingestion("hand", { query: load("INSERT", target, world.files.text("/hand.csv", csv(50))) });
    await stack.must("up", program);
    await fetch(`${world.url}/druid/coordinator/v1/datasources/${target}`, { method: "DELETE" });
    await stack.must("refresh", program);
    expect(stack.resource("hand").outputs.state).toBe("DATA_MISSING");
    await stack.must("up", program);
    expect(stack.resource("hand").outputs.state).toBe("SUCCESS");
    expect(await world.count(target)).toBe(50);
  });
});
