/** Virtual time for what crosses no transport of its own: one turn of the loop is enough to bring all to rest. */
import { drain, VirtualClock } from "../harness/fake";

export class QuickClock extends VirtualClock {
  override async run<T>(promise: Promise<T>): Promise<T> {
    let settled = false;
    const settle = () => {
      settled = true;
    };
    promise.then(settle, settle);
    const end = this.now() + 48 * 3_600_000;
    for (;;) {
      await drain(1);
      if (settled) return promise;
      if (this.nextAt === undefined || this.nextAt > end) throw new Error("What is awaited never comes");
      this.wakeNext();
    }
  }
}
