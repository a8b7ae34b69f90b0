/**
 * Installs the packed package as users do: with npm, pnpm and yarn, with the oldest and the newest SDK, on each Node.js
 * that npm offers. Runs a program (CommonJS and ES module) and the SDK's own provider process in each, and says what it
 * ran.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { packInto } from "./packed";
import { startProvider } from "./provider-process";

const root = resolve(__dirname, "../..");
const NODES = ["22", "24"];
const QUIET = { npm_config_audit: "false", npm_config_fund: "false", npm_config_update_notifier: "false" };

interface Layout {
  name: string;
  /** Arguments of `npx`. */
  install: string[];
  files?: Record<string, string>;
}

const LAYOUTS: Layout[] = [
  { name: "npm", install: ["npm", "install", "--ignore-scripts", "--loglevel=error"] },
  { name: "pnpm 9", install: ["--yes", "pnpm@9", "install", "--ignore-scripts"] },
  { name: "yarn 1", install: ["--yes", "yarn@1.22.22", "install", "--ignore-scripts", "--ignore-engines", "--silent"] },
  {
    name: "yarn 4, node_modules",
    install: ["--yes", "--package=@yarnpkg/cli-dist@4", "yarn", "install"],
    files: {
      ".yarnrc.yml": "nodeLinker: node-modules\nenableScripts: false\nenableTelemetry: false\n",
      "yarn.lock": "",
    },
  },
];

const BODY = `
pulumi.runtime.setMocks({ newResource: ({ name, inputs }) => ({ id: name, state: inputs }), call: () => ({}) }, "shop", "dev");
const day = sql.during("2024-01-01", "2024-01-02");
const wiki = new MsqIngestion("wiki", { query: sql\`INSERT INTO \${sql.id("wiki")} SELECT * FROM raw WHERE \${day} PARTITIONED BY DAY\` });
wiki.query.apply((query) => console.log(query.includes("TIMESTAMP") ? "declared" : query));
`;
const NAMES = "MsqIngestion, sql";
const PROGRAMS = {
  "program.cjs": `const pulumi = require("@pulumi/pulumi"); const { ${NAMES} } = require("pulumi-druid");${BODY}`,
  "program.mjs": `import * as pulumi from "@pulumi/pulumi"; import { ${NAMES} } from "pulumi-druid";${BODY}`,
};
const PROVIDER = 'exports.handler = () => require("pulumi-druid/provider");';
const URN = "urn:pulumi:dev::shop::pulumi-nodejs:dynamic/druid:MsqIngestion::wiki";

export async function main(): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), "pulumi-druid-layouts-"));
  let failed = 0;
  const say = (ok: boolean, what: string) => {
    if (!ok) failed += 1;
    console.log(`${ok ? "passed" : "FAILED"}  ${what}`);
  };
  try {
    const { tarball } = packInto(scratch);
    const nodes = [process.execPath, ...NODES.flatMap((release) => nodeOf(scratch, release))];
    const { devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    const sdks = [devDependencies["@pulumi/pulumi"], devDependencies["pulumi-newest"].split("@").at(-1)];
    for (const layout of LAYOUTS) {
      for (const sdk of layout === LAYOUTS[0] ? sdks : sdks.slice(1)) {
        const where = `${layout.name}, SDK ${sdk}`;
        const folder = mkdtempSync(join(scratch, "project-"));
        try {
          installInto(folder, layout, tarball, sdk);
        } catch (error) {
          say(false, `${where}: it cannot be installed: ${lastLines(error)}`);
          continue;
        }
        for (const node of nodes) {
          const release = execFileSync(node, ["--version"], { encoding: "utf8" }).trim();
          const problem = await run(folder, node).then(() => undefined, lastLines);
          say(problem === undefined, `${where}, Node.js ${release}${problem === undefined ? "" : `: ${problem}`}`);
        }
        rmSync(folder, { recursive: true, force: true });
      }
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  if (failed > 0) process.exitCode = 1;
}

/** Installs the Node.js binary from npm, without running its scripts; undefined if npm does not have it. */
function nodeOf(scratch: string, release: string): string[] {
  const name = `node-${process.platform}-${process.arch}`;
  const folder = join(scratch, `node-${release}`);
  try {
    mkdirSync(folder);
    writeFileSync(join(folder, "package.json"), "{}");
    npx(folder, ["npm", "install", "--ignore-scripts", "--loglevel=error", `${name}@${release}`]);
    return [join(folder, "node_modules", name, "bin", "node")];
  } catch (error) {
    console.log(`not run: Node.js ${release} cannot be had from npm: ${lastLines(error)}`);
    return [];
  }
}

function installInto(folder: string, { install, files = {} }: Layout, tarball: string, sdk: string): void {
  const dependencies = { "pulumi-druid": `file:${tarball}`, "@pulumi/pulumi": sdk };
  const manifest = { name: "consumer", version: "1.0.0", private: true, dependencies };
  const all = { ...files, ...PROGRAMS, "package.json": JSON.stringify(manifest) };
  for (const [name, text] of Object.entries(all)) writeFileSync(join(folder, name), text);
  npx(folder, install);
}

async function run(folder: string, node: string): Promise<void> {
  for (const program of Object.keys(PROGRAMS)) {
    const said = execFileSync(node, [program], { cwd: folder, encoding: "utf8", stdio: "pipe" }).trim();
    if (said !== "declared") throw new Error(`${program} printed ${said}`);
  }
  const provider = await startProvider({ cwd: folder, node, env: { CI: "" } });
  try {
    await provider.configure({ "druid:url": "http://127.0.0.1:1" });
    const query = "REPLACE INTO wiki OVERWRITE ALL SELECT * FROM raw PARTITIONED BY DAY";
    const news = { query, validate: "off", __provider: PROVIDER, __urn: URN, __secretQuery: false };
    const { inputs, failures } = await provider.check({ urn: URN, news });
    const { dataSource } = (inputs.statement ?? {}) as { dataSource?: string };
    if (failures.length > 0 || dataSource !== "wiki")
      throw new Error(`check said ${JSON.stringify({ inputs, failures })}`);
  } finally {
    await provider.stop();
  }
}

function npx(cwd: string, words: string[]): void {
  const [first = "", ...rest] = words;
  const [command, args] = first === "npm" ? ["npm", rest] : ["npx", words];
  const env = { ...process.env, ...QUIET, COREPACK_ENABLE_STRICT: "0", YARN_ENABLE_IMMUTABLE_INSTALLS: "false" };
  execFileSync(command, args, { cwd, env, stdio: "pipe", encoding: "utf8" });
}

function lastLines(error: unknown): string {
  const { stderr, stdout, message } = error as { stderr?: string; stdout?: string; message: string };
  return [message, stdout, stderr].filter(Boolean).join("\n").trim().split("\n").slice(-6).join(" | ").slice(0, 800);
}
