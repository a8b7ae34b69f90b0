/** Writes docs/inputs.md and docs/outputs.md from the types and their documentation. */
import { type Declaration, type Exports, oneLine, propertiesOf, summaryOf, tagOf, typeText } from "./model";

const WIDTH = 120;
const NOTE = "<!-- Written by `npm run docs:api` from the documentation in src. Change it there. -->";

export function inputsPage(exports: Exports): string {
  const section = (title: string, type: string, intro: string[]) => {
    const inputs = propertiesOf(exports, type).filter((one) => !one.inheritedFrom);
    const prefix = /^(?:The fields|An entry) of (.*)$/.exec(title)?.[1]?.replace(/^(parameters|checks\.sql)$/, "$1[]");
    const path = ({ name }: Declaration) => [prefix, name].filter(Boolean).join(".");
    const all = inputs.map((one) => details(path(one), one));
    return [`## ${title}`, ...intro, table(INPUT_HEAD, inputs.map(inputRow)), ...all];
  };
  return page([
    "# Inputs",
    NOTE,
    "Each may be an output of another resource, a promise or a secret, except those of `MsqBackfill` that decide which " +
      "ingestions there are. `pulumi preview` reports all faults at once, each with the path of its input.",
    ...section("MsqIngestion", "MsqIngestionArgs", [
      "`customTimeouts` in the resource's options are honoured; without them a task may run as long as it needs. " +
        "`deleteBeforeReplace: false`, `replaceOnChanges` and `import` are refused.",
    ]),
    ...section("An entry of parameters", "ParameterArgs", []),
    ...section("The fields of checks", "ChecksArgs", ["What happens if a check fails: [checks.md](checks.md)."]),
    ...section("An entry of checks.sql", "SqlCheckArgs", []),
    ...section("The fields of connection", "ConnectionArgs", [
      ...paragraphsOf(exports.getChildByName("ConnectionArgs") as Declaration),
      "Clusters, permissions and credentials: [connections.md](connections.md).",
    ]),
    ...section("The fields of connection.tls", "TlsArgs", []),
    "## The keys of context",
    "Druid's query context. Other keys are passed on unchanged; a key that resembles one of these causes a warning. " +
      "The defaults are Druid's.",
    table(
      ["key", "type", "default", "unit", ""],
      propertiesOf(exports, "QueryContext").map((one) => [
        `\`${one.name}\``,
        code(typeText(one.type)),
        given(one, "@default"),
        tagOf(one, "@unit") ?? "",
        oneLine(summaryOf(one)),
      ]),
    ),
    ...section("MsqBackfill", "MsqBackfillArgs", [
      "These, and the inputs of `MsqIngestion` except `query`, `onDelete` and `adoptTaskId`: they apply to the " +
        "ingestion of each interval. How backfills behave: [backfills.md](backfills.md).",
    ]),
  ]);
}

export function outputsPage(exports: Exports): string {
  const section = (title: string, type: string, intro: string[] = []) => {
    const declaration = exports.getChildByName(type) as Declaration;
    const all = propertiesOf(exports, type).filter((one) => !one.inheritedFrom || /^Statement/.test(type));
    const common = tagOf(declaration, "@source");
    const head = common === undefined ? ["output", "type", "unit", "", "from"] : ["field", "type", "unit", ""];
    const rows = all.map((one) => [
      `\`${one.name}${one.flags.isOptional ? "?" : ""}\``,
      typeCell(one),
      tagOf(one, "@unit") ?? "",
      oneLine(summaryOf(one)),
      ...(common === undefined ? [tagOf(one, "@source") ?? ""] : []),
    ]);
    const from = common === undefined ? [] : [`From ${common}.`];
    return [`## ${title}`, ...intro, ...from, table(head, rows)];
  };
  return page([
    "# Outputs",
    NOTE,
    "Those with a question mark may be absent: what a server does not tell is absent, never null. Every input is an " +
      "output too, except `checks`, whose output has the results.",
    ...section("MsqIngestion", "MsqIngestionOutputs"),
    ...section("The fields of statement", "Statement"),
    ...section("An entry of statement.sources", "StatementSource"),
    ...section("The fields of report", "RunReport"),
    ...section("An entry of report.stages", "StageReport"),
    ...section("The fields of segmentLoad", "SegmentLoad"),
    ...section("The fields of segmentReport", "SegmentReport"),
    ...section("The fields of status", "RunStatus"),
    ...section("The fields of error", "IngestionError"),
    ...section("The fields of results", "QueryResults"),
    ...section("An entry of checks", "CheckResult"),
    ...section("MsqBackfill", "MsqBackfill"),
    ...section("An entry of intervals", "BackfillResult"),
  ]);
}

