/**
 * The project in a folder: Pulumi.yaml with the program and its runtime's options, and Pulumi.<stack>.yaml with the
 * stack's configuration. YAML is read with js-yaml, which comes with the SDK.
 */
import { existsSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, isAbsolute, join, resolve } from "node:path";

export interface Project {
  name: string;
  /** Where Pulumi.yaml is. */
  root: string;
  /** Where the program and the provider run. */
  directory: string;
  /** What `cmd/run` is told to run: "." or a file in the directory. */
  entry: string;
  typescript: boolean;
  tsconfig: string | undefined;
  nodeArgs: string[];
  config: Config;
}

/** Configuration by full key, `<namespace>:<name>`. */
export interface Config {
  values: Record<string, string>;
  secretKeys: string[];
}

interface ProjectFile {
  name?: string;
  main?: string;
  runtime?: string | { name?: string; options?: { typescript?: boolean; nodeargs?: string; tsconfig?: string } };
  config?: Record<string, unknown>;
}

export function readProject(directory: string, stack: string): Project {
  const root = resolve(directory);
  const file = ["Pulumi.yaml", "Pulumi.yml"].map((name) => join(root, name)).find((path) => existsSync(path));
  if (file === undefined)
    throw new Error(`Cannot read the project in "${root}": no Pulumi.yaml is there; give its folder with --cwd`);
  const project = readYaml(file) as ProjectFile;
  const runtime = typeof project.runtime === "string" ? { name: project.runtime } : (project.runtime ?? {});
  if (runtime.name !== "nodejs") {
    throw new Error(
      `Cannot run the project in "${root}": the runtime "${runtime.name}" is not in this engine, only nodejs is`,
    );
  }
  const name = project.name ?? "project";
  const options = ("options" in runtime ? runtime.options : undefined) ?? {};
  const main = project.main === undefined ? root : isAbsolute(project.main) ? project.main : join(root, project.main);
  const isFolder = existsSync(main) && statSync(main).isDirectory();
  const programDirectory = isFolder ? main : dirname(main);
  return {
    name,
    root,
    directory: programDirectory,
    entry: isFolder ? "." : basename(main),
    typescript: options.typescript ?? looksLikeTypeScript(root, isFolder ? join(main, "index.ts") : main),
    tsconfig: options.tsconfig === undefined ? undefined : join(root, options.tsconfig),
    nodeArgs: (options.nodeargs ?? "").split(/\s+/).filter((word) => word !== ""),
    config: merge(defaults(project.config ?? {}, name), stackConfig(root, stack, name)),
  };
}

/** The CLI compiles every program; plain JavaScript starts faster without. */
const looksLikeTypeScript = (root: string, main: string): boolean =>
  (main.endsWith(".ts") && existsSync(main)) || existsSync(join(root, "tsconfig.json"));

/** `greeting` means `<project>:greeting`. */
export const fullKey = (project: string, key: string): string => (key.includes(":") ? key : `${project}:${key}`);

export function merge(first: Config, second: Config): Config {
  const values = { ...first.values, ...second.values };
  const kept = first.secretKeys.filter((key) => !(key in second.values));
  return { values, secretKeys: [...kept, ...second.secretKeys] };
}

function defaults(told: Record<string, unknown>, project: string): Config {
  const values: Record<string, string> = {};
  const secretKeys: string[] = [];
  for (const [key, entry] of Object.entries(told)) {
    const spec = typeof entry === "object" && entry !== null ? (entry as Record<string, unknown>) : { default: entry };
    const value = spec.value ?? spec.default;
    if (value === undefined) continue;
    values[fullKey(project, key)] = text(value);
    if (spec.secret === true) secretKeys.push(fullKey(project, key));
  }
  return { values, secretKeys };
}

function stackConfig(root: string, stack: string, project: string): Config {
  const file = join(root, `Pulumi.${stack}.yaml`);
  const config: Config = { values: {}, secretKeys: [] };
  if (!existsSync(file)) return config;
  const stored = (readYaml(file) as { config?: Record<string, unknown> } | undefined)?.config ?? {};
  for (const [key, value] of Object.entries(stored)) {
    if (typeof value === "object" && value !== null && "secure" in value) {
      throw new Error(
        `Cannot read "${key}" from "${file}": encrypted values are not in this engine; give it with --secret-config`,
      );
    }
    config.values[fullKey(project, key)] = text(value);
  }
  return config;
}

const text = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

function readYaml(file: string): unknown {
  const sdk = createRequire(__filename).resolve("@pulumi/pulumi/package.json");
  const { load } = createRequire(sdk)("js-yaml") as { load(text: string): unknown };
  return load(readFileSync(file, "utf8")) ?? {};
}
