/** Checks whether published rows still exist, and waits until dropped rows can no longer be queried. */
import { DruidIngestionError } from "../../base/errors";
import { lookPauseMs } from "../../base/pace";
import { poll } from "../../base/poll";
import { onDatasource } from "../../druid/permission";
import { isOutage } from "../../druid/transport/retry";
import type { Session } from "../session";
import { answers } from "./at-broker";
import { CoordinatorRefresh } from "./coordinator-refresh";
import { allowed, mayBeLate, refusable, segmentsOf, usedSegments } from "./used";

/**
 * Decides by the metadata, never by the Broker's view, because no rows are lost if all Historicals are down. Checks
 * twice, because rows that count as gone are loaded again.
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
        `Cannot check whether the rows of "${dataSource}" still exist: reading its load status is forbidden; grant ${onDatasource(dataSource, "READ")}`,
      );
      return "there";
    }
    if (used) return "there";
  }
  if (await hasDropRule(session, dataSource)) {
    session.log(
      "warning",
      `"${dataSource}" has no used segments; its drop rules or the default rules may have removed them`,
    );
    return "there";
  }
  return "gone";
}

/** It is enough that the metadata has one segment that a Broker knows; the list of all segments may be long. */
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

/** After all segments of a datasource were marked unused, waits until no Broker answers from them. */
export async function awaitDropped(session: Session, dataSource: string): Promise<void> {
  const { clock, signal } = session;
  const refresh = new CoordinatorRefresh(session, dataSource);
  let wasThere = false;
  const lookWhetherGone = async () => {
    refresh.begin();
    try {
      const isThere = await isAtBroker(session, dataSource);
      wasThere ||= isThere;
      // A Coordinator that does not know of the drop yet still loads segments that were not loaded before.
      if (!isThere && (wasThere || !(await isInCoordinatorsView(session, dataSource)))) return true;
    } catch (error) {
      if (!isOutage(error)) throw error;
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
    `"${dataSource}" can still be queried ${DROP_WAIT_MS / 60_000} minutes after it was dropped`,
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
