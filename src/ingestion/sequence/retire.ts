/** Performs the actions of `rules/removal.ts`: ends running tasks, drops if requested, and fences the sequence. */

import { DruidIngestionError, messageOf } from "../../base/errors";
import type { Recorded } from "../rules/record";
import { beginRemoval, type RemovalAction, type RemovalEvent, stepRemoval } from "../rules/removal";
import type { Session } from "../session";
import { cancelAndAwait } from "./cancel";
import { IDS_IN_USE } from "./key";
import { observe } from "./observe";
import { submitMark } from "./submit";

export interface Retirement {
  key: string;
  urn: string;
  target: string | undefined;
  drops: boolean;
  /**
   * Marks the datasource's segments unused; false, and a logged reason, if the drop was withheld. `isEmpty`: this
   * ingestion has published nothing into it.
   * Does not wait: the tombstone must follow at once, so that the drop is recorded even if the delete is stopped later.
   */
  drop(target: string, isEmpty: boolean): Promise<boolean>;
}

/** Returns the number up to which rows no longer count, and whether the datasource was dropped. */
export async function retire(
  session: Session,
  retirement: Retirement,
  recorded: Recorded,
): Promise<{ number: number; isDropped: boolean }> {
  const { target, drops } = retirement;
  let removal = beginRemoval({ target, drops }, recorded);
  for (;;) {
    const { action } = removal;
    if (action.do === "finish") return { number: action.number, isDropped: action.isDropped };
    if (action.do === "fail") {
      throw new DruidIngestionError("timeout", IDS_IN_USE);
    }
    removal = stepRemoval(removal, await perform(session, retirement, action));
  }
}

async function perform(
  session: Session,
  { key, urn, target, drop }: Retirement,
  action: Exclude<RemovalAction, { do: "finish" | "fail" }>,
): Promise<RemovalEvent> {
  const { client, clock, signal } = session;
  switch (action.do) {
    case "observe":
      return { is: "observed", entries: await observe(client, clock, key, action.from, { signal }) };
    case "cancel":
      await cancelAndAwait(
        session,
        action.entries.map(({ taskId }) => taskId),
      );
      return { is: "canceled" };
    case "drop":
      return { is: "dropped", isDropped: await drop(action.target, action.isEmpty) };
    case "mark": {
      const { tombstone } = action;
      const marker =
        tombstone === undefined ? { is: "mark" as const, urn } : { is: "tombstone" as const, target: tombstone, urn };
      const outcome = await submitMark(session, key, action.number, target, marker);
      if (outcome.is === "taken") return { is: "sent", outcome: "taken" };
      signal.throwIfAborted();
      if (outcome.is !== "accepted") {
        const what = tombstone === undefined ? "that the ingestion was deleted" : "that the datasource was dropped";
        session.log(
          "warning",
          `Cannot record in Druid ${what}: ${messageOf(outcome.error)}; continuing without the record`,
        );
      }
      return { is: "sent", outcome: outcome.is };
    }
  }
}
