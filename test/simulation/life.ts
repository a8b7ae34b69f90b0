/** What one simulated life leaves behind, for the judge to look at. */
import type { FakeDruid, VirtualClock } from "../harness/fake";
import type { Outcome, Stack } from "../harness/virtual/stack";
import type { Adoption } from "./adoptions";
import type { Command, Program } from "./program";

export interface Life {
  program: Program;
  fake: FakeDruid;
  stack: Stack;
  clock: VirtualClock;
  /** When each command began and how it went. */
  history: Lived[];
  /** The question that the last command asked, and the answer that was given. */
  answers: { question: string; answer: "adopt" | "again" | "letGo"; atMs: number }[];
  /** Tasks that somebody has started by hand, and what the program says to adopt now. */
  adoptions: Adoption[];
  adoptTaskId?: string | undefined;
  /** Of the ups at the end, each with an answer to the question of the one before; the last is the one that counts. */
  finals: Outcome[];
  /** What stands when all has come to its end. */
  left?: Left;
  /** The query that the program holds in the end. */
  declared: string;
  trace: string[];
}

export interface Lived {
  command: Command;
  atMs: number;
  outcome: Outcome;
  /** Whether it asked Druid about tasks: an update that only runs checks does not. */
  looked: boolean;
  /** Runs that it has requested. */
  submits: number;
  /** As the next command found it. */
  left?: Left;
}

export interface Left {
  /** The queries whose rows stand, in the order of their publishing, and the task of the last. */
  standing: string[];
  lastId: string | undefined;
  /** Tasks that ran. */
  runs: string[];
  /** The task that the stack's state holds for its run. */
  claimed: unknown;
}
