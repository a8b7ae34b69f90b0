/** The table of subcommands, in the order of the help. */
import type { Subcommand } from "./command";
import { task } from "./task";

export const COMMANDS: Readonly<Record<string, Subcommand>> = { task };
