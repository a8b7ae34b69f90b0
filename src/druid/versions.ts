/**
 * The Druid versions in which something changed, for code and messages. ARCHITECTURE.md tells for each whether it was
 * tested or only read in Druid's documentation or source.
 */
export const SINCE = {
  /** INSERT INTO EXTERN writes files. */
  exports: 29,
  /** SET before a statement. */
  set: 34,
  /** SQL tasks read a UNION ALL of tables and reject any other; in older versions each part becomes a task. */
  unions: 28,
  /** Permissions for export tasks are checked on a datasource of their own; in older versions on that of SELECTs. */
  exportDataSource: 33,
  /** The context key `timeout` applies to SQL tasks. */
  taskTimeouts: 34,
  /** Coordinator and Overlord read segments from a cache by default. */
  segmentCache: 37,
  /** SQL tasks need no extension. */
  builtInTasks: 35,
} as const;

/** E.g. 27 for `27.0.0`; undefined if unknown. */
export function majorOf(version: string | undefined): number | undefined {
  const major = Number.parseInt(version ?? "", 10);
  return Number.isNaN(major) ? undefined : major;
}
