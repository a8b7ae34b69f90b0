/** What a subcommand of `npx pulumi-druid` is, and what it may use of the world around it. */
import type { ParseArgsConfig } from "node:util";
import type { Clock } from "../base/clock";
import type { DruidClient } from "../druid/client";
import type { ResolvedConnection } from "../druid/connection/connection";

export interface Outside {
  /** Prints to standard output, without adding a line end. */
  print(text: string): void;
  /** Prints to standard error. */
  complain(text: string): void;
  /** Writes a file. */
  save(path: string, text: string): Promise<void>;
  /** All of standard input. */
  input?(): Promise<string>;
  env: Readonly<Record<string, string | undefined>>;
  clock: Clock;
  /** Width of the terminal; undefined if the output is no terminal. */
  columns: number | undefined;
  /** Not for direct use: a subcommand calls `connect` of `connect.ts`. */
  druid(connection: ResolvedConnection): DruidClient;
}

/** The words after the name of the subcommand, read by `parseArgs` of `node:util`. */
export interface Words {
  values: Record<string, string | boolean | (string | boolean)[] | undefined>;
  positionals: string[];
}

export interface Subcommand {
  /** One line for the list in `npx pulumi-druid --help`. */
  summary: string;
  /** What follows the name in the first line of its help, e.g. `ID [options]`. */
  usage: string;
  /** Its help below that line: what it does, then its options. */
  help: string;
  /** As for `parseArgs`; `--help` is added. */
  options: NonNullable<ParseArgsConfig["options"]>;
  /** Resolves to the exit code. @throws UsageError for wrong words; any other error is printed too, with exit code 1. */
  run(words: Words, outside: Outside): Promise<number>;
}

/** The command was called wrongly: printed in one line with where to find help, and exit code 2. */
export class UsageError extends Error {}
