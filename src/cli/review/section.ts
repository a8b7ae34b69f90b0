/** The part of a review about one ingestion, and the Markdown of the whole review. Pure. */
import { changedLineCount, changedLines } from "../../statement/compare";
import { maskedQuery } from "../../statement/masked";

export interface Section {
  name: string;
  /** E.g. `create`, `update`, `replace`, `delete`; a file has none. */
  op?: string;
  /** E.g. `REPLACE OVERWRITE ALL`. */
  kind?: string;
  target?: string;
  url?: string;
  partitionedBy?: string;
  why?: string;
  impact?: string;
  schema?: string;
  warnings: string[];
  errors: string[];
  notes: string[];
  /** Both queries are absent if they are secret. */
  oldQuery?: string;
  newQuery?: string;
  isSecret?: boolean;
}

/** The id in brackets that ends each warning, by which `--check` recognizes it. */
export function idOf(warning: string): string | undefined {
  return /\[([a-z-]+)\]$/.exec(warning)?.[1];
}

interface Whole {
  sections: readonly Section[];
  unchanged?: number;
  hasFailed?: boolean;
}

export function reviewMarkdown({ sections, unchanged = 0, hasFailed = false }: Whole): string {
  const count = (number: number, what: string) => `${number} ${what}`;
  const opOf = ({ op, errors }: Section) => op ?? (errors.length > 0 ? "failing" : "reviewed");
  const ops = [...new Set(sections.map(opOf))];
  const counts = ops.map((op) => count(sections.filter((one) => opOf(one) === op).length, op));
  if (unchanged > 0) counts.push(count(unchanged, "unchanged"));
  const title = `## Druid ingestions: ${counts.join(", ") || "none"}`;
  const failed = ["> ✖ The preview has failed, so ingestions may be missing here: see its own output.", ""];
  const head = [title, "", ...(hasFailed ? failed : [])];
  if (sections.length === 0) return `${head.join("\n").trimEnd()}\n`;
  const table = [
    "| ingestion | | statement | target | rows | warnings |",
    "|---|---|---|---|---|---|",
    ...sections.map(
      ({ name, op = "", kind = "", target, impact, why, warnings, errors }) =>
        `| ${code(name)} | ${op} | ${cell(kind)} | ${target === undefined ? "" : code(target)} | ${cell(impact ?? restOf(why))} | ${cell(flags(warnings, errors))} |`,
    ),
  ];
  return `${[...head, ...table, "", ...sections.map(sectionMarkdown)].join("\n").trimEnd()}\n`;
}

/** Without an impact, the column about rows shows the reason, but only if that says that nothing runs. */
const restOf = (why = "") => (/^nothing/i.test(why) ? why : "");

function flags(warnings: readonly string[], errors: readonly string[]): string {
  const ids = warnings.map((warning) => `⚠ ${idOf(warning) ?? "warning"}`);
  return [...(errors.length > 0 ? ["✖ fails"] : []), ...ids].join(", ");
}

function sectionMarkdown(section: Section): string {
  const { name, op, kind, target, url, partitionedBy, why, impact, schema, warnings, errors, notes } = section;
  const facts: [string, string | undefined][] = [
    ["Statement", [kind, partitionedBy && `partitioned by ${partitionedBy}`].filter(Boolean).join(", ")],
    ["Why", why],
    ["Impact", impact],
    ["Schema", schema],
  ];
  if (target !== undefined) facts.splice(1, 0, ["Target", `"${target}"${url === undefined ? "" : ` on ${url}`}`]);
  const lines = facts.filter(([, text]) => text).map(([label, text]) => `- **${label}:** ${plain(text ?? "")}`);
  return [
    `### ${code(name)}${op === undefined ? "" : `: ${op}`}`,
    "",
    ...errors.map((text) => `> ✖ ${quoted(text)}\n`),
    ...warnings.map((text) => `> ⚠ ${quoted(text)}\n`),
    ...lines,
    ...notes.map((note) => `- ${plain(note)}`),
    "",
    ...sqlMarkdown(section),
  ].join("\n");
}

function sqlMarkdown({ oldQuery, newQuery, isSecret }: Section): string[] {
  if (isSecret) return ["The query is a secret and is not shown.", ""];
  const shown = newQuery ?? oldQuery;
  if (shown === undefined) return [];
  const text = maskedQuery(shown);
  if (text === undefined) return ["The query is not shown, because its quotes do not match.", ""];
  if (oldQuery === undefined || newQuery === undefined) return folded("SQL", fence("sql", text.trim()));
  const diff = lineDiff(oldQuery, newQuery);
  return diff === undefined ? folded("SQL, rewritten", fence("sql", text.trim())) : diff;
}

const CONTEXT = 2;

/** A diff of the lines that differ in more than white space and comments, with the lines around them. */
function lineDiff(before: string, after: string): string[] | undefined {
  const [old, now] = [maskedQuery(before)?.split("\n"), maskedQuery(after)?.split("\n")];
  const differing = changedLines(before, after);
  const changed = changedLines(before, after, { whole: true });
  if (old === undefined || now === undefined || changed === undefined || differing === undefined) return undefined;
  const number = changedLineCount(differing);
  if (number === 0) return ["Only white space and comments of the SQL changed.", ""];
  const places = [...changed.added, ...changed.removed.map(({ before: place }) => place ?? now.length + 1)];
  const isNear = (line: number) => places.some((place) => Math.abs(place - line) <= CONTEXT);
  const lines: string[] = [];
  let last = 0;
  for (let line = 1; line <= now.length + 1; line += 1) {
    const gone = changed.removed.filter(({ before: place }) => (place ?? now.length + 1) === line);
    lines.push(...gone.map((one) => `-${old[one.line - 1] ?? ""}`));
    if (line > now.length || !isNear(line)) continue;
    if (last > 0 && line > last + 1) lines.push("@@");
    last = line;
    lines.push(`${changed.added.includes(line) ? "+" : " "}${now[line - 1]}`);
  }
  return [`SQL, ${number} line${number === 1 ? "" : "s"} changed:`, "", ...fence("diff", lines.join("\n")), ""];
}

const folded = (summary: string, lines: string[]) => [
  `<details><summary>${summary}</summary>`,
  "",
  ...lines,
  "",
  "</details>",
  "",
];

/** A code block whose fence is longer than any run of backticks in the text. */
function fence(language: string, text: string): string[] {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map(({ length }) => length));
  const mark = "`".repeat(longest + 1);
  return [`${mark}${language}`, text, mark];
}

const code = (text: string) => `\`${text.replaceAll("`", "'").replaceAll("|", "\\|")}\``;
/** Escapes Markdown and HTML, so that a message is shown as it is written. */
const plain = (text: string) =>
  text.replace(/[<>]/g, (mark) => (mark === "<" ? "&lt;" : "&gt;")).replace(/[*_`[\]]/g, "\\$&");
const cell = (text: string) =>
  plain(text)
    .replaceAll("|", "\\|")
    .replace(/\s*\n\s*/g, " ");

/** Puts the excerpt that may follow a message into a code block: its caret needs a font of fixed width. */
function quoted(text: string): string {
  const [first = "", ...rest] = text.split("\n");
  return [
    plain(first),
    ...(rest.length === 0 ? [] : ["", ...fence("", rest.join("\n")).flatMap((line) => line.split("\n"))]),
  ].join("\n> ");
}
