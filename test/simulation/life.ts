/** What one simulated life leaves behind, for the judge to look at. */
import type { FakeDruid, VirtualClock } from "../harness/fake";
import type { Command, Program } from "./program";
import type { Outcome, Stack } from "./stack";

export interface Life {
  program: Program;
  fake: FakeDruid;
  stack: Stack;
  clock: VirtualClock;
  /** When each command began and how it went. */
  history: Lived[];
  /** The question that the last command asked, and the answer that was given. */
  answers: { question: string; answer: "adopt" | "again"; atMs: number }[];
  final: Outcome;
  /** The query that the program holds in the end. */
  declared: string;
  trace: string[];
}

export interface Lived {
  command: Command;
  atMs: number;
  outcome: Outcome;
  /** As the next command found it: the query that was published last, and whether anything ran. */
  left?: { last: string | undefined; runs: boolean };
}
