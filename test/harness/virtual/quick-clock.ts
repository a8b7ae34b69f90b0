/** Virtual time for what crosses no transport of its own: one turn of the loop is enough to bring all to rest. */
import { drain, type RunLimits, VirtualClock } from "../fake";

export class QuickClock extends VirtualClock {
  override async run<T>(promise: Promise<T>, { limitMs = 48 * 3_600_000, limitWakes = 200_000 }: RunLimits = {}) {
    let settled = false;
    const settle = () => {
      settled = true;
    };
    promise.then(settle, settle);
    const end = this.now() + limitMs;
    for (let wakes = 0; ; wakes += 1) {
      await drain(1);
      if (settled) return promise;
      if (this.nextAt === undefined || this.nextAt > end || wakes >= limitWakes)
        throw new Error("What is awaited never comes");
      this.wakeNext();
    }
  }
}
