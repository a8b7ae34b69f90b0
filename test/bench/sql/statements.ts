/** The statements that are read: those of the fixtures, and more of every form that Druid's documentation shows. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readStatement } from "../../../src/statement/facts";
import { seededRandom } from "../../harness/fake/timeline";

const FIXTURES = join(__dirname, "../../fixtures");
const SEED = 18;

/** The same ones in every run. */
export function statements(count: number): string[] {
  const folder = join(FIXTURES, "sql");
  const files = readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"));
  // Some are wrong on purpose.
  const whole = files.filter((sql) => readStatement(sql).faults.length === 0);
  const random = seededRandom(SEED);
  return [...whole, ...Array.from({ length: count - whole.length }, () => drawn(random))];
}

function drawn(random: () => number): string {
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  const number = (most: number) => 1 + Math.floor(random() * most);
  const name = () => `"${pick(["page", "user", "added", "Country code", "d.elta"])}_${number(50)}"`;
  const column = () =>
    pick([
      () => name(),
      () => `TIME_FLOOR("__time", 'PT${number(23)}H') AS ${name()}`,
      () => `COALESCE(${name()}, 'it''s ${number(99)}') AS ${name()}`,
      () =>
        `CASE WHEN ${name()} > ${number(999)} THEN 'high' WHEN ${name()} IS NULL THEN NULL ELSE 'low' END AS ${name()}`,
      () => `CAST(${name()} AS BIGINT) * ${number(9)}.5 AS ${name()}`,
      () => `JSON_VALUE(${name()}, '$.a[${number(9)}]' RETURNING VARCHAR) AS ${name()}`,
      () => `${name()} || '-' || ${name()} AS ${name()}`,
    ])();
  const columns = (most: number) => Array.from({ length: number(most) }, column).join(",\n  ");
  const extern = () => {
    const uris = Array.from(
      { length: number(20) },
      (_, at) => `https://files.example/day=${at}/part-${number(999)}.json.gz`,
    );
    const source = JSON.stringify({ type: "http", uris });
    return `TABLE(EXTERN('${source}', '{"type":"json"}')) EXTEND ("timestamp" VARCHAR, "page" VARCHAR, "added" BIGINT)`;
  };
  const where = () =>
    pick(["", `\nWHERE ${name()} IN ('a', 'b', 'c') AND "__time" >= TIMESTAMP '2024-01-${10 + number(18)} 00:00:00'`]);
  const from = pick([
    () => extern(),
    () => `"raw_${number(9)}"`,
    () => `"a" INNER JOIN "b" ON "a"."id" = "b"."id" LEFT JOIN "lookup"."l" ON "a"."k" = "l"."k"`,
    () => `(SELECT * FROM ${extern()}) AS "inner"`,
    () => `"nested" CROSS JOIN UNNEST(MV_TO_ARRAY("tags")) AS "u" ("tag")`,
  ])();
  const comment = pick(["", "-- loads pages\n", "/* by hand,\n   see the wiki */ "]);
  const grouped = random() < 0.3 ? `\nGROUP BY 1, 2` : "";
  const select = `${comment}SELECT\n  TIME_PARSE("timestamp") AS "__time",\n  ${columns(40)}\nFROM ${from}${where()}${grouped}`;
  const query = random() < 0.2 ? `WITH "w" AS (${select})\nSELECT * FROM "w"` : select;
  const head = pick([
    () => `INSERT INTO "t_${number(99)}"`,
    () => `REPLACE INTO "t_${number(99)}" OVERWRITE ALL`,
    () => `REPLACE INTO t OVERWRITE WHERE __time >= TIMESTAMP '2024-01-01' AND __time < TIMESTAMP '2024-02-01'`,
  ])();
  const by = pick(["ALL", "DAY", "HOUR", "MONTH", "'P1W'"]);
  return `${head}\n${query}\nPARTITIONED BY ${by}${pick(["", '\nCLUSTERED BY "page", "user"'])}`;
}

/** One statement of about so many bytes: most of it in one literal, or in columns. */
export function largeStatement(kind: "literal" | "columns", bytes: number): string {
  if (kind === "literal") {
    const line = "2024-01-01T00:00:00Z,somebody,12345\\n";
    const data = line.repeat(Math.ceil(bytes / line.length));
    const source = `{"type":"inline","data":"${data}"}`;
    return `REPLACE INTO "t" OVERWRITE ALL SELECT TIME_PARSE("t") AS __time, "n" FROM TABLE(EXTERN('${source}', '{"type":"csv","columns":["t","u","n"]}')) EXTEND ("t" VARCHAR, "u" VARCHAR, "n" BIGINT) PARTITIONED BY DAY`;
  }
  const columns: string[] = [];
  for (let length = 0; length < bytes; length += columns.at(-1)?.length ?? 0) {
    const at = columns.length;
    columns.push(
      `  CASE WHEN "c${at}" > ${at} THEN COALESCE("c${at}", 'none') ELSE "d${at}" || '-' END AS "e${at}",\n`,
    );
  }
  return `REPLACE INTO "t" OVERWRITE ALL\nSELECT\n${columns.join("")}  __time\nFROM "raw" PARTITIONED BY DAY`;
}
