/** Druid's query context as a type. */
export interface QueryContext {
  maxNumTasks?: number;
  [key: string]: unknown;
}
