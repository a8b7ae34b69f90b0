/** Random statements, and real ones with something changed: no crash, no leak, and a canonical text that stays. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import fc from "fast-check";
import { faultOfQuery } from "../../../src/backfill/overwrite";
import { excerptAt } from "../../../src/base/excerpt";
import { hideQuery } from "../../../src/druid/transport/hide-query";
import { tooNewFor } from "../../../src/druid/transport/newer-sql";
import { queryValues } from "../../../src/druid/transport/query-values";
import { shortenDetail } from "../../../src/druid/transport/shorten-detail";
import { canonicalQuery } from "../../../src/statement/canonical";
import { changedLines } from "../../../src/statement/compare";
import { credentialValues } from "../../../src/statement/credentials";
import { explainText, positionInQuery } from "../../../src/statement/explain";
import { publicFacts, readStatement } from "../../../src/statement/facts";
import { maskedQuery } from "../../../src/statement/masked";
import { submittableText } from "../../../src/statement/prelude";
import { warningsFor } from "../../../src/statement/warnings";

const CANARY = "Canary0123456789";

const folder = join(__dirname, "..", "..", "fixtures", "sql");
const REAL = readdirSync(folder)
  .filter((name) => name.endsWith(".sql"))
  .map((name) => readFileSync(join(folder, name), "utf8"))
  .filter(({ length }) => length < 20_000);

const PIECES = [
  "SELECT",
  "INSERT INTO",
  "REPLACE INTO",
  "OVERWRITE",
  "ALL",
  "WHERE",
  "FROM",
  "PARTITIONED BY",
  "CLUSTERED BY",
  "DAY",
  "WITH",
  "AS",
  "UNION ALL",
  "JOIN",
  "ON",
  "TABLE",
  "EXTERN",
  "EXTEND",
  "LATERAL",
  "UNNEST",
  "VALUES",
  "SET",
  "EXPLAIN",
  "CASE",
  "END",
  "DISTINCT",
  "IS",
  "NULL",
  "TIMESTAMP",
  "INTERVAL",
  "U&",
  "x",
  "__time",
  '"a b"',
  '"a""b"',
  "'a'",
  "'a''b'",
  "'",
  '"',
  "`",
  "''",
  "--",
  "-- c\n",
  "/*",
  "*/",
  "/*+ h */",
  "//",
  "\n",
  "\r",
  ";",
  ",",
  "(",
  ")",
  "[",
  "]",
  ".",
  "=>",
  "=",
  "<",
  ">=",
  "?",
  "*",
  "+",
  "1",
  "1e9",
  "0x1F",
  "{",
  "}",
  "{fn",
  "\\",
  "\u0000",
  "\u00a0",
  "é",
  "💧",
  "'2024-01-01'",
  '\'{"type":"http","uris":["http://h/x"]}\'',
  '\'{"type":"json"}\'',
  "http://u:p@h/x",
  "$$",
  "E'\\n'",
];
const randomText = fc.array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: "grapheme", maxLength: 4 })), {
  maxLength: 40,
});
const random = fc.tuple(randomText, fc.constantFrom(" ", "")).map(([pieces, between]) => pieces.join(between));
/** A part cut out, doubled, moved or replaced. */
const mutated = fc
  .tuple(
    fc.constantFrom(...REAL),
    fc.array(fc.tuple(fc.nat(), fc.nat(30), fc.nat(3), fc.constantFrom(...PIECES)), { maxLength: 4 }),
  )
  .map(([sql, changes]) =>
    changes.reduce((text, [where, length, how, piece]) => {
      const from = where % (text.length + 1);
      const part = text.slice(from, from + length);
      const inserted = [piece, "", part + part, [...part].reverse().join("")][how] ?? "";
      return text.slice(0, from) + inserted + text.slice(from + length);
    }, sql),
  );

/** Everything that is read from a statement before anything is asked of Druid. */
function readAll(sql: string): string {
  const statement = readStatement(sql);
  const { line, column } = positionInQuery(sql, { line: 1, column: 1 });
  return inspect(
    [
      statement.facts,
      publicFacts(statement.facts),
      statement.faults,
      statement.credentials,
      warningsFor(statement, { onDelete: "keepData" }),
      excerptAt(sql, { line, column }),
      ...statement.faults.map((fault) => excerptAt(sql, fault)),
      maskedQuery(sql),
      changedLines(sql, "SELECT 1"),
    ],
    { depth: 9, maxStringLength: null, maxArrayLength: null },
  );
}

/** Nothing throws, and the canonical text of a canonical text is itself. */
export const anyStatement = fc.property(fc.oneof(random, mutated), (sql) => {
  readAll(sql);
  queryValues({ query: sql });
  credentialValues(sql);
  explainText(sql);
  faultOfQuery(sql, { name: "x", from: "2024-01-01T00:00:00.000Z", to: "2024-01-02T00:00:00.000Z" });
  tooNewFor(sql, { line: 1, column: 1 + (sql.length % 9) }, "<EOF>");
  for (const said of [`Encountered "${sql}" at line 1, column 1`, `unexpected token [${sql}] (line [1], column [1])`])
    shortenDetail(hideQuery(said, { query: sql }));
  const once = canonicalQuery(sql);
  const twice = canonicalQuery(once);
  if (once !== twice) throw new Error(`not stable: ${JSON.stringify([sql, once, twice])}`);
  // What is sent means the same as what was written.
  const sent = canonicalQuery(submittableText(sql));
  if (sent !== once) throw new Error(`sent otherwise: ${JSON.stringify([sql, sent, once])}`);
});

const holders = fc.constantFrom<(secret: string) => string>(
  (secret) =>
    `TABLE(EXTERN('{"type":"http","uris":["http://h/x"],"httpAuthenticationPassword":"${secret}"}', '{"type":"json"}'))`,
  (secret) => `TABLE(EXTERN('{"type":"http","uris":["http://u:${secret}@h/x"]}', '{"type":"json"}'))`,
  (secret) => `TABLE(EXTERN('{"type":"http","uris":["http://h/x?sig=${secret}&a=b"]}', '{"type":"json"}'))`,
  (secret) => `TABLE(HTTP(userName => 'u', password => '${secret}', uris => ARRAY['http://h/x'], format => 'csv'))`,
  (secret) =>
    `TABLE(S3(uris => ARRAY['s3://b/x'], accessKeyId => 'k', secretAccessKey => '${secret}', format => 'csv'))`,
);
const space = fc.constantFrom(" ", "\n", " /* c */ ", " -- c\n", "\t");

/** A credential stands in no text about the statement, wherever it is and however the statement is broken elsewhere. */
export const anyCredential = fc.property(
  holders,
  space,
  fc.array(fc.constantFrom("x", "1 +", "(", ")", "é", ",", ";", "=>"), { maxLength: 3 }),
  (holder, gap, odd) => {
    const sql = `INSERT INTO "t"${gap}SELECT ${odd.join(" ")} *${gap}FROM ${holder(CANARY)} EXTEND ("a" VARCHAR)${gap}PARTITIONED BY DAY`;
    const told = readAll(sql);
    if (told.includes(CANARY))
      throw new Error(`leaks: ${JSON.stringify(sql)} in ${told.slice(Math.max(0, told.indexOf(CANARY) - 300))}`);
    if (!credentialValues(sql).includes(CANARY)) throw new Error(`not found: ${JSON.stringify(sql)}`);
  },
);
