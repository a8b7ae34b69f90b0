/**
 * What the shared poller saves: the requests of many waits in one `pulumi up`, with and without it, over the fake Druid
 * in virtual time. Run
 * `npx tsx test/bench/poller.ts [seconds of a task] [milliseconds between the first and the last start]`.
 */
import type { DruidClient } from "../../src/druid/client";
import { createPoller } from "../../src/druid/poller";
import { awaitEnd } from "../../src/ingestion/run/wait";
import { FakeDruid, VirtualClock } from "../harness/fake";
import { directClient } from "../harness/virtual/direct";

const ANSWER_MS = 20;

interface Setting {
  waits: number;
  isShared: boolean;
  runMs: number;
  spreadMs: number;
}

async function requestsOf({ waits, isShared, runMs, spreadMs }: Setting): Promise<Record<string, number>> {
  const clock = new VirtualClock();
  const fake = new FakeDruid({ clock, capacity: waits * 4 });
  const random = randomFrom(7);
  const client = slowed(directClient(fake, clock, random), () => clock.sleep(ANSWER_MS * (0.5 + random())));
  const poller = createPoller(client, clock);
  fake.plan({ runMs });
  const load = async (number: number) => {
    await clock.sleep(random() * spreadMs);
    const query = `INSERT INTO "t${number}" SELECT 1 PARTITIONED BY ALL`;
    const { taskId } = await client.submit({ query, context: { sqlQueryId: String(number) } });
    await awaitEnd(
      {
        client,
        look: (id, signal) => (isShared ? poller.look(id, { signal }) : client.status(id, { signal })),
        clock,
        random,
        signal: new AbortController().signal,
        assertAlive: async () => {},
        status: () => {},
        log: () => {},
      },
      taskId,
    );
  };
  const all = Promise.all(Array.from({ length: waits }, (_, number) => load(number)));
  await clock.run(all, { limitWakes: 3_000_000 });
  const counts: Record<string, number> = { all: fake.received.length };
  for (const { route } of fake.received) counts[route] = (counts[route] ?? 0) + 1;
  return counts;
}

/** Answers that come after a while, no two alike: what starts together does not stay together by itself. */
function slowed(client: DruidClient, pause: () => Promise<void>): DruidClient {
  return new Proxy(client, {
    get(target, name) {
      const method = Reflect.get(target, name);
      if (typeof method !== "function") return method;
      return async (...args: unknown[]) => {
        await pause();
        return method.apply(target, args);
      };
    },
  });
}

/** The same numbers in every run (Park and Miller). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 16_807) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

async function main(): Promise<void> {
  const [seconds = 60, spreadMs = 2_000] = process.argv.slice(2).map(Number);
  for (const waits of [10, 200]) {
    for (const isShared of [true, false]) {
      const counts = await requestsOf({ waits, isShared, runMs: seconds * 1_000, spreadMs });
      console.log(`${waits} waits ${isShared ? "shared" : "each by itself"}: ${JSON.stringify(counts)}`);
    }
  }
}

void main();
