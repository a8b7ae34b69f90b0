/**
 * The main programs that the documentation shows run as they stand there, on a real Druid: only their addresses and the
 * names of their datasources are replaced. That the others compile is tested by the part `docs`.
 */
import { expect, test } from "@jest/globals";
import { ModuleKind, ScriptTarget, transpileModule } from "typescript";
import { fencesOf } from "../harness/fences";
import { useWorld } from "./use-world";

const world = useWorld();

const lines = (rows: object[]) => `${rows.map((row) => JSON.stringify(row)).join("\n")}\n`;

/** Runs fences of a page as one program, each replacement made in its text; the outputs of its stack. */
async function run(page: string, which: number[], source: string, replacements: [string | RegExp, string][]) {
  const stack = world.stack();
  const suffix = Math.random().toString(36).slice(2, 8);
  const code = which.map((index) => fencesOf(page)[index] ?? "").join("\n");
  const file = world.files.text(`/${suffix}.data`, source);
  const own = code.replace(/"(pages|weather)"(?=[\s`),])/g, `"$1_${suffix}"`);
  const program = replacements.reduce((text, [from, to]) => {
    const next = text.replace(from, to.replace("FILE", file));
    if (next === text) throw new Error(`Cannot find ${from} in ${page}:\n${text}`);
    return next;
  }, own);
  const { outputText } = transpileModule(program, {
    compilerOptions: { module: ModuleKind.CommonJS, target: ScriptTarget.ES2022, esModuleInterop: true },
  });
  // Within a function, since the stack declares names before the program.
  await stack.must("up", `(() => {\n${outputText}\n})();`);
  await stack.must("up", `(() => {\n${outputText}\n})();`, "--expect-no-changes");
  return { outputs: stack.outputs(), count: (table: string) => world.count(`${table}_${suffix}`) };
}

test("the first program of README loads its rows", async () => {
  const source = lines([1, 2, 3].map((added) => ({ timestamp: "2024-01-01T00:00:00Z", page: "home", added })));
  const { outputs, count } = await run("README.md", [0], source, [
    ["https://druid.apache.org/data/wikipedia.json.gz", "FILE"],
  ]);
  expect([outputs.rows, await count("pages")]).toEqual([3, 3]);
  expect(outputs.taskId).toMatch(/^query-pulumi-pages_/);
});

test("the program of docs/checks.md passes its checks", async () => {
  const timestamp = "2024-01-01T00:00:00Z";
  const rows = Array.from({ length: 10_000 }, (_, id) => ({
    timestamp,
    id: String(id),
    user: "ada",
    lang: ["de", "en"][id % 2],
    added: 1,
  }));
  const { outputs, count } = await run("docs/checks.md", [0], lines(rows), [
    ["https://example.com/pages.json.gz", "FILE"],
  ]);
  expect([outputs.failed, await count("pages")]).toEqual([[], 10_000]);
});

test("the program of docs/backfills.md loads each of its days", async () => {
  const source = lines([1, 2].map((day) => ({ time: `2024-01-0${day}T05:00:00Z`, city: "Basel", rain: day })));
  const { outputs, count } = await run("docs/backfills.md", [0], source, [
    // Each of its files would hold one day; here one file holds all.
    [/\{ type: "s3", uris: \[.*\] \}/, '{ type: "http", uris: ["FILE"] }'],
    [
      "PARTITIONED BY DAY",
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is a part of the program
      'WHERE TIME_PARSE("time") >= ${new Date(day.from)} AND TIME_PARSE("time") < ${new Date(day.to)} PARTITIONED BY DAY',
    ],
    ['to: "2025-01-01"', 'to: "2024-01-03"'],
  ]);
  expect([outputs.rows, await count("weather")]).toEqual([2, 2]);
  expect(Object.keys(outputs.days as object)).toEqual(["2024-01-01", "2024-01-02"]);
});

test("the programs of docs/sql.md load and query", async () => {
  const source =
    "date,station,city,rain\n2024-01-05,s17,Zürich,1.5\n2024-01-06,s18,L'Aquila,2\n2024-03-01,s19,Zürich,3\n";
  const { outputs, count } = await run("docs/sql.md", [0, 1], source, [
    ["declare const bucket: { url: pulumi.Output<string> };", 'const bucket = { url: pulumi.output("FILE") };'],
    ["new MsqIngestion(", "const weather = new MsqIngestion("],
    ["declare const weather: MsqIngestion;", ""],
    // Both programs import it.
    ["druidQueryOutput, type MsqIngestion, sql }", "druidQueryOutput }"],
  ]);
  expect([await count("weather"), (outputs.cities as string[]).sort()]).toEqual([2, ["L'Aquila", "Zürich"]]);
});
