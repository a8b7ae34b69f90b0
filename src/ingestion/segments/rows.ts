/** Whether rows that were published are still there, and the wait until dropped ones are not. */
import { DruidIngestionError } from "../../base/errors";
import { lookPauseMs } from "../../base/pace";
import { poll } from "../../base/poll";
import { isTransient } from "../../druid/transport/retry";
import type { Session } from "../session";
import { answers } from "./at-broker";
import { CoordinatorRefresh } from "./coordinator-refresh";
import { allowed, mayBeLate, refusable, segmentsOf, usedSegments } from "./used";

/**
 * By the metadata, never by the Broker's view: with all historicals down nothing is lost. Asked twice, since rows that
 * are taken for gone are loaded again.
 */
export async function rowsOf(
  session: Session,
  dataSource: string,
  rowsPublished: number | undefined,
): Promise<"there" | "gone"> {
  if (!rowsPublished) return "there";
  if (await hasKnownSegment(session, dataSource)) return "there";
  for (const pauseMs of [0, 1_000]) {
    await session.clock.sleep(pauseMs, session.signal);
    const used = await hasUsedSegment(session, dataSource);
    if (used === "forbidden") {
      session.log(
        "warning",
        `Cannot see whether the rows of "${dataSource}" are still there: reading its load status is forbidden`,
      );
      return "there";
    }
    if (used) return "there";
  }
  if (await hasDropRule(session, dataSource)) {
    session.log(
      "warning",
      `"${dataSource}" has no segment in use; a drop rule of it or of the default rules may have taken them`,
    );
    return "there";
  }
  return "gone";
}

/** One segment that a Broker knows is enough, where the metadata still has it: the list of all may be long. */
async function hasKnownSegment({ client, signal }: Session, dataSource: string): Promise<boolean> {
  const ids = await refusable(client.brokerSegments(dataSource, "published", { limit: 1, signal }));
  const known = segmentsOf(dataSource, ids ?? [])[0];
  if (known === undefined) return false;
  const there = await allowed(client.usedSegments(dataSource, [`${known.start}/${known.end}`], { signal }));
  return there !== "forbidden" && there.length > 0;
}

async function hasUsedSegment(session: Session, dataSource: string): Promise<boolean | "forbidden"> {
  const used = await usedSegments(session, dataSource);
  if (used !== "forbidden" && (used.length > 0 || !(await mayBeLate(session)))) return used.length > 0;
  const status = await allowed(session.client.loadStatus(dataSource, { signal: session.signal }));
  return status === "forbidden" ? status : status !== undefined;
}

export async function hasDropRule(session: Session, dataSource: string): Promise<boolean> {
  const rules = await allowed(session.client.rules(dataSource, { signal: session.signal }));
  return rules !== "forbidden" && rules.some((rule) => rule.type.startsWith("drop"));
}

const DROP_WAIT_MS = 10 * 60_000;

/** After all segments of a datasource were marked unused: until no Broker answers with them. */
export async function awaitDropped(session: Session, dataSource: string): Promise<void> {
  const { clock, signal } = session;
  const refresh = new CoordinatorRefresh(session, dataSource);
  let wasThere = false;
  const lookWhetherGone = async () => {
    refresh.begin();
    try {
      const isThere = await isAtBroker(session, dataSource);
      wasThere ||= isThere;
      // What was not loaded yet is loaded all the same by a Coordinator that has not heard of the drop.
      if (!isThere && (wasThere || !(await isInCoordinatorsView(session, dataSource)))) return true;
    } catch (error) {
      if (!isTransient(error)) throw error;
    }
    session.status(`waiting until "${dataSource}" is gone from the Broker`);
    return undefined;
  };
  try {
    if (await poll(lookWhetherGone, { clock, signal, boundMs: DROP_WAIT_MS, pauseMs: lookPauseMs })) return;
  } finally {
    refresh.end();
  }
  throw new DruidIngestionError(
    "timeout",
    `"${dataSource}" still answers ${DROP_WAIT_MS / 60_000} minutes after it was dropped`,
  );
}

async function isAtBroker(session: Session, dataSource: string): Promise<boolean> {
  const { client, signal } = session;
  const available = await refusable(client.brokerSegments(dataSource, "available", { limit: 1, signal }));
  return available === undefined ? answers(session, dataSource) : available.length > 0;
}

async function isInCoordinatorsView({ client, signal }: Session, dataSource: string): Promise<boolean> {
  const status = await allowed(client.loadStatus(dataSource, { signal }));
  return status !== "forbidden" && status !== undefined;
}
