/**
 * In preview, reads what is in the target of new content, and words what the run will do to it. Takes at most two
 * seconds: without an answer, preview says so and continues, because this is only information.
 */
import { withinTime } from "../../base/limit";
import type { DruidClient, Holding } from "../../druid/client";
import { onDatasource, SYSTEM_SEGMENTS_READ } from "../../druid/permission";
import type { PlannedColumn } from "../../druid/wire/plan";
import { type Impact, impactOf, impactText, rowsText, type Write } from "../../ingestion/impact/impact";
import { lookAt } from "../../ingestion/impact/look";
import { otherPartitions, schemaText } from "../../ingestion/impact/schema";
import type { RowsThere } from "../../statement/warnings";
import type { Parts } from "../parts";

const PATIENCE_MS = 2_000;

export interface Target {
  impact: Impact;
  holding: Holding;
}

/** Clusters for which preview has already logged that this user may not read the target. */
const toldForbidden = new WeakSet<DruidClient>();

/** Undefined without an answer. `mayRead`: whether the user is known to have READ on the target. */
export async function lookAtTarget(
  { host, clock }: Parts,
  urn: string,
  client: DruidClient,
  write: Write,
  mayRead: boolean,
): Promise<Target | undefined> {
  try {
    const holding = await withinTime(clock, PATIENCE_MS, host.signal, (signal) =>
      lookAt(client, { ...write, mayRead }, { signal, patienceMs: PATIENCE_MS }),
    );
    if (holding === "forbidden") tellForbidden(host, urn, client, write.dataSource);
    else if (holding !== undefined) return { impact: impactOf(write, holding), holding };
  } catch {
    if (!host.signal.aborted) {
      const text = `Impact: not known, because "${client.url}" did not tell what is in "${write.dataSource}" now`;
      host.log("info", urn, text);
    }
  }
  return undefined;
}

function tellForbidden(host: Parts["host"], urn: string, client: DruidClient, dataSource: string): void {
  if (toldForbidden.has(client)) return;
  toldForbidden.add(client);
  const text =
    `Impact: not known, because reading what is in "${dataSource}" now is forbidden; grant ` +
    `${onDatasource(dataSource, "READ")} (if druid.sql.planner.authorizeSystemTablesDirectly is set, also ${SYSTEM_SEGMENTS_READ})`;
  host.log("info", urn, text);
}

/** The lines that preview shows. Leaves out column names and times of a secret query. */
export function targetLines(
  { impact, holding }: Target,
  columns: readonly PlannedColumn[] | undefined,
  isSecret: boolean,
): string[] {
  const schema = isSecret ? undefined : schemaText(columns, holding, impact.kind);
  return [
    `Impact: ${impactText(isSecret ? withoutTimes(impact) : impact)}`,
    ...(schema === undefined ? [] : [`Schema: ${schema}`]),
  ];
}

function withoutTimes(impact: Impact): Impact {
  return impact.within === undefined ? impact : { ...impact, within: [] };
}

export function rowsThere({ impact, holding }: Target, partitionedBy: string | undefined): RowsThere {
  const { all } = impact;
  return {
    isNone: all.segments === 0,
    text: rowsText(all),
    otherPartitions: otherPartitions(partitionedBy, holding),
  };
}
