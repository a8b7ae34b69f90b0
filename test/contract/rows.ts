/** The rows that the contracts load, and the statements that load them. */

export const ROW = (n: number) => `{"t":${n},"n":${n}}`;
export const TWO = [ROW(1), ROW(2)];
/** A line of which Druid makes no row. */
export const CUT = '{"t":3';

export const ALL_OF_TIME = "-146136543-09-08T08:23:32.096Z/146140482-04-24T15:36:27.903Z";

const SELECT = 'SELECT MILLIS_TO_TIMESTAMP("t") AS __time, "n" FROM';

export const insert = (dataSource: string, extern: string) =>
  `INSERT INTO "${dataSource}" ${SELECT} ${extern} PARTITIONED BY ALL`;
/** The same rows twice, as two parts of one statement. */
export const insertUnion = (dataSource: string, extern: string) =>
  `INSERT INTO "${dataSource}" ${SELECT} ${extern} UNION ALL ${SELECT} ${extern} PARTITIONED BY ALL`;
/** Of no row of it Druid makes a `__time`. */
export const insertTimeless = (dataSource: string, extern: string) =>
  `INSERT INTO "${dataSource}" SELECT TIME_PARSE('never' || "n") AS __time, "n" FROM ${extern} PARTITIONED BY ALL`;
export const replace = (dataSource: string, extern: string, by = "ALL") =>
  `REPLACE INTO "${dataSource}" OVERWRITE ALL ${SELECT} ${extern} PARTITIONED BY ${by}`;
/** The rows are all of this day. */
export const replaceDay = (dataSource: string, extern: string) =>
  `REPLACE INTO "${dataSource}" OVERWRITE WHERE __time >= TIMESTAMP '1970-01-01' AND __time < TIMESTAMP '1970-01-02' ` +
  `${SELECT} ${extern} PARTITIONED BY DAY`;
