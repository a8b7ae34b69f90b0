/** Stays with a run of ours to its end, and has remembered at each moment what the next operation needs to know. */
import { DruidIngestionError } from "../base/errors";
import type { Finished, Goal, Recorded, Save } from "./goal";
import { taskIdOf } from "./key";
import { markerOf } from "./observe";
import { type Published, publishedAfter } from "./sequence";
import type { Session } from "./session";
import { takeSlots } from "./slots";
import { awaitEnd } from "./wait";

export type Followed =
  | { is: "finished"; run: Finished }
  | { is: "lost" | "another"; recorded: Pick<Recorded, "number" | "published" | "state"> };

/** Waits for a run of ours; a lost one, or another in its place, comes back as what is to be recorded of it. */
export async function follow(
  session: Session,
  goal: Goal,
  run: { number: number; joined: boolean },
  published: Published,
  save: Save,
): Promise<Followed> {
  const { number, joined } = run;
  const taskId = taskIdOf(goal.key, number);
  save({ number, published, state: "RUNNING", taskId, adopted: false });
  const release = joined ? await takeSlots(session, goal.tasks, true) : () => undefined;
  try {
    const end = await awaitEnd(session, taskId);
    const { content } = goal.wanted;
    if (end.is !== "lost" && !(await isOurs(session, taskId, goal))) {
      session.log("warning", `Druid has lost task "${taskId}" and taken another under its id: looking again`);
      return { is: "another", recorded: { number: number - 1, published, state: "STALE" } };
    }
    switch (end.is) {
      case "success": {
        const { status, report } = end;
        save({ number, published: [content], state: "RUNNING", taskId, adopted: false, status, report });
        return {
          is: "finished",
          run: { number, published: [content], taskId, adopted: false, status, report },
        };
      }
      case "lost":
        session.log("warning", `Druid no longer knows task "${taskId}": nobody can say whether it published its rows`);
        return {
          is: "lost",
          recorded: { number, published: publishedAfter(published, content, "lost"), state: "STALE" },
        };
      default: {
        const perhaps = publishedAfter(published, content, end.is);
        const { status, report } = end;
        save({ number, published: perhaps, state: "FAILED", taskId, adopted: false, status, report });
        throw new DruidIngestionError("taskFailed", `task "${taskId}" failed`);
      }
    }
  } finally {
    release();
  }
}

/** An id that Druid has lost can be taken anew, by the late request of a process that has gone, between two looks. */
async function isOurs({ client, signal }: Session, taskId: string, { wanted }: Goal): Promise<boolean> {
  const payload = await client.payload(taskId, { signal });
  if (!payload) return true;
  const marker = markerOf(payload);
  return marker?.is === "run" && marker.content === wanted.content && marker.target === wanted.target;
}
