/** Whether the way of new rows to the Broker can be followed, and whether a rule drops them. */
import { isHttpError, messageOf } from "../../base/errors";
import { SYSTEM_SEGMENTS_READ } from "../../druid/permission";
import { type Finding, note, ok, warning } from "./finding";
import type { Looker } from "./looker";

export async function segments(looker: Looker): Promise<Finding[]> {
  const [table, status, rules] = await Promise.all([systemTable(looker), loadStatus(looker), retention(looker)]);
  return [table, ...status, ...rules];
}

async function systemTable({ client, target, signal }: Looker): Promise<Finding> {
  try {
    await client.brokerSegments(target.name, "available", { signal, patienceMs: 0, limit: 1 });
    return ok("sys.segments", "May read sys.segments");
  } catch (error) {
    const found = isForbidden(error) ? "May not read sys.segments" : messageOf(error);
    const means = "A load works, but preview does not say what is in the target.";
    return warning("sys.segments", found, means, `grant ${SYSTEM_SEGMENTS_READ}`);
  }
}

/** Without READ on the target there is nothing to say here: the line about loading does. */
const isForbidden = (error: unknown) => isHttpError(error) && error.status === 403;

/** Without the forced refresh that a load asks for: since Druid 37 that may take a minute. */
async function loadStatus({ inspector, target, signal }: Looker): Promise<Finding[]> {
  const path = `/druid/coordinator/v1/datasources/${encodeURIComponent(target.name)}/loadstatus?forceMetadataRefresh=false`;
  const { status } = await inspector.get("read the load status of", path, { signal });
  if (status === 403) return [];
  if (status < 300) return [ok("load status", "The Coordinator tells which segments are loaded")];
  const means = "A refresh cannot tell whether rows are gone, and a load is followed at the Broker alone.";
  return [
    warning(
      "load status",
      `The Coordinator does not tell which segments are loaded (${status})`,
      means,
      "check the Coordinator's log",
    ),
  ];
}

async function retention({ client, target, signal }: Looker): Promise<Finding[]> {
  try {
    const rules = await client.rules(target.name, { signal, patienceMs: 0 });
    const types = rules.map(({ type }) => type);
    if (!types.some((type) => type.startsWith("drop"))) return [ok("rules", `No rule drops rows: ${types.join(", ")}`)];
    const means = `Rows in the time of such a rule are never loaded: \`pulumi up\` does not wait for them. In order: ${types.join(", ")}.`;
    return [
      note(
        "rules",
        `A rule of "${target.name}" or the default drops rows`,
        means,
        "check that your rows are outside of it",
      ),
    ];
  } catch (error) {
    if (isForbidden(error)) return [];
    const [cause = "", next = "check the Coordinator"] = messageOf(error).split("; ");
    return [warning("rules", cause, "Whether a rule drops new rows is not known.", next)];
  }
}
