/**
 * All places where a program may put a secret. To add one, add a row: the test of the same name declares an ingestion
 * for it, once per behaviour of the server, and looks for the word in everything that leaves.
 */
import { certificate } from "../unit/druid/web";

export interface Canary {
  /** What holds the word. */
  what: string;
  /** Default: a word of its own with characters that every encoding changes. */
  word?: string;
  /** The inputs as JavaScript, apart from `query`, `connection` and `triggers` of the test. */
  args?(word: string): string;
  /** The query as JavaScript. Default: a plain INSERT. */
  query?(word: string, target: string): string;
  /** More keys of the connection as JavaScript. */
  connection?(word: string): string;
  /** The url with a login. */
  login?(word: string): string;
  /** Also before a server that runs everything well: only then the word could be in the results. */
  succeeds?: true;
  /** Only the queries of checks hold the word, so a task cannot repeat it. */
  isOfChecks?: true;
  /** Rows in which a check finds the word. */
  rows?: true;
  /** Druid's code of the failure. Default: one that is not repeated. */
  fault?: string;
  /** A line of the external source. */
  line?(word: string): string;
  /** An entry of the stack's `druid:clusters`, instead of the connection. */
  cluster?(word: string): object;
  /** Declares one ingestion as JavaScript, not by the class itself, with these inputs and the word in one of them. */
  declares?(word: string, target: string, args: string): string;
  /** Inputs that the program itself leaves in the open, with the word in them. */
  open?: string[];
}

const q = (value: unknown) => JSON.stringify(value);
const secret = (value: unknown) => `pulumi.secret(${q(value)})`;
const insert = (target: string, columns: string, from = "") =>
  `INSERT INTO "${target}" SELECT ${columns} ${from} PARTITIONED BY ALL`;
const literal = (word: string) => `'${word.replaceAll("'", "''")}'`;
const keyLine = certificate.key.split("\n")[1] ?? "";
const source = (word: string) => JSON.stringify({ type: "inline", data: `a\n${word} 17,4\n` });
const EXTERN = `FROM TABLE(EXTERN(?, '{"type":"csv","findColumnsFromHeader":true}')) EXTEND ("a" VARCHAR)`;

export const plainInsert = (target: string) => q(insert(target, `'x' AS "a"`));

