/** A session of one operation over a fake Druid, for steps that are tested by themselves. */
import { createPoller } from "../../../src/druid/poller";
import type { Session } from "../../../src/ingestion/session";
import { FakeDruid, type FakeDruidOptions, VirtualClock } from "../fake";
import { directClient } from "./direct";

export interface Recorded {
  clock: VirtualClock;
  fake: FakeDruid;
  session: Session;
  /** Every status line and log line, in order. */
  said: string[];
  logged: string[];
  stop: AbortController;
  /** Another session of the same process. */
  another(): { session: Session; stop: AbortController };
}

export function sessionOver(options: Partial<FakeDruidOptions> = {}): Recorded {
  const clock = new VirtualClock();
  const fake = new FakeDruid({ clock, ...options });
  const client = directClient(fake, clock, () => 0.5);
  const poller = createPoller(client, clock);
  const said: string[] = [];
  const logged: string[] = [];
  const another = () => {
    const stop = new AbortController();
    const session: Session = {
      client,
      cluster: client,
      look: (taskId, signal) => poller.look(taskId, { signal, patienceMs: 0 }),
      clock,
      random: () => 0.5,
      signal: stop.signal,
      assertAlive: async () => undefined,
      status: (message) => said.push(message),
      log: (_severity, message) => {
        said.push(message);
        logged.push(message);
      },
    };
    return { session, stop };
  };
  return { clock, fake, said, logged, ...another(), another };
}
