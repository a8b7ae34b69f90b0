/**
 * Polls tasks for many ingestions: calls within one short tick become one request. An error reaches all callers of that
 * request; aborting one caller does not affect the others.
 */
import type { Clock } from "../base/clock";
import { DruidIngestionError, errorKind } from "../base/errors";
import type { CallOptions, DruidClient } from "./client";
import { DEFAULT_PATIENCE_MS } from "./transport/exchange";
import type { TaskStatus } from "./wire/task";

const TICK_MS = 25;

export interface Poller {
  /**
   * The task's status; undefined if Druid does not know the id. Fields such as `runnerStatusCode` and `createdTime` are
   * present only if the task was polled alone, because Druid's bulk answer omits them.
   */
  look(taskId: string, options?: CallOptions): Promise<TaskStatus | undefined>;
}

interface Asker {
  taskId: string;
  patienceMs: number | undefined;
  settle(look: Promise<TaskStatus | undefined>): void;
}

interface Round {
  askers: Set<Asker>;
  /** Aborted when the last caller has given up. */
  abort: AbortController;
}

export function createPoller(client: Pick<DruidClient, "status" | "statuses">, clock: Clock): Poller {
  let gathering: Round | undefined;

  const begin = (): Round => {
    const round: Round = { askers: new Set(), abort: new AbortController() };
    void clock.sleep(TICK_MS, round.abort.signal).then(
      () => {
        if (gathering === round) gathering = undefined;
        ask(client, round);
      },
      () => {
        if (gathering === round) gathering = undefined;
      },
    );
    return round;
  };

  return {
    look(taskId, options = {}) {
      const { signal, patienceMs } = options;
      return new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(gaveUp(taskId, signal.reason));
        gathering ??= begin();
        const round = gathering;
        const onAbort = () => {
          round.askers.delete(asker);
          reject(gaveUp(taskId, signal?.reason));
          if (round.askers.size > 0) return;
          if (gathering === round) gathering = undefined;
          round.abort.abort();
        };
        const asker: Asker = {
          taskId,
          patienceMs,
          settle(look) {
            look.then(resolve, reject).finally(() => signal?.removeEventListener("abort", onAbort));
          },
        };
        round.askers.add(asker);
        signal?.addEventListener("abort", onAbort, { once: true });
      });
    },
  };
}

/** Sends one request for all callers of a round. */
function ask(client: Pick<DruidClient, "status" | "statuses">, { askers, abort }: Round): void {
  const ids = [...new Set([...askers].map(({ taskId }) => taskId))];
  const [first] = ids;
  if (first === undefined) return;
  const patienceMs = Math.max(...[...askers].map((asker) => asker.patienceMs ?? DEFAULT_PATIENCE_MS));
  const options: CallOptions = { signal: abort.signal, patienceMs };
  const looks =
    ids.length === 1
      ? client.status(first, options).then((status) => new Map(status === undefined ? [] : [[first, status]]))
      : client.statuses(ids, options);
  for (const asker of askers) asker.settle(looks.then((found) => found.get(asker.taskId)));
}

function gaveUp(taskId: string, reason: unknown): DruidIngestionError {
  if (errorKind(reason) !== undefined) return reason as DruidIngestionError;
  return new DruidIngestionError("interrupted", `Cannot read the status of task "${taskId}": interrupted`);
}
