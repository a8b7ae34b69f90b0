/**
 * Moves a sequence to the key of the ingestion's new name, after a rename by alias, of the stack, or of the project, as
 * `rules/rename.ts` decides. So even without state an operation finds what was loaded, and the old name is free for
 * another ingestion.
 */

import { DruidIngestionError, messageOf } from "../../base/errors";
import type { Recorded } from "../rules/record";
import { beginRename, type RenameAction, type RenameAim, type RenameEvent, stepRename } from "../rules/rename";
import type { Session } from "../session";
import { IDS_IN_USE } from "./key";
import { observe } from "./observe";
import { type SubmitOutcome, submitMark } from "./submit";

export interface RenameGoal extends RenameAim {
  /** The current URN of the ingestion. */
  urn: string;
}

/** The number of the note, and what must be recorded under the new key; undefined if there is nothing to move. */
export async function renameSequence<T extends Recorded>(
  session: Session,
  goal: RenameGoal,
  recorded: T | undefined,
): Promise<{ number: number; recorded: T | undefined } | undefined> {
  let rename = beginRename(goal, recorded);
  let unsent: unknown;
  for (;;) {
    const { action } = rename;
    if (action.do === "finish") {
      const { number } = action;
      return number === undefined ? undefined : { number, recorded: recorded && { ...recorded, ...action.recorded } };
    }
    if (action.do === "fail") {
      if (action.why === "sending") throw unsent;
      throw new DruidIngestionError("timeout", IDS_IN_USE);
    }
    session.status("moving earlier runs of this ingestion to its new name");
    rename = stepRename(
      rename,
      await perform(session, goal, action, (error) => {
        unsent = error;
      }),
    );
  }
}

async function perform(
  session: Session,
  { from, to, urn, target }: RenameGoal,
  action: Exclude<RenameAction, { do: "finish" | "fail" }>,
  told: (error: unknown) => void,
): Promise<RenameEvent> {
  const { client, clock, signal } = session;
  switch (action.do) {
    case "observe": {
      const old = await observe(client, clock, from, action.from, { signal, forKey: to });
      return { is: "observed", old, own: await observe(client, clock, to, 1, { signal }) };
    }
    case "note": {
      const { number, upTo, isNeeded } = action;
      const note = await submitMark(session, to, number, target, { is: "from", key: from, upTo, urn });
      const event = sent(session, note);
      if ("error" in note) told(note.error);
      if ("error" in note && !isNeeded) {
        const cause = messageOf(note.error);
        session.log(
          "warning",
          `Cannot record the former name of this ingestion in Druid: ${cause}; continuing without the record`,
        );
      }
      return event;
    }
    case "fence":
      return sent(session, await submitMark(session, from, action.number, target, { is: "to", key: to, urn }));
  }
}

function sent({ signal }: Session, { is }: SubmitOutcome): RenameEvent {
  if (is !== "taken") signal.throwIfAborted();
  return { is: "sent", outcome: is };
}
