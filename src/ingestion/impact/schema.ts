/** Compares the columns and partitions that a run will write with those in its target. Pure. */
import type { Holding } from "../../druid/client";
import type { PlannedColumn } from "../../druid/wire/plan";
import type { WriteKind } from "../rules/published";

const CHANGES_SHOWN = 20;

/** SQL types by Druid's native names. */
const SQL_TYPES: Readonly<Record<string, string>> = {
  LONG: "BIGINT",
  STRING: "VARCHAR",
  DOUBLE: "DOUBLE",
  FLOAT: "FLOAT",
};
/** Only these are compared, because the names of other types depend on the version and the query's context. */
const COMPARED = new Set(["BIGINT", "VARCHAR", "DOUBLE", "FLOAT"]);

/** E.g. `+max_amount DOUBLE, -old VARCHAR, price BIGINT → DOUBLE`; undefined if nothing changes. */
export function schemaText(
  planned: readonly PlannedColumn[] | undefined,
  { columns }: Pick<Holding, "columns">,
  kind: WriteKind,
): string | undefined {
  if (planned === undefined || planned.length === 0 || columns.length === 0) return undefined;
  const now = new Map(columns.map(({ name, type }) => [name, type]));
  const next = new Map(planned.filter(({ name }) => name !== "__time").map(({ name, type }) => [name, sqlType(type)]));
  const added = [...next].filter(([name]) => !now.has(name)).map(([name, type]) => `+${column(name, type)}`);
  const gone = columns.filter(({ name }) => name !== "__time" && !next.has(name));
  const changed = [...next].flatMap(([name, type]) => {
    const before = now.get(name);
    if (before === undefined || type === undefined || before === type) return [];
    return COMPARED.has(before) && COMPARED.has(type) ? [`${quoted(name)} ${before} → ${type}`] : [];
  });
  // Only a REPLACE of everything removes a column from the table.
  const removed = kind === "REPLACE" ? gone.map(({ name, type }) => `-${column(name, type)}`) : [];
  const left = kind === "REPLACE" ? [] : gone.map(({ name, type }) => column(name, type));
  const changes = shortList([...added, ...removed, ...changed]);
  const nulls = left.length === 0 ? "" : `the new rows have no ${shortList(left)}`;
  return [changes, nulls].filter(Boolean).join("; ") || undefined;
}

function sqlType(type: string | undefined): string | undefined {
  if (type === undefined) return undefined;
  const item = /^ARRAY<(\w+)>$/.exec(type)?.[1];
  return item === undefined ? (SQL_TYPES[type] ?? type) : `${SQL_TYPES[item] ?? item} ARRAY`;
}

const column = (name: string, type: string | undefined) => `${quoted(name)}${type === undefined ? "" : ` ${type}`}`;
const quoted = (name: string) => (/^\w+$/.test(name) ? name : JSON.stringify(name));

function shortList(items: readonly string[]): string {
  const more = items.length - CHANGES_SHOWN;
  return items.slice(0, CHANGES_SHOWN).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

/** Druid's names of granularities, by the `HoldingGroup.period` that their segments have. */
const PERIODS: readonly [period: string, names: readonly string[]][] = [
  ["ALL", ["ALL"]],
  ["YEAR", ["YEAR"]],
  ["MONTH", ["MONTH", "QUARTER"]],
  ["DAY", ["DAY", "WEEK"]],
  ["HOUR", ["HOUR", "SIX_HOUR", "EIGHT_HOUR"]],
  ["MINUTE", ["SECOND", "MINUTE", "FIVE_MINUTE", "TEN_MINUTE", "FIFTEEN_MINUTE", "THIRTY_MINUTE"]],
];

/**
 * The partitioning of the target's segments, e.g. `DAY`, if it certainly differs from what the run will write. The ends
 * of a segment do not distinguish a WEEK from a DAY, nor a QUARTER from a MONTH.
 */
export function otherPartitions(partitionedBy: string | undefined, { groups }: Holding): string | undefined {
  const own = PERIODS.find(([, names]) => names.includes(partitionedBy ?? ""))?.[0];
  if (own === undefined) return undefined;
  const found = new Set(groups.filter(({ segments }) => segments > 0).map(({ period }) => period));
  const others = PERIODS.map(([period]) => period).filter((period) => found.has(period) && period !== own);
  return others.length === 0 ? undefined : others.join(" and ");
}
