/** Runs each of `examples` as a reader would, on a real Druid. They run in parallel, since they mostly wait. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { cliEnvironment } from "../harness/pulumi-cli";
import { SECTIONS, shortened, transcript } from "../harness/readme-transcript";
import type { TestStack } from "../harness/stack";
import { runsInto } from "./runs";
import { told } from "./told";
import { useWorld } from "./use-world";

const root = resolve(__dirname, "../..");
const WEATHER = join(root, "node_modules/vega-datasets/data/seattle-weather.csv");
const DAYS = 1461;
const world = useWorld();
let weather = "";

/** What each example shows. */
const EXAMPLES: Record<string, () => Promise<void>> = {
  async automation() {
    const target = unique("automation");
    const stack = example("automation", { source: weather, target });
    await stack.must("up", "");
    expect([stack.outputs().rows, await world.count(target)]).toEqual([DAYS, DAYS]);
    await deploy(stack.folder);
  },

  async quickstart() {
    const stack = example("quickstart", { source: await world.files.file("/seattle-weather.csv", WEATHER) });
    const ran = [
      await stack.must("preview", ""),
      await stack.must("up", ""),
      await stack.must("up", "", "--expect-no-changes"),
    ];
    expect(await world.count("quickstart_weather")).toBe(DAYS);
    await stack.must("destroy", "");
    expect(await world.count("quickstart_weather")).toBe(0);
    if (process.env.ENGINE === "pulumi") return;
    const output = ran.map((one, index) => `== ${SECTIONS[index]}\n${one.output}`).join("\n");
    // The order of lines and the steps of the progress depend on the moment, and a busy Druid may not tell in time what
    // is in the target.
    const told = masked(transcript()).filter((line) => !/%|waiting for segments|Impact:/.test(line));
    expect(masked(shortened(output))).toEqual(expect.arrayContaining(told));
  },

  async bootstrap() {
    const stack = example("bootstrap", { source: weather, prefix: unique("bootstrap") });
    await stack.must("up", "");
    expect(stack.outputs().rows).toEqual({ raw: DAYS, months: 48, kinds: expect.any(Number) });
    await stack.must("up", "", "--expect-no-changes");
  },

  async backfill() {
    const target = unique("backfill");
    const stack = example("backfill", { source: weather, target });
    await stack.must("up", "");
    expect(stack.outputs()).toMatchObject({ rows: 31 + 29 + 31, months: { "2012-02-01": { rowsWritten: 29 } } });
    expect(await world.count(target)).toBe(91);
  },

  async "file-hash"() {
    const target = unique("cities");
    const stack = example("file-hash", { target });
    await stack.must("up", "");
    expect(await world.count(target, `"city" = 'L''Aquila'`)).toBe(1);
    appendFileSync(join(stack.folder, "cities.csv"), "Basel,178120\n");
    await stack.must("up", "");
    expect([await world.count(target), (await runsInto(world, target)).length]).toEqual([4, 2]);
  },

  async "multi-environment"() {
    const target = unique("pages");
    const source = world.files.text("/pages.json", '{"time":"2024-01-01","page":"home"}\n');
    const clusters = {
      elsewhere: { url: "http://127.0.0.1:1" },
      here: { url: world.url, password: "p", username: "u" },
    };
    const project = "pulumi-druid-multi-environment";
    const stack = world.stack({
      example: "multi-environment",
      config: { [`${project}:source`]: source, [`${project}:target`]: target, [`${project}:cluster`]: "here" },
      secretConfig: { "druid:clusters": JSON.stringify(clusters), [`${project}:sourceToken`]: "canary-4711" },
    });
    await stack.must("up", "");
    expect(await world.count(target)).toBe(1);
    expect(stack.outputs()).toEqual({ url: world.url, rowsWritten: 1 });
    await stack.must("destroy", "");
    expect(await world.count(target)).toBe(0);
  },

  async component() {
    const name = unique("clicks");
    const lines = ["a", "a", "b"].map((one) => JSON.stringify({ time: "2024-01-01T05:00:00Z", name: one, value: 1 }));
    const stack = example("component", { name, source: world.files.text("/clicks.json", `${lines.join("\n")}\n`) });
    await stack.must("up", "");
    expect(stack.outputs()).toEqual({ rows: 3, days: 2 });
  },

  async "sql-files"() {
    const target = unique("wet");
    const stack = example("sql-files", { source: weather, target });
    await stack.must("up", "");
    expect(stack.outputs().rows).toBe(await world.count(target, `"weather" = 'rain' OR "weather" = 'drizzle'`));
    expect(await world.count(target)).toBeGreaterThan(10);
  },

  async select() {
    const stack = example("select", { source: weather, target: unique("select") });
    await stack.must("up", "");
    const { wettest } = stack.outputs() as { wettest: { weather: string; days: number }[] };
    expect(wettest.map(({ weather: kind }) => kind)).toContain("rain");
    expect(wettest.every(({ days }) => Number.isInteger(days))).toBe(true);
  },

  async "adopt-existing"() {
    const target = unique("adopted");
    const query = `REPLACE INTO "${target}" OVERWRITE ALL SELECT TIME_PARSE("t") AS __time, "page" FROM TABLE(EXTERN(
      '{"type":"inline","data":"{\\"t\\":\\"2024-01-01\\",\\"page\\":\\"home\\"}"}', '{"type":"json"}'))
      EXTEND ("t" VARCHAR, "page" VARCHAR) PARTITIONED BY DAY`;
    const response = await fetch(`${world.url}/druid/v2/sql/task`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query }),
    });
    const { taskId } = (await response.json()) as { taskId: string };
    const stack = example("adopt-existing", { target, taskId });
    await stack.must("up", "");
    expect(stack.outputs()).toEqual({ adopted: true, taskId });
    expect([await world.count(target), (await world.tasks(taskId)).length]).toEqual([1, 2]);
  },

  async checks() {
    const target = unique("checks");
    const stack = example("checks", { source: weather, target, leastRows: "2000" });
    const failed = await stack.run("up", "");
    expect({ exit: failed.exit, output: failed.output }).toEqual({
      exit: 1,
      output: expect.stringContaining("checks failed"),
    });
    const fixed = example("checks", { source: weather, target: unique("checks") });
    await fixed.must("up", "");
    expect(fixed.outputs()).toMatchObject({ rows: DAYS, passed: expect.arrayContaining(["a row a day: true"]) });
  },

  async review() {
    const target = unique("review");
    const source = world.files.text("/reviewed.json", '{"time":"2024-01-01","page":"home"}\n');
    const stack = example("review", { source, target });
    expect((await told(stack, "Impact: creates")).output).toContain(`Impact: creates "${target}"`);
    await stack.must("up", "");
    expect([stack.outputs().rows, await world.count(target)]).toEqual([1, 1]);
  },

  async policy() {
    const target = unique("raw_policy");
    const source = world.files.text("/judged.json", '{"time":"2024-01-01","page":"home"}\n');
    const stack = example("policy", { source, target });
    await stack.must("up", "");
    expect([stack.outputs().rows, await world.count(target)]).toEqual([1, 1]);
  },

  async "unit-tests"() {
    const stack = example("unit-tests", {});
    const { code, output } = await node(stack.folder, [
      "--require",
      "ts-node/register/transpile-only",
      "--test",
      "program.test.ts",
    ]);
    expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining("pass 2") });
  },
};

