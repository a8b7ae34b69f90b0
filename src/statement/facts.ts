/**
 * What a query says: which kind it is, where it writes, what it takes away, what it reads. A pure function of its
 * text. What cannot be told for certain is absent: Druid's planner has the last word, not this file.
 */

import { isSymbol, isWord, positionAt, type SqlFault, type Token } from "../base/tokens";
import { clip, type Source } from "./address";
import { readDestination } from "./calls";
import { type IngestHead, readHead, readTail, type StatementKind } from "./clauses";
import { contextFaults } from "./context";
import { type Setting, type SettingValue, splitSql } from "./prelude";
import { readSources } from "./sources";

export interface StatementFacts {
  kind: StatementKind;
  /** The datasource that it loads into. */
  dataSource?: string;
  /** `ALL`, or `WHERE …` as it stands in the SQL. */
  overwrite?: string;
  /** Segment granularity by Druid's name (`DAY`, `ALL`), by its period (`P2W`), or as it stands in the SQL. */
  partitionedBy?: string;
  clusteredBy?: string[];
  /** Where an export goes. */
  destination?: Source;
  /** What it reads, each once, at most 20. */
  sources: Source[];
  /** How many sources are left out of `sources`. */
  moreSources?: number;
  /** What the SQL's own `SET key = value;` put into the context; a key whose value is no literal is left out. */
  settings?: Record<string, SettingValue>;
}

export interface Statement {
  /** With a fault, hardly more than the kind. */
  facts: StatementFacts;
  /** How many `?` wait for a value. */
  parameters: number;
  /** Every datasource that it reads. */
  reads: string[];
  /** What in the SQL holds a secret in plain text, by its name, never its value. */
  credentials: string[];
  /** Functions whose value is another one at each run. */
  unstable: string[];
  faults: SqlFault[];
}

const SOURCES_MAX = 20;
const OVERWRITE_MAX = 200;
const UNSTABLE = [
  "CURRENT_DATE",
  "CURRENT_TIME",
  "CURRENT_TIMESTAMP",
  "LOCALTIME",
  "LOCALTIMESTAMP",
  "RAND",
  "RAND_INTEGER",
];

export function describe(sql: string): Statement {
  const { tokens, settings, start, end, faults } = splitSql(sql);
  // An unclosed quote has eaten the rest: what is missing there is not the user's second mistake.
  const kindFault = faults.length === 0 ? faultOfKind(sql, tokens, start, end, settings.length > 0) : undefined;
  const isKnown = faults.length === 0 && kindFault === undefined;
  const verb = (["INSERT", "REPLACE"] as const).find((keyword) => isWord(tokens[start], keyword));
  const parsed = isKnown ? parse(tokens, start, end, verb) : undefined;
  const literals = settings.flatMap(({ key, value }) => (value === undefined ? [] : [[key, value] as const]));
  return {
    facts: {
      ...(parsed?.facts ?? { kind: verb ?? "SELECT", sources: [] }),
      ...(literals.length === 0 ? {} : { settings: Object.fromEntries(literals) }),
    },
    parameters: tokens.filter(({ kind }) => kind === "parameter").length,
    reads: parsed?.reads ?? [],
    credentials: parsed?.credentials ?? [],
    unstable: unstableFunctions(tokens),
    faults: [
      ...settings.flatMap((setting) => settingFaults(sql, setting)),
      ...faults,
      ...(kindFault === undefined ? [] : [kindFault]),
    ],
  };
}

/** What may be shown of a query that is secret: no literal, no address, no expression. */
export function publicFacts(facts: StatementFacts): StatementFacts {
  const { kind, dataSource, overwrite, partitionedBy, destination } = facts;
  const types = [...new Set(facts.sources.map(({ type }) => type))];
  return {
    kind,
    ...(dataSource === undefined ? {} : { dataSource }),
    ...(overwrite === undefined ? {} : { overwrite: overwrite === "ALL" ? "ALL" : "WHERE" }),
    ...(partitionedBy !== undefined && /^[A-Z0-9_]+$/.test(partitionedBy) ? { partitionedBy } : {}),
    ...(destination === undefined ? {} : { destination: { type: destination.type } }),
    sources: types.map((type) => ({ type })),
  };
}

