/** What the shared poller saves: the requests of many waits in one `pulumi up`, with and without it. */
import { createPoller } from "../../../src/druid/poller";
import { awaitEnd } from "../../../src/ingestion/run/wait";
import { FakeDruid, VirtualClock } from "../../harness/fake";
import { seededRandom } from "../../harness/fake/timeline";
import { directClient } from "../../harness/virtual/direct";
import type { Table } from "../part";
import { answerMs, sessionOver } from "./ours";

const TASK_MS = 60_000;

interface Setting {
  waits: number;
  isShared: boolean;
  /** Between the first and the last start. */
  spreadMs: number;
}

export async function sharedTable(isQuick: boolean): Promise<Table> {
  const rows: Table["rows"] = [];
  for (const waits of isQuick ? [10] : [10, 200]) {
    for (const spreadMs of [2_000, 30_000]) {
      const shared = await requestsOf({ waits, isShared: true, spreadMs });
      const alone = await requestsOf({ waits, isShared: false, spreadMs });
      rows.push([
        `${waits} tasks, begun within ${spreadMs / 1_000} s`,
        alone,
        shared,
        `${percent(1 - shared / alone)} less`,
      ]);
    }
  }
  const head = ["", "each by itself", "shared poller", ""];
  return { title: "Requests of many waits for tasks of a minute, shared poller or each by itself", head, rows };
}

const percent = (share: number) => `${Math.round(share * 100)} %`;

async function requestsOf({ waits, isShared, spreadMs }: Setting): Promise<number> {
  const clock = new VirtualClock();
  // Answers take their time, no two the same: what begins together does not stay together by itself.
  const fake = new FakeDruid({ clock, capacity: waits * 4, latencyMs: answerMs });
  const random = seededRandom(7);
  const client = directClient(fake, clock, random);
  const poller = createPoller(client, clock);
  fake.plan({ runMs: TASK_MS });
  const load = async (number: number) => {
    await clock.sleep(random() * spreadMs);
    const query = `INSERT INTO "t${number}" SELECT 1 PARTITIONED BY ALL`;
    const { taskId } = await client.submit({ query, context: { sqlQueryId: String(number) } });
    const look = (id: string, signal: AbortSignal) =>
      isShared ? poller.look(id, { signal, patienceMs: 0 }) : client.status(id, { signal, patienceMs: 0 });
    await awaitEnd({ ...sessionOver(client, clock, random), look }, taskId);
  };
  const all = Promise.all(Array.from({ length: waits }, (_, number) => load(number)));
  await clock.run(all, { limitWakes: 3_000_000 });
  return fake.received.length;
}