const running = new Map<string, Promise<Error | undefined>>();

beforeAll(async () => {
  weather = await world.files.file("/weather.csv", WEATHER);
  for (const [name, run] of Object.entries(EXAMPLES)) {
    running.set(
      name,
      run().then(
        () => undefined,
        (error) => error,
      ),
    );
  }
});
afterAll(async () => {
  await Promise.all(running.values());
});

test.each(Object.keys(EXAMPLES))("examples/%s does what it says", async (name) => {
  const error = await running.get(name);
  if (error) throw error;
});

test("every example is run", () => {
  const folders = readdirSync(join(root, "examples"), { withFileTypes: true }).filter((one) => one.isDirectory());
  expect(folders.map(({ name }) => name).sort()).toEqual(Object.keys(EXAMPLES).sort());
});

/** Lines without what differs from run to run: hashes, numbers, and where a long line was broken. */
const masked = (text: string): string[] =>
  text
    .replace(/\n {10,}/g, " ")
    .replace(/weather-[0-9a-f]{10}/g, "weather-…")
    .replace(/\d[\d,.]*/g, "N")
    .split("\n");

/** The Automation API drives the Pulumi CLI: without one on PATH, the example has to say so. */
async function deploy(folder: string): Promise<void> {
  const target = unique("deployed");
  const run = () => node(folder, ["deploy.js", world.url, weather, target], cliEnvironment(join(folder, ".state")));
  if (spawnSync("pulumi", ["version"]).status !== 0) {
    process.stderr.write(
      "examples/automation: only its program was run, since `pulumi` is not on PATH for deploy.js\n",
    );
    expect(await run()).toEqual({ code: 1, output: expect.stringContaining("`pulumi` is not on PATH; install") });
    return;
  }
  const first = await run();
  expect(first).toEqual({ code: 0, output: expect.stringContaining(`loaded ${DAYS} rows with task query-pulumi-`) });
  expect(await run()).toEqual({ code: 0, output: expect.stringContaining("2 unchanged") });
  expect([await world.count(target), (await runsInto(world, target)).length]).toEqual([DAYS, 1]);
}

async function node(cwd: string, words: string[], env: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, words, { cwd, stdio: "pipe", env: { ...process.env, ...env } });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (output += String(data)));
  const [code] = await once(child, "close");
  return { code, output };
}

const unique = (name: string): string => `${name}_${Math.random().toString(36).slice(2, 8)}`;

function example(name: string, config: Record<string, string>): TestStack {
  const own = Object.entries(config).map(([key, value]) => [`pulumi-druid-${name}:${key}`, value]);
  return world.stack({ example: name, config: Object.fromEntries(own) });
}
