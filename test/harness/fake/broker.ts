/** POST /druid/v2/sql/task of the fake Druid: what is refused, explained, or becomes a task. */
import { alreadyExists, druidError, objectNotFound, overlordAway, taskError, unexpectedToken } from "./errors";
import { type FakeAnswer, json } from "./exchange";
import { explainRow, queriesOf } from "./explain";
import type { Plans } from "./plan";
import { danglingToken, type FakeStatement, placeOf, readStatement } from "./statements";
import type { Tasks } from "./tasks";
import type { Timeline } from "./timeline";
import type { Warehouse } from "./warehouse";

interface Parts {
  timeline: Timeline;
  tasks: Tasks;
  warehouse: Warehouse;
  plans: Plans;
  /** Tables that exist without having been loaded here. */
  tables: Set<string>;
  version: number;
}

let anonymous = 0;

/** Druid's name for what a SELECT or an export writes to. */
const NO_TARGET = "__query_select";

export function submitSql(body: unknown, parts: Parts): FakeAnswer {
  const { tasks, warehouse, plans, tables, version, timeline } = parts;
  const { query, context = {} } = (body ?? {}) as { query?: string; context?: Record<string, unknown> };
  if (typeof query !== "string") return json(400, { error: "Malformed request" });
  anonymous += 1;
  const sqlQueryId = String(context.sqlQueryId ?? `00000000-0000-4000-8000-${String(anonymous).padStart(12, "0")}`);
  const id = `query-${sqlQueryId}`;
  const refuse = (message: string, more?: Record<string, string>) =>
    taskError("invalidInput", sqlQueryId, druidError(version, "invalidInput", message, more));

  const misplaced = danglingToken(query);
  if (misplaced !== undefined) {
    const { message, context: where } = unexpectedToken(misplaced);
    return refuse(message, where);
  }
  const statement = readStatement(query);
  if (statement === undefined) {
    const message = "Unable to parse the SQL, unrecognized error from calcite: [Non-query expression]";
    return taskError("general", sqlQueryId, druidError(version, "general", message));
  }
  const tooNew = tooNewFor(version, query, statement);
  if (tooNew !== undefined) {
    const { message, context: where } = unexpectedToken(tooNew);
    return refuse(message, where);
  }
  const writes = statement.kind === "INSERT" || statement.kind === "REPLACE";
  if (writes && statement.partitionedBy === undefined) {
    return refuse(
      `Operation [${statement.kind}] requires a PARTITIONED BY to be explicitly defined, but none was found.`,
      { sourceType: "sql" },
    );
  }
  const known = (name: string) => tables.has(name) || warehouse.rowsAtBroker(name) !== undefined;
  const missing = statement.tables.find(({ name }) => !known(name));
  if (missing !== undefined) {
    const { message, context: where } = objectNotFound(missing);
    return refuse(message, where);
  }
  if (version >= 28 && statement.parts > 1 && !statement.unitesTables) {
    const why =
      "SQL requires union with input of a datasource type that is not supported. Union operation is only supported between regular tables. ";
    return refuse(`Query could not be planned. A possible reason is [${why}]`, { sourceType: "sql" });
  }
  if (/[/\s]|^\./.test(sqlQueryId))
    return refuse(`Invalid value for field [task ID]: Value [${id}] cannot contain '/'.`);
  const dataSource = statement.target ?? NO_TARGET;
  const plan = plans.for({ id, dataSource, query, context });
  if (plan.reject !== undefined) return plan.reject;
  const queries = Math.max(queriesOf(statement, version), plan.tasks);
  if (statement.explain) return json(200, [explainRow(statement, version, queries, plan.writes, query)]);
  if (Number(context.maxNumTasks ?? 2) < 2) {
    return refuse(
      "MSQ context maxNumTasks [1] cannot be less than 2, since at least 1 controller and 1 worker is necessary",
    );
  }
  if (timeline.now() < tasks.awayUntilMs) return overlordAway(version, id);
  if (tasks.all.has(id)) return alreadyExists(version, id);
  const outcome = version < 28 && statement.unitesTables ? { fault: "QueryNotSupported" } : plan.outcome;
  const ownPlan = { ...plan, outcome, rows: Math.ceil(plan.rows / queries) };
  tasks.add({ id, type: "query_controller", dataSource, statement, query, context, plan: ownPlan });
  // The next query of a union finds the id taken, by the first: that one runs on.
  if (queries > 1) return alreadyExists(version, id);
  return json(202, { taskId: id, state: "RUNNING" });
}

/** SET before a statement and INSERT INTO EXTERN are faults of syntax to servers before 34 and 29. */
function tooNewFor(version: number, query: string, { set, kind }: FakeStatement) {
  if (version < 34 && set !== undefined) return { token: ";", place: set };
  if (version >= 29 || kind !== "EXPORT") return undefined;
  return { token: "(", place: placeOf(query, query.search(/EXTERN\s*\(/i) + "EXTERN".length, 1) };
}
