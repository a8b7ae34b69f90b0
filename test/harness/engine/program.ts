/** The program's process: the SDK's `cmd/run`, told in its command line and environment what the CLI would tell it. */
import { type Line, type Running, startProgram } from "./processes";
import type { Config, Project } from "./project";
import type { Sdk } from "./sdk";

export interface ProgramOptions {
  sdk: Sdk;
  project: Project;
  stack: string;
  config: Config;
  /** Where monitor and engine are served. */
  address: string;
  dryRun: boolean;
  parallel: number;
  env: NodeJS.ProcessEnv;
  onLine: Line;
}

export function runProgram(options: ProgramOptions): Running {
  const { sdk, project, stack, config, address, dryRun, parallel } = options;
  const args = [
    ...["--monitor", address, "--engine", address],
    ...["--organization", "organization", "--project", project.name, "--stack", stack],
    ...["--root-directory", project.root, "--pwd", project.directory, "--parallel", String(parallel)],
    ...(dryRun ? ["--dry-run"] : []),
    project.entry,
  ];
  const env: NodeJS.ProcessEnv = {
    ...options.env,
    PULUMI_CONFIG: JSON.stringify(config.values),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(config.secretKeys),
    PULUMI_NODEJS_TYPESCRIPT: String(project.typescript),
    ...(project.tsconfig === undefined ? {} : { PULUMI_NODEJS_TSCONFIG_PATH: project.tsconfig }),
  };
  const launch = { script: sdk.runProgram, args, directory: project.directory, env, onLine: options.onLine };
  return startProgram(launch, project.nodeArgs);
}
