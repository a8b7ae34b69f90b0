/** Which of these processes outlive their engine. */

/** Those that still live when the time is over, which are then killed; or none as soon as all have ended. */
export async function survivorsAfter(pids: readonly number[], patienceMs: number): Promise<number[]> {
  const until = Date.now() + patienceMs;
  for (;;) {
    const left = pids.filter(lives);
    if (left.length === 0) return [];
    if (Date.now() >= until) {
      for (const pid of left) process.kill(pid, "SIGKILL");
      return left;
    }
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
