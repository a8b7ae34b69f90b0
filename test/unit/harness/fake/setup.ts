/** A fake Druid in virtual time, and our client to it. */
import type { DruidClient } from "../../../../src/druid/client";
import { createHttpClient } from "../../../../src/druid/http-client";
import { FakeDruid, type FakeDruidOptions, fakeAdapter, VirtualClock } from "../../../harness/fake";

export const INSERT = `INSERT INTO "t" SELECT * FROM TABLE(EXTERN('{}', '{}')) PARTITIONED BY ALL`;
export const REPLACE = INSERT.replace("INSERT INTO", "REPLACE INTO").replace("SELECT", "OVERWRITE ALL SELECT");

export interface World {
  clock: VirtualClock;
  fake: FakeDruid;
  client: DruidClient;
  /** Submits under an id, by default as INSERT. */
  submit(id: string, query?: string, context?: Record<string, unknown>): Promise<unknown>;
  /** Lets time pass. */
  pass(ms: number): Promise<void>;
}

export function world(options: Partial<FakeDruidOptions> = {}): World {
  const clock = new VirtualClock();
  const fake = new FakeDruid({ clock, ...options });
  fake.plan({ startMs: 0 });
  const connection = { url: fake.url, headers: {}, tls: {}, requestTimeoutSeconds: 60 };
  const client = createHttpClient({ connection, clock, random: () => 0.5, adapter: fakeAdapter(fake) });
  return {
    clock,
    fake,
    client,
    submit: (id, query = INSERT, context = {}) => {
      return clock.run(client.submit({ query, context: { ...context, sqlQueryId: id } }));
    },
    pass: (ms) => clock.run(clock.sleep(ms)),
  };
}

export function outcomeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => "done",
    (error: unknown) => error,
  );
}
