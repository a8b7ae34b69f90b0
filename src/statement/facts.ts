/**
 * What a query says: which kind it is, where it writes, what it takes away, what it reads. A pure function of its
 * text. What cannot be told for certain is absent: Druid's planner has the last word, not this file.
 */

import { isSecretName } from "../base/credentials";
import { positionAt, type SqlFault, type Token } from "../base/tokens";
import { clip, type Source } from "./address";
import { readDestination } from "./calls";
import { type IngestHead, readHead, readTail, type StatementKind } from "./clauses";
import { findCredentials } from "./credentials";
import { type Calls, readCalls } from "./functions";
import { mistakes, settingMistakes, verbOf } from "./mistakes";
import { type SettingValue, splitSql } from "./prelude";
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

export interface Statement extends Calls {
  /** With a fault, hardly more than the kind. */
  facts: StatementFacts;
  /** How many `?` wait for a value. */
  parameters: number;
  /** Every datasource that it reads. */
  reads: string[];
  /** What in the SQL holds a secret in plain text: its name and line, never its value. */
  credentials: string[];
  faults: SqlFault[];
}

const SOURCES_MAX = 20;
const OVERWRITE_MAX = 200;
const CREDENTIALS_MAX = 8;

export function readStatement(sql: string): Statement {
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
    credentials: credentialsOf(sql, tokens),
    ...readCalls(tokens),
    faults: [...settingMistakes(sql, settings), ...faults],
  };
}

/** Each once, with its line. */
function credentialsOf(sql: string, tokens: readonly Token[]): string[] {
  const found = new Map<string, number>();
  for (const { what, offset } of findCredentials(tokens)) if (!found.has(what)) found.set(what, offset);
  const shown = [...found].slice(0, CREDENTIALS_MAX).map(([what, at]) => `${what} (line ${positionAt(sql, at).line})`);
  return found.size > shown.length ? [...shown, `${found.size - shown.length} more`] : shown;
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
): Pick<Statement, "facts" | "reads"> {
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
      ...(exported === undefined ? {} : { destination: exported }),
      sources: sources.slice(0, SOURCES_MAX),
      ...(sources.length > SOURCES_MAX ? { moreSources: sources.length - SOURCES_MAX } : {}),
    },
    reads: [...new Set(reading.tables)],
  };
}

function unique(sources: readonly Source[]): Source[] {
  return [...new Map(sources.map((one) => [`${one.type} ${one.address ?? ""}`, one])).values()];
}
