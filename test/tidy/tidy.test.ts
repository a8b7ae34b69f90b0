/** Style that a reader may rely on, as a test: arrows between rooms, sizes, what may be imported where. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, test } from "@jest/globals";

const root = resolve(__dirname, "../..");

interface Source {
  path: string;
  text: string;
  /** Specifiers of import, export-from and dynamic import; type-only ones apart. */
  values: string[];
  all: string[];
}

function sourcesBelow(folder: string): Source[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(ts|mjs|cjs)$/.test(name) && !name.includes("node_modules"))
    .map((name) => readSource(join(folder, name)));
}

function readSource(path: string): Source {
  const text = readFileSync(join(root, path), "utf8");
  const code = text.replace(/\/\*[\s\S]*?\*\//g, "");
  const statements = [...code.matchAll(/(?:import|export)\s+(type\s+)?[^;"']*?from\s+"([^"]+)"|import\("([^"]+)"\)/g)];
  return {
    path,
    text,
    all: statements.map(([, , from, dynamic]) => from ?? dynamic ?? ""),
    values: statements.filter(([, type]) => !type).map(([, , from, dynamic]) => from ?? dynamic ?? ""),
  };
}

const src = sourcesBelow("src");

/** The room of a file: its folder below src, or its own name at the top. */
function roomOf(path: string): string {
  const [, first = "", second] = path.split("/");
  return second === undefined ? first.replace(/\.ts$/, "") : first;
}

const ARROWS: Record<string, string[]> = {
  base: [],
  druid: ["base"],
  statement: ["druid", "base"],
  ingestion: ["statement", "druid", "base"],
  lifecycle: ["ingestion", "statement", "druid", "base"],
  host: ["base"],
  provider: ["host", "lifecycle", "druid", "base"],
  args: ["statement"],
  shell: [],
  sql: ["base"],
  backfill: ["args", "resource", "sql", "statement", "base"],
  resource: ["args", "shell", "ingestion", "statement", "druid", "base"],
  policy: ["statement", "base"],
  connect: ["druid", "base"],
  "statement-of": ["ingestion", "statement", "base"],
  tasks: ["connect", "druid"],
  query: ["connect", "args", "shell", "statement", "druid", "base"],
  index: [
    "args",
    "resource",
    "backfill",
    "tasks",
    "query",
    "statement-of",
    "sql",
    "ingestion",
    "statement",
    "druid",
    "base",
  ],
  cli: ["ingestion", "statement", "druid", "base"],
};

/** The same inside of the two large rooms; a file that stands alone in one is a room of its own. */
const INNER_ARROWS: Record<string, string[]> = {
  "druid/versions": [],
  "druid/permission": [],
  "druid/wire": [],
  "druid/client": ["druid/wire"],
  "druid/connection": [],
  "druid/transport": ["druid/client", "druid/connection", "druid/versions"],
  "druid/poller": ["druid/client", "druid/transport", "druid/wire"],
  "druid/clients": ["druid/client", "druid/connection", "druid/poller"],
  "druid/requests": ["druid/client", "druid/permission", "druid/transport", "druid/versions", "druid/wire"],
  "druid/http-client": ["druid/client", "druid/connection", "druid/requests", "druid/transport"],
  "ingestion/rules": [],
  "ingestion/session": [],
  "ingestion/rights": [],
  "ingestion/contract": ["ingestion/rules"],
  "ingestion/impact": ["ingestion/contract", "ingestion/rules"],
  "ingestion/sample": ["ingestion/impact"],
  "ingestion/report": ["ingestion/contract"],
  "ingestion/segments": ["ingestion/contract", "ingestion/session"],
  "ingestion/run": ["ingestion/report", "ingestion/rules", "ingestion/session"],
  "ingestion/sequence": ["ingestion/rules", "ingestion/run", "ingestion/session"],
  "ingestion/checks": ["ingestion/contract", "ingestion/segments", "ingestion/session"],
  "ingestion/reconcile": [
    "ingestion/report",
    "ingestion/rules",
    "ingestion/run",
    "ingestion/segments",
    "ingestion/sequence",
    "ingestion/session",
  ],
  "lifecycle/parts": [],
  "lifecycle/state": [],
  "lifecycle/operation": ["lifecycle/parts", "lifecycle/state"],
  "lifecycle/preview": ["lifecycle/operation", "lifecycle/parts", "lifecycle/state"],
  "lifecycle/check": ["lifecycle/preview", "lifecycle/parts", "lifecycle/state"],
  "lifecycle/diff": ["lifecycle/preview", "lifecycle/parts", "lifecycle/state"],
  "lifecycle/apply": ["lifecycle/preview", "lifecycle/operation", "lifecycle/parts", "lifecycle/state"],
};

function innerRoomOf(path: string): string {
  const [, first = "", second = ""] = path.split("/");
  return `${first}/${second.replace(/\.ts$/, "")}`;
}

describe("tidy", () => {
  test("arrows inside of the large rooms point one way", () => {
    const wrong = src
      .filter(({ path }) => innerRoomOf(path) in INNER_ARROWS)
      .flatMap((source) =>
        source.all
          .filter((from) => from.startsWith("."))
          .map((from) => innerRoomOf(relative(root, resolve(root, dirname(source.path), from.replace(/\.js$/, "")))))
          .filter((room) => room in INNER_ARROWS && room !== innerRoomOf(source.path))
          .filter((room) => room.split("/")[0] === innerRoomOf(source.path).split("/")[0])
          .filter((room) => !INNER_ARROWS[innerRoomOf(source.path)]?.includes(room))
          .map((room) => `${source.path} -> ${room}`),
      );
    expect(wrong).toEqual([]);
    const large = src.map(({ path }) => innerRoomOf(path)).filter((room) => /^(druid|ingestion)\//.test(room));
    expect([...new Set(large)].filter((room) => !(room in INNER_ARROWS))).toEqual([]);
  });

  test("arrows between the rooms of src point one way", () => {
    const wrong = src.flatMap((source) =>
      source.all
        .filter((from) => from.startsWith("."))
        .map((from) => roomOf(`${relative(root, resolve(root, dirname(source.path), from.replace(/\.js$/, "")))}`))
        .filter((room) => room !== roomOf(source.path) && !(ARROWS[roomOf(source.path)] ?? []).includes(room))
        .map((room) => `${source.path} -> ${room}`),
    );
    expect(wrong).toEqual([]);
  });

  test("every room of src has its arrows declared", () => {
    expect([...new Set(src.map(({ path }) => roomOf(path)))].filter((room) => !(room in ARROWS))).toEqual([]);
  });

  test.each([
    ["axios", /^src\/druid\//],
    ["zod", /^src\/(druid|ingestion\/contract\/inputs|lifecycle\/state)/],
    [
      "@pulumi/pulumi",
      /^src\/(index|resource|args|provider|connect|query)\.ts$|^src\/(args|host|shell|sql|backfill)\//,
    ],
    ["@pulumi/policy", /^src\/policy\//],
    ["@grpc/grpc-js", /^src\/host\//],
  ])("%s is imported only where the outside is met", (name, allowed) => {
    const wrong = src.filter(({ path, all }) => all.includes(name) && !allowed.test(path)).map(({ path }) => path);
    expect(wrong).toEqual([]);
  });

  test("axios is imported by one file", () => {
    expect(src.filter(({ values }) => values.includes("axios")).map(({ path }) => path)).toEqual([
      "src/druid/transport/http.ts",
    ]);
  });

  test("files stay within 250 lines, tables of cases within 400", () => {
    const limit = (path: string) => (path.endsWith(".test.ts") ? 400 : 250);
    const long = [...src, ...sourcesBelow("test")].filter(
      ({ path, text }) => text.split("\n").length > limit(path) + 1,
    );
    expect(long.map(({ path }) => path)).toEqual([]);
  });

  test("no file of src writes to the console, reads the clock or leaves work undone", () => {
    const banned =
      /\bconsole\.(log|error|warn|info|debug)\(|\bDate\.now\(|\bsetTimeout\(|\bMath\.random\(|\bTO(?:DO)\b|\bFIX(?:ME)\b/;
    // A request that hangs is ended in real time, whatever clock the rest goes by.
    const allowed = new Set(["src/base/clock.ts", "src/druid/transport/http.ts"]);
    const wrong = src.filter(({ path, text }) => !allowed.has(path) && banned.test(text)).map(({ path }) => path);
    expect(wrong).toEqual([]);
  });

  test("every file of src says its duty first", () => {
    const exempt = new Set(["src/index.ts"]);
    const wrong = src
      .filter(({ path, text }) => !exempt.has(path) && !/^(#!.*\n)?(\/\*\*|\/\/)/.test(text))
      .map(({ path }) => path);
    expect(wrong).toEqual([]);
  });

  test("every unit test is in a suite", () => {
    const below = (folder: string) => readdirSync(join(root, "test/unit", folder), { withFileTypes: true });
    const suites = below("suites").map(({ name }) => name.replace(/\.suite\.ts$/, ""));
    const parts = below(".").map(({ name }) => name.replace(/\.test\.ts$/, ""));
    expect(parts.filter((name) => name !== "suites" && !suites.includes(name))).toEqual([]);
  });

  test("file names say what is in them", () => {
    const vague = /(^|\/)(utils?|helpers?|common|misc|manager|types)\.(ts|mjs)$/;
    expect([...src, ...sourcesBelow("test")].filter(({ path }) => vague.test(path))).toEqual([]);
  });

  test("the changelog has a heading for the version of the package", () => {
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    expect(readFileSync(join(root, "CHANGELOG.md"), "utf8")).toContain(`## ${version}`);
  });

  test("no machine's path and no registry's host stands in the repository", () => {
    const files = [...src, ...sourcesBelow("test"), ...sourcesBelow("examples")];
    const own = new RegExp(["/wo" + "rk/", "/ro" + "ot/", "registry\\.npm" + "js", "repo1?\\.mav" + "en"].join("|"));
    expect(files.filter(({ text }) => own.test(text)).map(({ path }) => path)).toEqual([]);
  });

  test("no path of the machine that recorded Druid's answers stands in them", () => {
    const folder = join(root, "test/fixtures/druid");
    const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".json"));
    expect(names.length).toBeGreaterThan(150);
    const own = new RegExp(
      ["/tm" + "p/", "/wo" + "rk/", "/ro" + "ot/", "/ho" + "me/", "/Use" + "rs/", "/va" + "r/"].join("|"),
    );
    expect(names.filter((name) => own.test(readFileSync(join(folder, name), "utf8")))).toEqual([]);
  });
});
