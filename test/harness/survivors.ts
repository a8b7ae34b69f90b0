/** Which of these processes outlive their engine. */
import type { Process } from "./descendants";

/** The CLI's own, one for each kind of program: it looks for its engine every five minutes only. */
const LANGUAGE_HOST = "pulumi-language-";

/** The commands of those that still live when the time is over; none as soon as all have ended. Leaves none alive. */
export async function survivorsAfter(started: readonly Process[], patienceMs: number): Promise<string[]> {
  const expected = started.filter(({ command }) => !command.includes(LANGUAGE_HOST));
  const until = Date.now() + patienceMs;
  try {
    for (;;) {
      const left = expected.filter(({ pid }) => signal(pid, 0));
      if (left.length === 0 || Date.now() >= until) return left.map(({ command }) => command);
      await new Promise((done) => setTimeout(done, 50));
    }
  } finally {
    for (const { pid } of started) signal(pid, "SIGKILL");
  }
}

/** False where there is no such process; signal 0 only asks. */
export function signal(pid: number, what: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, what);
  } catch {
    return false;
  }
}
