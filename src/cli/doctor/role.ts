/** Whether the address is that of a Router that leads to everything, and whether MSQ is there. */
import { isRecord } from "../../base/json";
import { SINCE } from "../../druid/versions";
import { type Finding, ok, problem } from "./finding";
import type { Looker } from "./looker";

export async function role({ inspector, signal }: Looker): Promise<Finding[]> {
  const look = (path: string) => inspector.get("look at", path, { signal });
  const [tasks, sql, overlord, coordinator] = await Promise.all([
    look("/druid/v2/sql/task/enabled"),
    // Any answer but 404 comes from a Broker: it wants a POST.
    look("/druid/v2/sql"),
    look("/druid/indexer/v1/isLeader"),
    look("/druid/coordinator/v1/isLeader"),
  ]);
  const isThere = ({ body }: { body: unknown }) => isRecord(body) && "leader" in body;
  const [hasOverlord, hasCoordinator] = [isThere(overlord), isThere(coordinator)];
  const hasSql = sql.status !== 404 || tasks.status !== 404;
  if (!hasSql) {
    const parts = [hasCoordinator && "Coordinator", hasOverlord && "Overlord"].filter(Boolean).join(" and ");
    const what = parts === "" ? "a server that answers neither SQL nor tasks" : `the ${parts}`;
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
