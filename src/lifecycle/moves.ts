/**
 * Rejects moves to another datasource that conflict with the load of another ingestion, before any rows are at risk.
 */
import type { Fault } from "../druid/connection/connection";
import { writeKindOf } from "../ingestion/contract/content";
import { nameOf } from "../ingestion/sequence/key";
import type { StatementFacts } from "../statement/facts";
import { knownStatement } from "../statement/known";
import type { Parts } from "./parts";
import type { Properties } from "./state";

/** Records what the ingestion loads and where, and the datasource it leaves if it moves to another. */
export function planLoad(
  { neighbours }: Parts,
  urn: string,
  olds: Properties,
  user: Properties,
  facts: StatementFacts,
): void {
  const { dataSource } = facts;
  if (dataSource === undefined) {
    neighbours.rememberTarget(urn, undefined, false);
    return;
  }
  const from = typeof olds.query === "string" ? knownStatement(olds.query).facts.dataSource : undefined;
  const leaves =
    from === undefined || from === dataSource
      ? undefined
      : { dataSource: from, drops: olds.onDelete === "dropDatasource" };
  const drops = user.onDelete === "dropDatasource";
  const plan = { dataSource, drops, kind: writeKindOf(facts) };
  // Pulumi checks a replacement a second time, as if it were new.
  if (Object.keys(olds).length === 0) neighbours.planNew(urn, plan);
  else neighbours.plan(urn, { ...plan, leaves });
}

export function clashFaults({ neighbours }: Parts, urn: string): Fault[] {
  return neighbours.clashesOf(urn).map(({ dataSource, leaver, loader, drops }) => {
    const [from, into] = [nameOf(leaver), nameOf(loader)];
    const cause = drops
      ? `"${from}" moves away from "${dataSource}" and drops it, while "${into}" loads into it: the drop could remove the rows of "${into}"`
      : `"${from}" moves away from "${dataSource}" and keeps its rows there, while "${into}" moves there: "${dataSource}" would hold the rows of both`;
    const first = drops ? "" : `set onDelete "dropDatasource" on "${from}" and run \`pulumi up\`, then `;
    return {
      path: "",
      reason: `${cause}; do it in steps: ${first}remove "${from}" from the program and run \`pulumi up\`, make the other changes and run \`pulumi up\` again, then add "${from}" back`,
    };
  });
}
