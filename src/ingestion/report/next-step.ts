/** What helps after a failure that its own text does not explain. Pure. */
import { SINCE } from "../../druid/versions";
import type { TaskReport } from "../../druid/wire/task";

export function nextStepAfter(report: TaskReport | undefined): string | undefined {
  const fault = report?.payload.status.errorReport?.error;
  if (fault?.errorCode === "Canceled" && fault.reason === "QUERY_TIMEOUT") {
    return (
      `Druid canceled it when its query timeout had passed, which binds SQL tasks since Druid ${SINCE.taskTimeouts}: ` +
      '"timeout" in the query\'s context, else the default of the cluster (druid.query.default.context.timeout); set ' +
      '"timeout" in the context to as many milliseconds as it needs, or to 0 for no limit'
    );
  }
  if (fault?.errorCode === "QueryNotSupported") {
    return (
      `the task engine of this Druid cannot run such a statement: before Druid ${SINCE.unions} it cannot read a UNION ` +
      "ALL of tables, and no version knows GROUPING SETS; write it in another way, or as several ingestions"
    );
  }
  return undefined;
}
