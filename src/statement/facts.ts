/**
 * Describes a query from its text alone: its kind, its target, what it overwrites, what it reads. Anything uncertain is
 * left out, because Druid's planner has the last word.
 */

import { isSecretName } from "../base/credentials";
import { positionAt, type SqlFault, type Token } from "../base/tokens";
import { clip, type Source, shortSource } from "./address";
import { readDestination } from "./calls";
import { type IngestHead, readHead, readTail, type StatementKind } from "./clauses";
import { findCredentials } from "./credentials";
import { type Calls, readCalls } from "./functions";
import { mistakes, settingMistakes, verbOf } from "./mistakes";
import { type SettingValue, splitSql } from "./prelude";
import { readSources } from "./sources";

/** What the text of a query says about it. */
export interface StatementFacts {
  /** What the statement does; an `INSERT INTO EXTERN(…)` is an `EXPORT`. */
  kind: StatementKind;
  /** The datasource it loads into. */
  dataSource?: string;
  /** `ALL`, or `WHERE …` as written in the SQL. */
  overwrite?: string;
  /** Segment granularity: Druid's name (`DAY`, `ALL`), a period (`P2W`), or the SQL as written. */
  partitionedBy?: string;
  /** The columns, or expressions as written, by which the rows are sorted within each segment. */
  clusteredBy?: string[];
  /** Target of an export. */
  destination?: Source;
  /** What it reads, without duplicates, at most 20. */
  sources: Source[];
  /**
   * How many more sources there are than `sources` lists.
   * @unit sources
   */
  moreSources?: number;
  /** Context keys that the SQL sets itself with `SET key = value;`, as far as the value is a literal. */
  settings?: Record<string, SettingValue>;
}

export interface ParsedStatement extends Calls {
  /** If there are faults, little more than the kind. */
  facts: StatementFacts;
  /** The number of `?` placeholders. */
  parameters: number;
  /** Every datasource it reads. */
  reads: string[];
  /** Everything it reads, with whole addresses. */
  sources: Source[];
  /** Target of an export, with its whole address. */
  destination?: Source;
  /** Secrets written in plain text in the SQL: their name and line, never the value. */
  credentials: string[];
  faults: SqlFault[];
}

const SOURCES_MAX = 20;
const OVERWRITE_MAX = 200;
const CREDENTIALS_MAX = 8;

export function readStatement(sql: string): ParsedStatement {
  const split = splitSql(sql);
  const { tokens, settings, start, end } = split;
  const faults = mistakes(sql, split);
  const verb = verbOf(tokens[start]);
  const parsed = faults.length === 0 ? parse(tokens, start, end, verb) : undefined;
  const literals = settings.flatMap(({ key, value }) =>
    value === undefined || isSecretName(key) ? [] : [[key, value] as const],
  );
  return {
    facts: {
      ...(parsed?.facts ?? { kind: verb ?? "SELECT", sources: [] }),
      ...(literals.length === 0 ? {} : { settings: Object.fromEntries(literals) }),
    },
    parameters: tokens.filter(({ kind }) => kind === "parameter").length,
    reads: parsed?.reads ?? [],
    sources: parsed?.sources ?? [],
    ...(parsed?.destination && { destination: parsed.destination }),
    credentials: credentialsOf(sql, tokens),
    ...readCalls(tokens),
    faults: [...settingMistakes(sql, settings), ...faults],
  };
}

/** Each name once, with its first line. */
function credentialsOf(sql: string, tokens: readonly Token[]): string[] {
  const found = new Map<string, number>();
  for (const { what, offset } of findCredentials(tokens)) if (!found.has(what)) found.set(what, offset);
  const shown = [...found].slice(0, CREDENTIALS_MAX).map(([what, at]) => `${what} (line ${positionAt(sql, at).line})`);
  return found.size > shown.length ? [...shown, `${found.size - shown.length} more`] : shown;
}

/** What may be shown of a secret query: no literal, no address, no expression. */
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
): Pick<ParsedStatement, "facts" | "reads" | "sources" | "destination"> {
  const { query, destination, overwrite, ...head }: IngestHead =
    verb === undefined ? { kind: "SELECT", query: start } : readHead(tokens, start, end, verb);
  const { queryEnd, ...clauses } = verb === undefined ? { queryEnd: end } : readTail(tokens, query, end);
  const exported = destination === undefined ? undefined : readDestination(tokens, destination);
  const reading = readSources(tokens, query, queryEnd);
  const sources = unique(reading.sources.map(shortSource));
  return {
    facts: {
      ...head,
      ...(overwrite === undefined ? {} : { overwrite: clip(overwrite, OVERWRITE_MAX) }),
      ...clauses,
      ...(exported === undefined ? {} : { destination: shortSource(exported) }),
      sources: sources.slice(0, SOURCES_MAX),
      ...(sources.length > SOURCES_MAX ? { moreSources: sources.length - SOURCES_MAX } : {}),
    },
    reads: [...new Set(reading.tables)],
    sources: reading.sources,
    ...(exported && { destination: exported }),
  };
}

function unique(sources: readonly Source[]): Source[] {
  return [...new Map(sources.map((one) => [`${one.type} ${one.address ?? ""}`, one])).values()];
}
