/**
 * A run that fails: what stays of it, what the next `pulumi up` does, and the ways out where nobody can know what it
 * left.
 */
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { unknowableEnd } from "../harness/pretences";
import { type Pretender, startPretender } from "../harness/pretender";
import { useWorld } from "./use-world";
import { csv, ingestion, load } from "./world";

const ROWS = 25;
const world = useWorld();
let pretender: Pretender;

beforeAll(async () => {
  pretender = await startPretender(world.url);
});
afterAll(() => pretender.stop());

test("a failed task leaves its resource with the whole error, and each `pulumi up` takes the next number until one succeeds", async () => {
  const stack = world.stack();
  const target = `failure_${stack.name}`;
  const path = `/failure-${stack.name}.json`;
  const good = Array.from({ length: ROWS }, (_, n) => JSON.stringify({ t: "2024-01-01T00:00:00Z", n })).join("\n");
  const source = world.files.text(path, `${good}\n{"t":"2024-01-01T00:00:00Z","n":${"1".repeat(150)},,}`);
  const query = `INSERT INTO "${target}" SELECT TIME_PARSE("t") AS __time, "n" FROM TABLE(EXTERN(
    '${JSON.stringify({ type: "http", uris: [source] })}', '{"type":"json"}')) EXTEND ("t" VARCHAR, "n" BIGINT)
    PARTITIONED BY ALL`;
  const program = ingestion("failing", { query });

  const failed = await stack.run("up", program);
  expect(failed.exit).not.toBe(0);
  const { id, outputs } = stack.resource("failing");
  expect(outputs).toMatchObject({
    state: "FAILED",
    number: 1,
    published: [],
    taskId: `query-${id}-1`,
    error: {
      // Which of them is a race between the worker and its controller.
      errorCode: expect.stringMatching(/^(CannotParseExternalData|TooManyWarnings)$/),
      host: expect.stringMatching(/:\d+$/),
      message: expect.stringMatching(/Line: 26/),
    },
  });
  const { message, taskId } = outputs.error as { message: string; taskId: string };
  // Druid's status cuts it after 100 characters.
  expect(message.length).toBeGreaterThan(103);
  expect(taskId).toMatch(new RegExp(`^query-${id}-1`));
  expect(failed.output).toMatch(/failed .*on \S+: .*Line: 26/);
  expect(failed.output).toContain("or set maxParseExceptions in the context to the number of bad rows to skip");
  expect(failed.output).toContain("then run `pulumi up` again");

  expect((await stack.run("up", program)).exit).not.toBe(0);
  expect(stack.resource("failing").outputs).toMatchObject({ state: "FAILED", number: 2 });
  world.files.text(path, good);
  await stack.must("up", program);
  expect(stack.resource("failing").outputs).toMatchObject({ state: "SUCCESS", number: 3, taskId: `query-${id}-3` });
  expect(stack.resource("failing").outputs.error).toBeUndefined();
  expect(await world.count(target)).toBe(ROWS);
});

test("an end that nobody can know stops an INSERT with a question; both answers work, and a REPLACE needs none", async () => {
  const stack = world.stack({ config: { "druid:url": pretender.url } });
  const source = world.files.text(`/unknowable-${stack.name}.csv`, csv(ROWS));
  // The rows of the first are there, those of the second are not: Druid tells the same of both.
  const gone = `/unknowable-gone-${stack.name}.csv`;
  const bad = world.files.text(gone, "t,n,name\nnever,1,x\n");
  const name = (what: string) => `${what}_${stack.name}`;
  const program = (more: { there?: object; absent?: object; replaced?: object } = {}) =>
    ingestion("there", { query: load("INSERT", name("there"), source), ...more.there }) +
    ingestion("absent", { query: load("INSERT", name("absent"), bad), ...more.absent }) +
    ingestion("replaced", { query: load("REPLACE", name("replaced"), source), ...more.replaced });
  const undo = unknowableEnd(pretender, /pulumi-(there|absent|replaced)-\w{10}-1(?!\d)/);
  const failed = await stack.run("up", program());
  expect(failed.exit).not.toBe(0);
  for (const one of ["there", "absent", "replaced"]) {
    const { outputs } = stack.resource(one);
    expect({ one, ...outputs }).toMatchObject({
      one,
      state: "FAILED",
      number: 1,
      published: [expect.stringMatching(/^v1:.*\?$/)],
    });
  }

  const asked = await stack.run("up", program());
  expect(asked.exit).not.toBe(0);
  const [there, absent] = ["there", "absent"].map((one) => `query-${stack.resource(one).id}-1`) as [string, string];
  for (const id of [there, absent]) {
    expect(asked.output).toMatch(new RegExp(`cannot be determined whether task "${id}" published its rows`));
    expect(asked.output).toContain(
      `if the rows are there, set adoptTaskId to "${id}"; otherwise change triggers to load them again`,
    );
  }
  expect(stack.resource("replaced").outputs).toMatchObject({ state: "SUCCESS", number: 2 });
  expect(await runsOf(stack.resource("there").id)).toHaveLength(1);
  expect(await runsOf(stack.resource("absent").id)).toHaveLength(1);

  world.files.text(gone, csv(ROWS));
  const answers = { there: { adoptTaskId: there }, absent: { triggers: ["look: no rows"] } };
  await stack.must("up", program(answers));
  undo();
  expect(stack.resource("there").outputs).toMatchObject({
    state: "SUCCESS",
    adopted: true,
    taskId: there,
    published: [expect.stringMatching(/^v1:/)],
  });
  expect(stack.resource("absent").outputs).toMatchObject({ state: "SUCCESS", adopted: false, number: 2 });
  for (const one of ["there", "absent", "replaced"]) {
    expect({ one, rows: await world.count(name(one)) }).toEqual({ one, rows: ROWS });
  }
  await stack.must("up", program(answers), "--expect-no-changes");
  // The word is said once; taking it out again runs nothing.
  await stack.must("up", program({ absent: answers.absent }));
  expect(await runsOf(stack.resource("there").id)).toHaveLength(1);
  expect(stack.resource("there").outputs).toMatchObject({ state: "SUCCESS", adopted: true, taskId: there });
});

async function runsOf(key: string): Promise<string[]> {
  return (await world.tasks(key)).filter(({ type }) => type === "query_controller").map(({ id }) => id);
}
