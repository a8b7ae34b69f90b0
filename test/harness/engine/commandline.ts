/** The command line, in the words of Pulumi's own as far as it goes. */

import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { EngineOptions, Result } from "./engine";

/** Exit codes beside 0 and 1. */
export const NOT_AGREED = 2;
export const UNEXPECTED_CHANGES = 7;

export interface CommandLine {
  engine: Omit<EngineOptions, "onEvent">;
  yes: boolean;
  skipPreview: boolean;
  diff: boolean;
  expectNoChanges: boolean;
  skipPendingCreates: boolean;
  jsonLog: string | undefined;
}

export const usage = `Usage: engine preview|up|refresh|destroy [options]
  -C, --cwd DIR             folder of Pulumi.yaml (default: .)
  -s, --stack NAME          (default: dev)
  -c, --config KEY=VALUE    configuration, in front of Pulumi.<stack>.yaml; again for more
      --secret-config KEY=VALUE
      --state DIR           folder of the state file (default: <cwd>/.pulumi-local, or $PULUMI_LOCAL_STATE)
  -y, --yes                 do not ask
  -f, --skip-preview        do not show a preview first
      --replace URN         create anew; * and ** are wildcards; again for more
  -t, --target URN          leave everything else alone; again for more
      --target-dependents   but not what depends on the targets
      --target-replace URN  both
  -r, --refresh             look at what is there first
      --clear-pending-creates  (refresh) forget creations that a killed run left behind
      --skip-pending-creates   (refresh) do not ask about them
  -p, --parallel N          steps at once (default: 16)
      --expect-no-changes   fail where something changes
      --diff                show what changes in up and destroy too, not in a preview only
      --json-log FILE       every event, one a line
`;

const options = {
  cwd: { type: "string", short: "C", default: "." },
  stack: { type: "string", short: "s", default: "dev" },
  config: { type: "string", short: "c", multiple: true, default: [] as string[] },
  "secret-config": { type: "string", multiple: true, default: [] as string[] },
  state: { type: "string" },
  yes: { type: "boolean", short: "y", default: false },
  "skip-preview": { type: "boolean", short: "f", default: false },
  replace: { type: "string", multiple: true, default: [] as string[] },
  target: { type: "string", short: "t", multiple: true, default: [] as string[] },
  "target-dependents": { type: "boolean", default: false },
  "target-replace": { type: "string", multiple: true, default: [] as string[] },
  refresh: { type: "boolean", short: "r", default: false },
  "clear-pending-creates": { type: "boolean", default: false },
  "skip-pending-creates": { type: "boolean", default: false },
  parallel: { type: "string", short: "p", default: "16" },
  "expect-no-changes": { type: "boolean", default: false },
  diff: { type: "boolean", default: false },
  "json-log": { type: "string" },
  "non-interactive": { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

/** Undefined where help was asked for; throws with a message that names what is wrong. */
export function parseCommandLine(words: readonly string[], env: NodeJS.ProcessEnv): CommandLine | undefined {
  const { values, positionals } = parsed(words);
  if (values.help || positionals[0] === "help") return undefined;
  const [command, ...rest] = positionals;
  if (command !== "preview" && command !== "up" && command !== "refresh" && command !== "destroy") {
    throw new Error(`the command "${command ?? ""}" is not in this engine: preview, up, refresh and destroy are`);
  }
  if (rest.length > 0) throw new Error(`unexpected "${rest.join(" ")}"`);
  const parallel = Number(values.parallel);
  if (!Number.isInteger(parallel) || parallel < 1)
    throw new Error(`--parallel takes a number, not "${values.parallel}"`);
  const cwd = resolve(values.cwd);
  const folder = values.state ?? env.PULUMI_LOCAL_STATE;
  return {
    engine: {
      command,
      cwd,
      stack: values.stack,
      stateFile: join(folder === undefined ? join(cwd, ".pulumi-local") : resolve(folder), `${values.stack}.json`),
      config: pairs(values.config),
      secretConfig: pairs(values["secret-config"]),
      replace: [...values.replace, ...values["target-replace"]],
      target: [...values.target, ...values["target-replace"]],
      targetDependents: values["target-dependents"],
      refresh: values.refresh,
      clearPendingCreates: values["clear-pending-creates"],
      parallel,
    },
    yes: values.yes,
    skipPreview: values["skip-preview"],
    diff: values.diff,
    expectNoChanges: values["expect-no-changes"],
    skipPendingCreates: values["skip-pending-creates"],
    jsonLog: values["json-log"],
  };
}

function parsed(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], options, allowPositionals: true });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const [, option] = /'(-[^' ]+)/.exec(message) ?? [];
    if (code !== "ERR_PARSE_ARGS_UNKNOWN_OPTION" || option === undefined) throw error;
    throw new Error(`the option "${option}" is not in this engine: --help lists those that are`);
  }
}

/** As the CLI's, which has a code of its own for changes that were not to be; a refresh never gives it. */
export function exitCode({ engine, expectNoChanges }: CommandLine, { exit, changes }: Result): number {
  if (exit !== 0 || !expectNoChanges || engine.command === "refresh") return exit;
  return Object.keys(changes).some((op) => op !== "same") ? UNEXPECTED_CHANGES : 0;
}

function pairs(words: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    words.map((word) => {
      const at = word.indexOf("=");
      if (at < 1) throw new Error(`configuration is given as KEY=VALUE, not "${word}"`);
      return [word.slice(0, at), word.slice(at + 1)];
    }),
  );
}
