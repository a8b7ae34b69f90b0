/**
 * What nobody can know, and so what no rule can prevent. The model fails on every fault that is none of these, and on
 * every one of these that it does not meet.
 */
import type { Fault } from "./druid";
import { FLAG, into } from "./world";

export interface Unknowable {
  name: string;
  /** Of both where it is left out. */
  kind?: "INSERT" | "REPLACE";
  covers(fault: Fault, flags: number): boolean;
}

/** While one of these is up every fault is one that is listed. */
export const COVERS_ALL = FLAG.historyLost | FLAG.unmarked;

export const UNKNOWABLES: readonly Unknowable[] = [
  {
    name: "a killed update put back to its old text shows no difference until a refresh",
    covers: (fault, flags) => fault.isUnchanged === true && (flags & FLAG.killedUpdate) !== 0,
  },
  {
    name: "a delete that was stopped half-way shows no difference until a refresh",
    covers: (fault, flags) => fault.isUnchanged === true && (flags & FLAG.halfDelete) !== 0,
  },
  {
    name: "rows taken by somebody else show no difference until a refresh",
    covers: ({ isUnchanged, target = "" }, flags) =>
      isUnchanged === true && (flags & into(target, FLAG.rowsTaken)) !== 0,
  },
  {
    name: "rows that somebody else has taken are not missed while others are there",
    covers: (fault) => fault.isAmongOthers === true,
  },
  {
    name: "a task that is to be adopted is taken for done where nobody knows how it has ended",
    covers: (fault) => fault.isInDoubt === true,
  },
  {
    name: "rows of which no report is left cannot be missed",
    covers: (fault) => fault.isBlind === true,
  },
  {
    name: "history that is cleaned before it is recorded, or whose record is gone",
    covers: (_fault, flags) => (flags & FLAG.historyLost) !== 0,
  },
  {
    name: "a request on its way runs on where no mark could be put",
    covers: (_fault, flags) => (flags & FLAG.unmarked) !== 0,
  },
];
