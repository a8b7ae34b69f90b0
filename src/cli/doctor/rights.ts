/** What this user may do, found out by EXPLAIN and SELECT, which submit nothing. */
import { isHttpError, messageOf } from "../../base/errors";
import { CONFIG_READ, STATE_READ } from "../../druid/permission";
import { EXTERNAL_ROWS, missingPermissions } from "../../ingestion/rights/rights";
import { CONTEXT_KEY } from "../../ingestion/sequence/marker";
import { type Finding, note, ok, problem, warning } from "./finding";
import type { Looker } from "./looker";

export async function rights(looker: Looker): Promise<Finding[]> {
  return [...(await loading(looker)), await state(looker)];
}

/** The very statement that a load begins with, but explained. */
async function loading({ client, signal, target }: Looker): Promise<Finding[]> {
  const options = { signal, patienceMs: 0 };
  const { name, isGiven } = target;
  const quoted = `"${name.replaceAll('"', '""')}"`;
  const query = `EXPLAIN PLAN FOR INSERT INTO ${quoted} SELECT TIMESTAMP '2000-01-01' AS __time, "a" FROM ${EXTERNAL_ROWS} PARTITIONED BY ALL`;
  const needs = { target: name, reads: [], readsExternal: true, context: { [CONTEXT_KEY]: "explain" } };
  try {
    await client.explain({ query, context: { [CONTEXT_KEY]: "explain" } }, options);
    if (await client.mayReadTasksInto(name, options))
      return [ok("load", `May submit an INSERT with EXTERN into "${name}", follow, cancel and drop it`)];
  } catch (error) {
    // Without an answer nothing is known.
    if (!isHttpError(error)) throw error;
    if (error.status !== 403) {
      return [problem("load", messageOf(error), "Druid does not plan an INSERT with EXTERN.", "mend that in Druid")];
    }
  }
  const missing = await missingPermissions(client, needs, options);
  const mend = `grant ${missing.join(" and ") || 'DATASOURCE WRITE and READ on the target, EXTERNAL "EXTERNAL" READ'}`;
  const isOfName = missing.length > 0 && missing.every((one) => one.startsWith("DATASOURCE"));
  if (isOfName && !isGiven) {
    const means = "If permissions are given by the names of datasources, this says nothing about yours.";
    return [
      warning("load", `May not load into "${name}"`, means, `run doctor with --into and the name of yours, or ${mend}`),
    ];
  }
  return [problem("load", `May not load into "${name}"`, "Preview fails, and nothing is submitted.", mend)];
}

async function state({ inspector, signal }: Looker): Promise<Finding> {
  const [servers, tasks] = await Promise.all(
    ["/status", "/druid/indexer/v1/workers"].map((path) => inspector.get("look at", path, { signal })),
  );
  if (servers?.status !== 403 && tasks?.status !== 403) return ok("state", "May read the state of servers and tasks");
  const means = "Each task is asked about alone, and ingestions of one program do not wait for free task slots.";
  return note(
    "state",
    "May not read the state of servers and tasks",
    means,
    `grant ${STATE_READ} (and ${CONFIG_READ} for the settings)`,
  );
}
