/** Remembers what the reports of a running task have said, and tells from it when to look again. */
import { pollIntervalMs, stageIntervalMs } from "../../base/pace";
import type { Position } from "../report/position";

export class Outlook {
  #position: Position | undefined;
  #sawAtMs = 0;
  #movedAtMs = 0;

  saw(atMs: number, position: Position): void {
    const before = this.#position;
    const moved =
      before?.stage !== position.stage || before.phase !== position.phase || before.share !== position.share;
    if (moved) this.#movedAtMs = atMs;
    this.#position = position;
    this.#sawAtMs = atMs;
  }

  /** `ageMs`: since the wait began. */
  pauseMs(nowMs: number, ageMs: number): number {
    if (!this.#position) return pollIntervalMs(ageMs);
    const { share, isLast, stageMs } = this.#position;
    const sinceMs = nowMs - this.#sawAtMs;
    return stageIntervalMs({
      ageMs,
      isLast,
      stageMs: stageMs + sinceMs,
      stillMs: nowMs - this.#movedAtMs,
      restMs: share === 0 ? undefined : Math.max(0, (stageMs * (1 - share)) / share - sinceMs),
    });
  }
}
