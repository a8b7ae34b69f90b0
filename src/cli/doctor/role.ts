/** Whether the address is that of a Router that leads to everything, and whether MSQ is there. */
import { isHttpError } from "../../base/errors";
import { isRecord } from "../../base/json";
import type { DruidClient } from "../../druid/client";
import { SINCE } from "../../druid/versions";
import { type Finding, ok, problem } from "./finding";
import type { Looker } from "./looker";

export async function role({ client, inspector, signal }: Looker): Promise<Finding[]> {
  const look = (path: string) => inspector.get("look at", path, { signal });
  const [tasks, answersSql, overlord, coordinator] = await Promise.all([
    look("/druid/v2/sql/task/enabled"),
    mayAnswerSql(client, signal),
    look("/druid/indexer/v1/isLeader"),
    look("/druid/coordinator/v1/isLeader"),
  ]);
  const isThere = ({ body }: { body: unknown }) => isRecord(body) && "leader" in body;
  const [hasOverlord, hasCoordinator] = [isThere(overlord), isThere(coordinator)];
  if (!answersSql && tasks.status === 404) {
    const parts = [hasCoordinator && "Coordinator", hasOverlord && "Overlord"].filter(Boolean).join(" and ");
    const what = parts === "" ? "a server that answers neither SQL nor tasks, such as a Historical" : `the ${parts}`;
    return [
      problem(
        "router",
        `This is ${what}, not a Router`,
        "A load needs SQL tasks too.",
        "use the Router's address as the url (port 8888, or 9088 with TLS)",
      ),
    ];
  }
  if (!hasOverlord || !hasCoordinator) {
    const missing = [!hasOverlord && "Overlord", !hasCoordinator && "Coordinator"].filter(Boolean).join(" and ");
    return [
      problem(
        "router",
        `SQL is answered, but no ${missing} (${hasOverlord ? coordinator.status : overlord.status})`,
        "A load could be submitted, but not followed. This is a Broker, another server, or a Router that does not forward.",
        "use the Router's address as the url, and set druid.router.managementProxy.enabled=true there; if it is set, check that the Coordinator and the Overlord are running",
      ),
    ];
  }
  const findings = [ok("router", "A Router that leads to Broker, Overlord and Coordinator")];
  const isEnabled = isRecord(tasks.body) && tasks.body.enabled === true;
  if (isEnabled || tasks.status === 401 || tasks.status === 403) {
    return [...findings, ok("msq", isEnabled ? "SQL tasks are enabled" : `SQL tasks answer (${tasks.status})`)];
  }
  const mend = `before Druid ${SINCE.builtInTasks}, load the extension druid-multi-stage-query on all servers (druid.extensions.loadList)`;
  return [...findings, problem("msq", `SQL tasks are not enabled (${tasks.status})`, "Nothing can be loaded.", mend)];
}

/** A Historical has the path, but not this method. Any other error is a Broker's, or of one that is away. */
async function mayAnswerSql(client: DruidClient, signal: AbortSignal): Promise<boolean> {
  try {
    await client.sql({ query: "SELECT 1" }, { signal, patienceMs: 0 });
    return true;
  } catch (error) {
    return !(isHttpError(error) && (error.status === 404 || error.status === 405));
  }
}
