-- Days on which it rained. ${target}, ${weather}, ${kinds} and ${least} come from the program.
REPLACE INTO ${target} OVERWRITE ALL
SELECT
  TIME_PARSE("date") AS __time,
  "weather",
  "precipitation"
FROM ${weather}
WHERE "weather" IN (${kinds}) AND "precipitation" >= ${least}
PARTITIONED BY YEAR