const INPUT_HEAD = ["input", "type", "default", "unit", ""];

function inputRow(one: Declaration): string[] {
  return [
    `\`${one.name}\``,
    typeCell(one),
    one.flags.isOptional ? given(one, "@default") : "required",
    tagOf(one, "@unit") ?? "",
    firstSentence(oneLine(summaryOf(one))),
  ];
}

/** All paragraphs of an input's documentation, and what is refused. */
function details(path: string, one: Declaration): string {
  return [`### ${path}`, ...paragraphsOf(one), `Errors: ${tagOf(one, "@errors") ?? ""}.`].join("\n\n");
}

const paragraphsOf = (one: Declaration): string[] => summaryOf(one).split(/\n\n+/).map(oneLine);

/** Up to the first point that ends one: not that of "e.g.", and none within backticks. */
function firstSentence(text: string): string {
  return /^(?:`[^`]*`|e\.g\.|[^`.]|\.(?! ))*\.?(?= |$)/.exec(text)?.[0] ?? text;
}

/** Types with a table of their own. */
const TABLES: Record<string, string> = {
  QueryContextArgs: "the-keys-of-context",
  ChecksArgs: "the-fields-of-checks",
  SqlCheckArgs: "an-entry-of-checkssql",
  ConnectionArgs: "the-fields-of-connection",
  TlsArgs: "the-fields-of-connectiontls",
  Statement: "the-fields-of-statement",
  Source: "an-entry-of-statementsources",
  RunReport: "the-fields-of-report",
  StageReport: "an-entry-of-reportstages",
  RunStatus: "the-fields-of-status",
  SegmentLoad: "the-fields-of-segmentload",
  SegmentReport: "the-fields-of-segmentreport",
  IngestionError: "the-fields-of-error",
  QueryResults: "the-fields-of-results",
  CheckResult: "an-entry-of-checks",
};

function typeCell({ type }: Declaration): string {
  const text = typeText(type);
  const [, name = "", list = ""] = /^(\w+)(\[\])?$/.exec(text) ?? [];
  const anchor = TABLES[name];
  return anchor === undefined ? code(text) : `[${list === "" ? "object" : "objects"}](#${anchor})`;
}

const given = (one: Declaration, tag: `@${string}`): string => {
  const text = tagOf(one, tag) ?? "";
  return /^(none|[a-z]+ .*|.*`.*)$/i.test(text) && !/^(true|false)$/.test(text) ? text : code(text);
};

/** A pipe would end the cell. */
const code = (text: string): string => (text === "" ? "" : `\`${text.replaceAll("|", "\\|")}\``);

export function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.join(" | ")} |`.replace(/ {2,}/g, " ");
  return [line(head), `|${head.map(() => "---").join("|")}|`, ...rows.map(line)].join("\n");
}

function page(blocks: string[]): string {
  return `${blocks.map((block) => (/^[|<]/.test(block) ? block : block.split("\n\n").map(wrap).join("\n\n"))).join("\n\n")}\n`;
}

function wrap(text: string): string {
  const lines = [""];
  for (const word of text.split(" ")) {
    const last = lines[lines.length - 1] ?? "";
    const next = last === "" ? word : `${last} ${word}`;
    if (next.length > WIDTH && last !== "") lines.push(word);
    else lines[lines.length - 1] = next;
  }
  return lines.join("\n");
}
