/** The table of subcommands, in the order in which the help lists them. */
import type { Subcommand } from "./command";
import { doctor } from "./doctor/doctor";
import { review } from "./review/review";
import { task } from "./task";

export const COMMANDS: Readonly<Record<string, Subcommand>> = { doctor, review, task };
