// Somebody else's programs over the packed package: CommonJS, ES modules and strict TypeScript.

import { resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { emptyProject, link, packInto } from "../harness/packed";

const TSC = resolve(__dirname, "..", "..", "node_modules", "typescript", "bin", "tsc");

/** Declares one ingestion under mocks and prints what would be registered. */
const PROGRAM = `
const seen = [];
pulumi.runtime.setMocks({
  newResource: ({ type, name, inputs }) => {
    seen.push({ type, name, inputs });
    return { id: name + "-id", state: { ...inputs, taskId: "query-x-1" } };
  },
  call: () => ({}),
}, "shop", "dev");
const wiki = new MsqIngestion("wiki", {
  query: "REPLACE INTO wiki OVERWRITE ALL SELECT * FROM raw PARTITIONED BY DAY",
  connection: { url: "http://druid:8888" },
});
wiki.taskId.apply((taskId) => console.log(JSON.stringify({ taskId, seen })));
`;

const REGISTERED = {
  taskId: "query-x-1",
  seen: [
    {
      type: "pulumi-nodejs:dynamic/druid:MsqIngestion",
      name: "wiki",
      inputs: {
        query: "REPLACE INTO wiki OVERWRITE ALL SELECT * FROM raw PARTITIONED BY DAY",
        // Pulumi's envelope of a secret.
        connection: {
          "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
          value: { url: "http://druid:8888" },
        },
        __provider: 'exports.handler = () => require("pulumi-druid/provider");',
        __urn: "urn:pulumi:dev::shop::pulumi-nodejs:dynamic/druid:MsqIngestion::wiki",
        __secretQuery: false,
      },
    },
  ],
};

const TYPED = `
import * as pulumi from "@pulumi/pulumi";
import { type Connection, getReport, MsqIngestion, type MsqIngestionArgs, type QueryContext } from "pulumi-druid";
import { create } from "pulumi-druid/provider";

const config = new pulumi.Config();
const context: QueryContext = { maxNumTasks: 3, taskAssignment: "auto", notYetKnown: { to: "us" } };
const bucket: pulumi.Output<string> = pulumi.output("lake");
const args: MsqIngestionArgs = {
  query: pulumi.interpolate\`INSERT INTO wiki SELECT * FROM raw WHERE bucket = '\${bucket}' AND n = ? PARTITIONED BY DAY\`,
  context: { ...context, rowsPerSegment: pulumi.output(1000), maxParseExceptions: config.getNumber("bad") },
  parameters: [1, "a", null, true, { type: "TIMESTAMP", value: bucket }, pulumi.output(2)],
  triggers: [bucket, { deep: [1] }, undefined],
  waitForSegmentLoad: config.getBoolean("wait"),
  onDelete: "dropDatasource",
  connection: { url: bucket, token: config.getSecret("token"), tls: { ca: "pem" }, headers: { "X-A": bucket } },
};
const wiki = new MsqIngestion("wiki", args, { customTimeouts: { create: "1h" }, protect: true });

export const rows: pulumi.Output<number | undefined> = wiki.rowsWritten;
export const read: pulumi.Output<number | undefined> = wiki.report.apply((report) => report?.rowsRead);
export const kind: pulumi.Output<"INSERT" | "REPLACE" | "SELECT" | "EXPORT"> = wiki.statement.kind;
export const taskId: pulumi.Output<string | undefined> = wiki.taskId;
export const why: pulumi.Output<string | undefined> = wiki.error.apply((error) => error?.errorCode);
export const report = wiki.taskId.apply((id) => getReport(id, { url: "http://druid:8888" } satisfies Connection));
export const hash: pulumi.Output<string[]> = wiki.published;
export const handler: (inputs: Record<string, unknown>) => Promise<{ id: string }> = create;

// @ts-expect-error The query is required.
new MsqIngestion("a", {});
// @ts-expect-error Two words are known.
new MsqIngestion("b", { query: "", onDelete: "drop" });
// @ts-expect-error The names of inputs are checked.
new MsqIngestion("c", { query: "", waitForSegments: true });
// @ts-expect-error Known keys of the context have types.
new MsqIngestion("d", { query: "", context: { maxNumTasks: "three" } });
// @ts-expect-error Outputs are not written.
wiki.taskId = bucket;
`;

describe("a program that uses the package", () => {
  const project = emptyProject();

  beforeAll(() => {
    project.write("package.json", JSON.stringify({ name: "consumer", private: true }));
    link(project, packInto(project.folder).tarball);
  });
  afterAll(() => project.remove());

  test("declares an ingestion from CommonJS", () => {
    const head = `const pulumi = require("@pulumi/pulumi"); const { MsqIngestion } = require("pulumi-druid");`;
    const program = project.write("program.cjs", head + PROGRAM);
    expect(JSON.parse(project.run(process.execPath, [program]))).toEqual(REGISTERED);
  });

  test("declares an ingestion from an ES module", () => {
    const head = `import * as pulumi from "@pulumi/pulumi"; import { MsqIngestion } from "pulumi-druid";`;
    const program = project.write("program.mjs", head + PROGRAM);
    expect(JSON.parse(project.run(process.execPath, [program]))).toEqual(REGISTERED);
  });

  test("finds the provider by the name that stands in the state, and nothing beside the exports", () => {
    const program = project.write(
      "provider.cjs",
      `const handler = {}; new Function("exports", "require", ${JSON.stringify(REGISTERED.seen[0]?.inputs.__provider)})(handler, require);
       console.log(JSON.stringify(Object.keys(handler.handler()).sort()));
       try { require("pulumi-druid/dist/lifecycle"); } catch ({ code }) { console.log(JSON.stringify(code)); }`,
    );
    const [methods, code] = project.run(process.execPath, [program]).trim().split("\n");
    expect(JSON.parse(methods ?? "")).toEqual(["check", "configure", "create", "delete", "diff", "read", "update"]);
    expect(JSON.parse(code ?? "")).toBe("ERR_PACKAGE_PATH_NOT_EXPORTED");
  });

  test.each([
    ["neither axios nor zod to declare an ingestion", "pulumi-druid", []],
    ["no axios before the provider asks Druid for something", "pulumi-druid/provider", ["zod"]],
  ])("loads %s", (_what, entry, loaded) => {
    const program = project.write(
      "lazy.cjs",
      `require("@pulumi/pulumi"); const before = new Set(Object.keys(require.cache)); require("${entry}");
       const own = Object.keys(require.cache).filter((path) => !before.has(path));
       const names = own.map((path) => /node_modules.(axios|zod)./.exec(path)?.[1]).filter(Boolean);
       console.log(JSON.stringify([...new Set(names)]));`,
    );
    expect(JSON.parse(project.run(process.execPath, [program]))).toEqual(loaded);
  });

  test.each([
    ["an ES module, with all declarations checked", { module: "nodenext", skipLibCheck: false }, "module"],
    // Node's own declarations do not hold up under this one.
    [
      "CommonJS with exact optional properties",
      { module: "node16", skipLibCheck: true, exactOptionalPropertyTypes: true },
      "commonjs",
    ],
  ])("compiles as %s in strict TypeScript", (_what, options, type) => {
    project.write("package.json", JSON.stringify({ name: "consumer", private: true, type }));
    project.write("program.ts", TYPED);
    const always = { target: "es2022", strict: true, noUncheckedIndexedAccess: true, noEmit: true, types: ["node"] };
    const tsconfig = { compilerOptions: { ...always, ...options }, files: ["program.ts"] };
    project.write("tsconfig.json", JSON.stringify(tsconfig));
    expect(project.run(process.execPath, [TSC, "-p", "."])).toBe("");
  });
});
