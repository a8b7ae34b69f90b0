/** The next step after failures whose own text does not explain them. Pure. */
import { SINCE } from "../../druid/versions";
import type { TaskReport } from "../../druid/wire/task";

export function nextStepAfter(report: TaskReport | undefined): string | undefined {
  const fault = report?.payload.status.errorReport?.error;
  if (fault?.errorCode === "Canceled" && fault.reason === "QUERY_TIMEOUT") {
    return (
      `Druid canceled it because its query timeout expired, which applies to SQL tasks since Druid ${SINCE.taskTimeouts}: ` +
      "\"timeout\" in the query's context, or the cluster's default (druid.query.default.context.timeout); set " +
      '"timeout" in the context to the milliseconds it needs, or to 0 for no limit'
    );
  }
  if (fault?.errorCode === "QueryNotSupported") {
    return (
      `this Druid's task engine cannot run such a statement: before Druid ${SINCE.unions} it cannot read a UNION ` +
      "ALL of tables, and no version supports GROUPING SETS; rewrite it, or split it into several ingestions"
    );
  }
  return undefined;
}