export const CANARIES: readonly Canary[] = [
  { what: "password", connection: (word) => `username: "loader", password: ${q(word)}` },
  { what: "token", word: "CANARY/token+0123456789==", connection: (word) => `token: ${q(word)}` },
  { what: "header", connection: (word) => `headers: { "X-Key": ${q(word)} }` },
  {
    what: "bearer header",
    word: "CANARYbearer.x/y+z",
    connection: (word) => `headers: { Authorization: ${q(`Bearer ${word}`)} }`,
  },
  {
    what: "cookie",
    word: "CANARYcookie",
    connection: (word) => `headers: { Cookie: ${q(`theme=dark; sid=${word}`)} }`,
  },
  {
    what: "header of odd case",
    connection: (word) =>
      `headers: { "aUTHORIZATION": ${q(`bASIC ${Buffer.from(`loader:${word}`).toString("base64")}`)} }`,
  },
  { what: "token of a cluster", word: "CANARY/cluster+0123456789==", cluster: (word) => ({ token: word }) },
  { what: "password of a cluster", cluster: (word) => ({ username: "loader", password: word }) },
  {
    what: "key of a certificate",
    word: keyLine,
    connection: () => `tls: { cert: ${q(certificate.cert)}, key: ${q(certificate.key)} }`,
  },
  { what: "login in the url", login: (word) => `loader:${encodeURIComponent(word)}@` },
  { what: "query", query: (word, target) => secret(insert(target, `${literal(word)} AS "a"`)) },
  { what: "SELECT", succeeds: true, query: (word) => secret(`SELECT ${literal(word)} AS "a"`) },
  { what: "SET", query: (word, target) => secret(`SET "x" = ${literal(word)}; ${insert(target, `1 AS "a"`)}`) },
  {
    what: "comment",
    word: "CANARY in a comment",
    query: (word, target) => secret(`-- ${word}\n${insert(target, `1 AS "a"`)}`),
  },
  {
    what: "template",
    query: (word, target) =>
      `sql\`INSERT INTO \${sql.id(${q(target)})} SELECT \${${secret(word)}} AS "a" PARTITIONED BY ALL\``,
  },
  {
    what: "EXTERN in a plain query",
    query: (word, target) => {
      const input = {
        type: "http",
        uris: ["http://h/x"],
        httpAuthenticationUsername: "u",
        httpAuthenticationPassword: word,
      };
      return q(insert(target, "*", EXTERN.replace("?", literal(JSON.stringify(input)))));
    },
    open: ["query"],
  },
  {
    what: "parameter",
    query: (_, target) => q(insert(target, `"a"`, EXTERN)),
    args: (word) => `parameters: [${secret(source(word))}]`,
  },
  {
    what: "parameter of a SELECT",
    succeeds: true,
    query: () => q(`SELECT ? AS "a"`),
    args: (word) => `parameters: [${secret(word)}]`,
  },
  { what: "context", args: (word) => `context: { "x": ${secret(word)} }` },
  { what: "triggers", args: (word) => `triggers: [${secret({ x: word })}]` },
  {
    what: "check",
    succeeds: true,
    isOfChecks: true,
    args: (word) => `checks: pulumi.secret({ sql: [{ name: ${q(word)}, query: ${q(`SELECT ${literal(word)}`)} }] })`,
  },
  {
    what: "rows that a check quotes",
    succeeds: true,
    rows: true,
    query: (word, target) => secret(insert(target, `${literal(word)} AS "a"`)),
    args: () => `checks: { notNull: ["a"], sql: [{ name: "none", query: "SELECT a" }] }`,
  },
  {
    what: "rows of a parameter that a check quotes",
    succeeds: true,
    rows: true,
    query: (_, target) => q(insert(target, `? AS "a"`)),
    args: (word) => `parameters: [${secret(word)}], checks: { sql: [{ name: "none", query: "SELECT a" }] }`,
  },
  {
    what: "rows of a secret check",
    succeeds: true,
    isOfChecks: true,
    rows: true,
    args: (word) => `checks: pulumi.secret({ sql: [{ name: "none", query: ${q(`SELECT ${literal(word)}`)} }] })`,
  },
  {
    what: "check that Druid refuses",
    succeeds: true,
    query: (word, target) => secret(insert(target, `${literal(word)} AS "a"`)),
    args: () => `checks: { notNull: ["a"], sql: [{ name: "none", query: "SELECT a" }] }`,
  },
  {
    what: "run that is repeated",
    fault: "WorkerFailed",
    query: (word, target) => secret(insert(target, `${literal(word)} AS "a"`)),
    args: () => "retries: 1",
  },
  {
    what: "source that is sampled",
    query: (_, target) =>
      secret(insert(target, `"a"`, EXTERN.replace("?", `'{"type":"http","uris":["http://h/${target}"]}'`))),
    args: () => `validate: "sample"`,
    line: (word) => `{"a":${word}`,
  },
  {
    what: "backfill",
    declares: (word, target, args) => {
      const rows = `SELECT ${literal(word)} AS "a" PARTITIONED BY DAY`;
      const query =
        `(day) => pulumi.secret(sql\`REPLACE INTO "${target}" OVERWRITE WHERE \${sql.during(day)} ` +
        rows.replace(/[\\`$]/g, "\\$&") +
        "`)";
      return `new MsqBackfill("${target}", { ${args}, from: "2024-01-01", to: "2024-01-02", every: "P1D", query: ${query} })`;
    },
  },
];
