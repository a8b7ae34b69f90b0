/** Defines a subcommand of `npx pulumi-druid`, and the outside world that it may use. */
import type { ParseArgsConfig } from "node:util";
import type { Clock } from "../base/clock";
import type { DruidClient } from "../druid/client";
import type { ResolvedConnection } from "../druid/connection/connection";
import type { Inspector } from "../druid/requests/inspector";

export interface Outside {
  /** Prints to standard output, without adding a line end. */
  print(text: string): void;
  /** Prints to standard error. */
  complain(text: string): void;
  /** Writes a file. */
  save(path: string, text: string): Promise<void>;
  /** Reads all of standard input; absent if that is a terminal. */
  input?(): Promise<string>;
  env: Readonly<Record<string, string | undefined>>;
  clock: Clock;
  /** Width of the terminal; undefined if the output is no terminal. */
  columns: number | undefined;
  /** Not for direct use: a subcommand calls `connect` of `connect.ts`. */
  druid(connection: ResolvedConnection): DruidClient;
  /** For `doctor`. */
  inspector(connection: ResolvedConnection): Inspector;
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
  /** As `parseArgs` takes them; `--help` is added to each. */
  options: NonNullable<ParseArgsConfig["options"]>;
  /**
   * Resolves to the exit code. Any error other than a UsageError is printed too, with exit code 1.
   * @throws UsageError if the command line is wrong.
   */
  run(words: Words, outside: Outside): Promise<number>;
}

/** The command line is wrong: the message is printed in one line with a pointer to the help, and the exit code is 2. */
export class UsageError extends Error {}
