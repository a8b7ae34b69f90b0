/** Processes below another one, as the system's own list tells: it needs nothing of the engine that started them. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";

export interface Process {
  pid: number;
  parent: number;
  command: string;
}

/** The running descendants, in order of their ids. */
export function descendantsOf(pid: number): Process[] {
  // A small Linux has no `ps`, another system no such files.
  const all = existsSync("/proc/self/stat") ? fromFiles() : fromCommand();
  const below = new Set([pid]);
  // A child may stand before its parent, where the numbers have begun anew.
  for (let size = 0; size !== below.size; ) {
    size = below.size;
    for (const one of all) if (below.has(one.parent)) below.add(one.pid);
  }
  return all.filter((one) => one.pid !== pid && below.has(one.pid)).sort((a, b) => a.pid - b.pid);
}

function fromFiles(): Process[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => {
    try {
      // What comes before the last bracket is the name, which may hold anything.
      const [, parent] = readFileSync(`/proc/${pid}/stat`, "utf8").split(")").at(-1)?.trim().split(" ") ?? [];
      const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
      return [{ pid: Number(pid), parent: Number(parent), command }];
    } catch {
      // It has just ended.
      return [];
    }
  });
}

function fromCommand(): Process[] {
  const lines = execFileSync("ps", ["-axo", "pid=,ppid=,command="], { encoding: "utf8" }).split("\n");
  return lines.flatMap((line) => {
    const [, pid, parent, command = ""] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return pid === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), command }];
  });
}
