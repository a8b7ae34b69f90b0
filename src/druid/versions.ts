/**
 * Since which Druid something is so: the one place for what code and messages say of versions. ARCHITECTURE.md tells of
 * each whether it was run or read.
 */
export const SINCE = {
  /** INSERT INTO EXTERN writes files. */
  exports: 29,
  /** SET before a statement. */
  set: 34,
  /** SQL tasks read a UNION ALL of tables, and refuse any other; before, each part of it becomes a task. */
  unions: 28,
  /** Tasks of exports are checked as of this datasource's; before, as of that of SELECTs. */
  exportDataSource: 33,
  /** A context's `timeout` binds SQL tasks. */
  taskTimeouts: 34,
  /** SQL tasks need no extension. */
  builtInTasks: 35,
} as const;

/** E.g. 27 of `27.0.0`; undefined where it is not told. */
export function majorOf(version: string | undefined): number | undefined {
  const major = Number.parseInt(version ?? "", 10);
  return Number.isNaN(major) ? undefined : major;
}
