/** Which processes an engine has started, by its event log, and whether any of them is still there. */
import { readFileSync } from "node:fs";

interface Started {
  type: string;
  pid: number;
}

/** The program and the providers of a run with `--json-log`. */
export function startedBy(log: string): number[] {
  const events = readFileSync(log, "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Started);
  return events.filter(({ type }) => type === "process").map(({ pid }) => pid);
}

/** Those that still live when the time is over, or none as soon as all have ended. */
export async function survivorsAfter(pids: readonly number[], patienceMs: number): Promise<number[]> {
  const until = Date.now() + patienceMs;
  for (;;) {
    const left = pids.filter(lives);
    if (left.length === 0 || Date.now() >= until) return left;
    await new Promise((done) => setTimeout(done, 50));
  }
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
