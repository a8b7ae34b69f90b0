/**
 * How others wait for a task, each as it stands in its source (docs/alternatives.md says where). None of them looks at
 * reports, so when they ask depends on time alone, and needs no server: a test holds `follow` to the fake Druid.
 */

export interface Wait {
  requests: number;
  /** From the task's end to the return. */
  delayMs: number;
}

export interface Peer {
  name: string;
  /** The pause after an answer. `attempt` counts from 1. */
  pauseMs(attempt: number, ageMs: number, random: () => number): number;
  /** Sleeps before it judges the answer that it has. */
  isLateToJudge?: boolean;
}

const SMITHY_MIN_S = 2;
const SMITHY_MAX_S = 120;

export const peers: Peer[] = [
  { name: "1 s, answer judged after the sleep (Airflow)", pauseMs: () => 1_000, isLateToJudge: true },
  { name: "1 s (web console)", pauseMs: () => 1_000 },
  { name: "0.5 s (druidapi)", pauseMs: () => 500 },
  { name: "5 s (post-index-task)", pauseMs: () => 5_000 },
  {
    name: "2 to 120 s, exponential (smithy)",
    pauseMs(attempt, _ageMs, random) {
      const ceiling = Math.log2(SMITHY_MAX_S / SMITHY_MIN_S) + 1;
      if (attempt > ceiling) return SMITHY_MAX_S * 1_000;
      const most = SMITHY_MIN_S * 2 ** (attempt - 1);
      return (SMITHY_MIN_S + random() * (most - SMITHY_MIN_S)) * 1_000;
    },
  },
  { name: "5 % of the age, 0.5 to 15 s", pauseMs: (_attempt, ageMs) => Math.max(500, Math.min(15_000, ageMs * 0.05)) },
];

/** Half of the time of an answer passes before Druid looks, half after. */
export function follow(peer: Peer, durationMs: number, answerMs: () => number, random: () => number): Wait {
  let now = 0;
  for (let attempt = 1; ; attempt += 1) {
    const halfMs = answerMs() / 2;
    const hasEnded = now + halfMs >= durationMs;
    now += 2 * halfMs;
    if (hasEnded && !peer.isLateToJudge) return { requests: attempt, delayMs: now - durationMs };
    now += peer.pauseMs(attempt, now, random);
    if (hasEnded) return { requests: attempt, delayMs: now - durationMs };
  }
}