function parse(
  tokens: readonly Token[],
  start: number,
  end: number,
  verb: "INSERT" | "REPLACE" | undefined,
): Pick<Statement, "facts" | "reads" | "credentials"> {
  const { query, destination, overwrite, ...head }: IngestHead =
    verb === undefined ? { kind: "SELECT", query: start } : readHead(tokens, start, end, verb);
  const { queryEnd, ...clauses } = verb === undefined ? { queryEnd: end } : readTail(tokens, query, end);
  const exported = destination === undefined ? undefined : readDestination(tokens, destination);
  const reading = readSources(tokens, query, queryEnd);
  const sources = unique(reading.sources);
  return {
    facts: {
      ...head,
      ...(overwrite === undefined ? {} : { overwrite: clip(overwrite, OVERWRITE_MAX) }),
      ...clauses,
      ...(exported?.source === undefined ? {} : { destination: exported.source }),
      sources: sources.slice(0, SOURCES_MAX),
      ...(sources.length > SOURCES_MAX ? { moreSources: sources.length - SOURCES_MAX } : {}),
    },
    reads: [...new Set(reading.tables)],
    credentials: [...new Set([...reading.credentials, ...(exported?.credentials ?? [])])],
  };
}

function faultOfKind(
  sql: string,
  tokens: readonly Token[],
  start: number,
  end: number,
  hasSettings: boolean,
): SqlFault | undefined {
  const token = tokens[start];
  const fault = (message: string): SqlFault => ({ message, ...positionAt(sql, token?.offset ?? sql.length) });
  if (token === undefined || start === end) {
    return fault(
      hasSettings ? 'The query has SET alone: no statement follows, or no ";" stands between' : "The query is empty",
    );
  }
  if (token.text === "\ufeff") return fault("The query begins with a byte order mark; save its file without one");
  if (isWord(token, "EXPLAIN")) return fault('"EXPLAIN" starts nothing; leave it out, preview asks Druid to explain');
  let first = start;
  while (isSymbol(tokens[first], "(")) first += 1;
  if (first === start && isWord(token, "INSERT", "REPLACE")) return undefined;
  if (isWord(tokens[first], "WITH")) return faultOfWith(sql, tokens, start, end);
  if (isWord(tokens[first], "SELECT", "VALUES", "TABLE")) return undefined;
  return fault("The query is no INSERT, REPLACE or SELECT statement");
}

/** Other databases take WITH in front; Druid wants it where the query begins. */
function faultOfWith(sql: string, tokens: readonly Token[], start: number, end: number): SqlFault | undefined {
  const late = tokens.find(
    (token, index) =>
      index > start && index < end && isWord(token, "INSERT", "REPLACE") && isWord(tokens[index + 1], "INTO"),
  );
  if (late === undefined) return undefined;
  const verb = late.text.toUpperCase();
  return { message: `"${verb}" stands behind WITH; put WITH behind ${verb} INTO …`, ...positionAt(sql, late.offset) };
}

function settingFaults(sql: string, { key, value, offset }: Setting): SqlFault[] {
  return contextFaults({ [key]: value }).map(({ reason }) => ({
    message: `"${key}" ${reason}`,
    ...positionAt(sql, offset),
  }));
}

/** `rand` alone may be a column; `RAND(` is the function. The others are reserved words. */
function unstableFunctions(tokens: readonly Token[]): string[] {
  const found = tokens.flatMap((token, index) => {
    if (!isWord(token, ...UNSTABLE) || isSymbol(tokens[index - 1], ".")) return [];
    const isFunction = !/^rand/i.test(token.text) || isSymbol(tokens[index + 1], "(");
    return isFunction ? [token.text.toUpperCase()] : [];
  });
  return [...new Set(found)];
}

function unique(sources: readonly Source[]): Source[] {
  return [...new Map(sources.map((one) => [`${one.type} ${one.address ?? ""}`, one])).values()];
}
