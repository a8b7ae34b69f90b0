/** The rows that the contracts load, and the statements that load them. */

export const ROW = (n: number) => `{"t":${n},"n":${n}}`;
export const TWO = [ROW(1), ROW(2)];

const SELECT = 'SELECT MILLIS_TO_TIMESTAMP("t") AS __time, "n" FROM';

export const insert = (dataSource: string, extern: string) =>
  `INSERT INTO "${dataSource}" ${SELECT} ${extern} PARTITIONED BY ALL`;
export const replace = (dataSource: string, extern: string, by = "ALL") =>
  `REPLACE INTO "${dataSource}" OVERWRITE ALL ${SELECT} ${extern} PARTITIONED BY ${by}`;
