/** The broker's answers to native SQL: sys.segments, row counts and a few rows of a table; nothing is evaluated. */
import { druidError, objectNotFound } from "./errors";
import { type HttpAnswer, json } from "./exchange";
import { readStatement } from "./statements";
import { ALL_TIME, type FakeSegment, type Warehouse } from "./warehouse";

type Row = Record<string, unknown>;

/** The Broker's own list of what it answers with: tombstones are not in it. */
export function candidates(warehouse: Warehouse, dataSource: string): HttpAnswer {
  const withRows = warehouse.queryable(dataSource).filter(({ rows }) => rows > 0);
  const located = withRows.map(({ version, partition, rows }: FakeSegment) => {
    return { interval: ALL_TIME, version, partitionNumber: partition, size: rows * 50, locations: [] };
  });
  return json(200, located);
}

export function answerQuery(sql: string, warehouse: Warehouse, version: number): HttpAnswer {
  const refuse = (message: string, context?: Record<string, string>) =>
    json(400, druidError(version, "invalidInput", message, context));
  const statement = readStatement(sql);
  if (statement === undefined) return refuse("Unable to parse the SQL");
  if (statement.kind !== "SELECT") {
    const message = `${statement.kind} operations are not supported by requested SQL engine [native], consider using MSQ.`;
    return refuse(message, { sourceType: "sql" });
  }
  if (/\bFROM\s+INFORMATION_SCHEMA\.COLUMNS\b/i.test(sql)) return json(200, holding(sql, warehouse, version));
  if (/\bFROM\s+sys\.segments\b/i.test(sql)) {
    if (version < 27 && /\breplication_factor\b/.test(sql)) {
      return refuse("Column 'replication_factor' not found in any table", { sourceType: "sql" });
    }
    return json(200, select(sql, segmentRows(sql, warehouse, version)));
  }
  const table = statement.tables[0];
  if (table === undefined) return json(200, [{ EXPR$0: 1 }]);
  const count = warehouse.rowsAtBroker(table.name);
  if (count === undefined) {
    const { message, context } = objectNotFound(table);
    return refuse(message, context);
  }
  const counted = /\bCOUNT\s*\(\s*\*\s*\)(?:\s+AS\s+"?(\w+)"?)?/i.exec(sql);
  if (counted) return json(200, [{ [counted[1] ?? "EXPR$0"]: count }]);
  const limit = Number(/\bLIMIT\s+(\d+)/i.exec(sql)?.[1] ?? count);
  const rows = Array.from({ length: Math.min(limit, count) }, (_, n) => ({ __time: "2000-01-01T00:00:00.000Z", n }));
  return json(200, select(sql, rows));
}

/** Columns and counted segments of a datasource. The fake's segments span all of time, so no interval contains one. */
function holding(sql: string, warehouse: Warehouse, version: number): Row[] {
  const dataSource = /"TABLE_NAME" = '((?:[^']|'')*)'/.exec(sql)?.[1]?.replaceAll("''", "'") ?? "";
  const nothing = { segments: 0, rows: 0, bytes: 0, uncounted: 0 };
  const isKnown = warehouse.rowsAtBroker(dataSource) !== undefined;
  const columns = isKnown ? (warehouse.columns.get(dataSource) ?? DEFAULT_COLUMNS) : [];
  const rows: Row[] = columns.map(([name, type]) => ({ what: "column", name, type, ...nothing }));
  const seen = segmentRows(`"datasource" = '${dataSource.replaceAll("'", "''")}'`, warehouse, version) as SegmentRow[];
  const there = seen.filter((row) => row.is_overshadowed === 0 && (row.is_published === 1 || row.is_available === 1));
  if (there.length === 0) return rows;
  const withRows = there.filter(({ num_rows }) => num_rows > 0);
  const sum = (tell: (row: SegmentRow) => number) => withRows.reduce((all, row) => all + tell(row), 0);
  const counted = {
    what: /THEN 'inside'/.test(sql) ? "partly" : "inside",
    name: "ALL",
    type: "",
    segments: withRows.length,
    rows: sum(({ num_rows }) => num_rows),
    bytes: sum(({ size }) => size),
    uncounted: sum(({ is_published }) => 1 - is_published),
  };
  return [...rows, counted];
}

type SegmentRow = Record<"num_rows" | "size" | "is_published" | "is_available" | "is_overshadowed", number>;

const DEFAULT_COLUMNS = [
  ["__time", "TIMESTAMP"],
  ["n", "BIGINT"],
] as const;

function segmentRows(sql: string, warehouse: Warehouse, version: number): Row[] {
  const dataSource = /\bdatasource"?\s*=\s*'((?:[^']|'')*)'/i.exec(sql)?.[1]?.replaceAll("''", "'");
  const rows = warehouse.atBroker(dataSource).map((segment) => {
    return {
      segment_id: segment.id,
      datasource: segment.dataSource,
      start: "-146136543-09-08T08:23:32.096Z",
      end: "146140482-04-24T15:36:27.903Z",
      version: segment.version,
      partition_num: segment.partition,
      size: segment.rows * 50,
      num_rows: segment.rows,
      num_replicas: Number(segment.available),
      is_active: 1,
      is_published: Number(segment.used && segment.listed),
      is_available: Number(segment.available),
      is_realtime: 0,
      is_overshadowed: Number(segment.overshadowed),
      ...(version >= 27 && { replication_factor: segment.listed ? warehouse.replicas(segment) : -1 }),
    };
  });
  const conditions = [...sql.matchAll(/\b(is_\w+|replication_factor)"?\s*=\s*([01])\b(?=[^;]*$)/gi)].filter(
    ({ index }) => {
      return index > sql.search(/\bWHERE\b/i) && /\bWHERE\b/i.test(sql);
    },
  );
  const named = [...(/"segment_id" IN \(([^)]*)\)/.exec(sql)?.[1] ?? "").matchAll(/'((?:[^']|'')*)'/g)];
  const ids = new Set(named.map(([, id = ""]) => id.replaceAll("''", "'")));
  const limit = Number(/\bLIMIT\s+(\d+)/i.exec(sql)?.[1] ?? Number.POSITIVE_INFINITY);
  return rows
    .filter((row: Row) => conditions.every(([, column = "", value]) => row[column] === Number(value)))
    .filter(({ segment_id }) => ids.size === 0 || ids.has(String(segment_id)))
    .slice(0, limit);
}

/** Puts the select list over rows: columns, `*`, COUNT(*), each with or without a name. */
function select(sql: string, rows: Row[]): Row[] {
  const list = /\bSELECT\s+([\s\S]+?)\s+FROM\b/i.exec(sql)?.[1] ?? "*";
  const columns = list.split(/,(?![^(]*\))/).map((item, index) => {
    const [, expression = item, alias] = /^\s*([\s\S]+?)(?:\s+AS\s+"?(\w+)"?)?\s*$/i.exec(item) ?? [];
    const column = expression.replaceAll('"', "").trim();
    const counts = /^COUNT\s*\(/i.test(column);
    return { column, counts, name: alias ?? (counts ? `EXPR$${index}` : column) };
  });
  if (columns.some(({ counts }) => counts)) {
    // Druid leaves the row out where a count over a system table finds nothing.
    return rows.length === 0 ? [] : [Object.fromEntries(columns.map(({ name }) => [name, rows.length]))];
  }
  return rows.map((row) => {
    return Object.assign(
      {},
      ...columns.map(({ column, name }) => (column === "*" ? row : { [name]: row[column] ?? null })),
    );
  });
}
