REPLACE INTO "pages" OVERWRITE ALL
SELECT
  TIME_PARSE("timestamp") AS __time,
  "page",
  "added"
FROM TABLE(EXTERN(
  '{"type":"http","uris":["https://druid.apache.org/data/wikipedia.json.gz"]}',
  '{"type":"json"}'
)) EXTEND ("timestamp" VARCHAR, "page" VARCHAR, "added" BIGINT)
PARTITIONED BY DAY
