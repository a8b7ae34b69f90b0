/** The table of subcommands, in the order in which the help lists them. */
import type { Subcommand } from "./command";
import { review } from "./review/review";
import { task } from "./task";

export const COMMANDS: Readonly<Record<string, Subcommand>> = { review, task };
