/** What helps after a failure that its own text does not explain. Pure. */
import type { TaskReport } from "../druid/wire";

export function adviceFor(report: TaskReport | undefined): string | undefined {
  const fault = report?.payload.status.errorReport?.error;
  // Since 34, where a timeout binds SQL tasks.
  if (fault?.errorCode === "Canceled" && fault.reason === "QUERY_TIMEOUT") {
    return (
      'Druid canceled it when its query timeout had passed: that is "timeout" in the query\'s context, else the ' +
      'cluster\'s default (druid.query.default.context.timeout); set "timeout" in the context to the milliseconds that ' +
      "it needs, or to 0 for no limit"
    );
  }
  if (fault?.errorCode === "QueryNotSupported") {
    return (
      "the task engine of this Druid cannot run such a statement: before Druid 28 it cannot read a UNION ALL of " +
      "tables, and no version knows GROUPING SETS; write it in another way, or as several ingestions"
    );
  }
  return undefined;
}
