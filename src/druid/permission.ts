/** Writes permissions as Druid's documentation and its basic security do: type and name of the resource, action. */

export type Action = "READ" | "WRITE";

/** E.g. `DATASOURCE "wiki" WRITE`. */
type Type = "DATASOURCE" | "EXTERNAL" | "SYSTEM_TABLE" | "QUERY_CONTEXT" | "STATE" | "CONFIG";

export const permission = (type: Type, name: string, action: Action): string => `${type} "${name}" ${action}`;

export const onDatasource = (name: string, action: Action): string => permission("DATASOURCE", name, action);

/** For the state of servers and tasks as a whole. */
export const STATE_READ = permission("STATE", "STATE", "READ");

/** For settings of servers, and, in Druid 27, for the total worker capacity. */
export const CONFIG_READ = permission("CONFIG", "CONFIG", "READ");

/** In addition, if `druid.sql.planner.authorizeSystemTablesDirectly` is set. */
export const SYSTEM_SEGMENTS_READ = permission("SYSTEM_TABLE", "segments", "READ");
