import { describe, expect, test } from "@jest/globals";
import { faults, type Received, text } from "../../../harness/fake";
import { setUp } from "../../../harness/virtual/setup";

const FOREVER = 99;
const query = `INSERT INTO "events" SELECT "a" FROM TABLE(EXTERN('{"type":"inline","data":"a"}', '{"type":"json"}')) EXTEND ("a" VARCHAR) PARTITIONED BY ALL`;
const asks =
  (pattern: RegExp) =>
  ({ json }: Received) =>
    pattern.test(JSON.stringify(json ?? ""));

/** What preview says to grant to a user whose requests of this kind Druid refuses. */
async function granted(on: string | ((request: Received) => boolean)): Promise<string | undefined> {
  const { fake, stack } = setUp();
  fake.faults.add(faults.forbidden({ on, times: FOREVER }));
  const { error } = await stack.preview({ query, context: { maxNumTasks: 3 } });
  expect(fake.tasks).toEqual([]);
  return error?.split("; grant ")[1];
}

describe("a preview of a load that is not allowed", () => {
  test.each([
    ["write", asks(/INSERT INTO/), 'DATASOURCE "events" WRITE'],
    ["read external data", asks(/EXTERN\(/), 'EXTERNAL "EXTERNAL" READ'],
    ["use a context key", asks(/"maxNumTasks"/), 'QUERY_CONTEXT "maxNumTasks" WRITE'],
    ["use ours", asks(/"pulumiDruid"/), 'QUERY_CONTEXT "pulumiDruid" WRITE'],
    ["do anything", () => true, 'QUERY_CONTEXT "queryId" WRITE'],
    ["see its tasks", "tasks", 'DATASOURCE "events" READ'],
  ])("because the user may not %s names the permission", async (_what, on, permissions) => {
    expect(await granted(on)).toBe(permissions);
  });

  test("names several", async () => {
    expect(await granted(({ route, json }) => route === "tasks" || /INSERT/.test(JSON.stringify(json ?? "")))).toBe(
      'DATASOURCE "events" WRITE and DATASOURCE "events" READ',
    );
  });

  test("of a load through a Broker, which knows no tasks, is refused too", async () => {
    const { fake, stack } = setUp();
    fake.faults.add(faults.answers(text(404, "Not found"), { on: "tasks", times: FOREVER }));
    const { error } = await stack.preview({ query });
    expect(error).toMatch(
      /^Cannot follow a load into "events" on .*: there are no tasks \(404\); use the address of Druid's Router/,
    );
  });

  test("lists what may be missing if it cannot be told apart", async () => {
    const { fake, stack } = setUp();
    fake.faults.add(faults.forbidden({ on: asks(/PARTITIONED BY ALL/), times: 1 }));
    const { error } = await stack.preview({ query });
    expect(error).toContain("grant DATASOURCE WRITE on the target, DATASOURCE READ on what it reads");
  });
});
