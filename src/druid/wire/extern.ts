/** Finds what a planned query reads by EXTERN, and how it computes `__time` from it. */
import { z } from "zod";
import { isRecord } from "../../base/json";

export interface PlannedExtern {
  /** May contain secrets. */
  inputSource: Record<string, unknown>;
  inputFormat: Record<string, unknown>;
  /** The columns that the SQL declares, with Druid's types, e.g. `LONG`. */
  columns: { name: string; type: string }[];
  /** Absent unless the query computes `__time` from this source directly. */
  reading?: Reading | undefined;
}

/** What the query does with each row, in Druid's native expressions and filters. */
export interface Reading {
  time: string;
  /** Virtual columns that the filter may refer to. */
  transforms: { name: string; expression: string }[];
  filter: unknown;
}

const External = z.object({
  type: z.literal("external"),
  inputSource: z.record(z.string(), z.unknown()),
  inputFormat: z.record(z.string(), z.unknown()),
  signature: z.array(z.object({ name: z.string(), type: z.string().nullish() })),
});

const VirtualColumn = z.object({ type: z.string(), name: z.string(), expression: z.string().optional() });

const NativeQuery = z.object({
  queryType: z.enum(["scan", "groupBy"]),
  dataSource: External,
  virtualColumns: z.array(VirtualColumn).nullish(),
  filter: z.unknown().optional(),
  dimensions: z.array(z.object({ dimension: z.string(), outputName: z.string() })).nullish(),
});

const Planned = z.object({
  query: NativeQuery,
  columnMappings: z.array(z.object({ queryColumn: z.string(), outputColumn: z.string() })),
});

/** Each source once, in the order of the plan. */
export function externsOf(plan: readonly unknown[]): PlannedExtern[] {
  const found = new Map<string, PlannedExtern>();
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) for (const item of node) visit(item);
    if (!isRecord(node)) return;
    const external = External.safeParse(node).data;
    if (external === undefined) for (const item of Object.values(node)) visit(item);
    else found.set(JSON.stringify([external.inputSource, external.inputFormat]), externOf(external));
  };
  visit(plan);
  const planned = plan.length === 1 ? Planned.safeParse(plan[0]).data : undefined;
  const reading = planned && readingOf(planned);
  const [extern, ...others] = [...found.values()];
  if (extern === undefined) return [];
  return [{ ...extern, ...(others.length === 0 && reading !== undefined && { reading }) }, ...others];
}

function externOf({ inputSource, inputFormat, signature }: z.infer<typeof External>): PlannedExtern {
  const columns = signature.map(({ name, type }) => ({ name, type: type ?? "STRING" }));
  return { inputSource, inputFormat, columns };
}

/** Undefined if this cannot be told: the rows that the query leaves out must not be taken for bad ones. */
function readingOf({ query, columnMappings }: z.infer<typeof Planned>): Reading | undefined {
  const { queryType, dataSource, dimensions } = query;
  const virtual = query.virtualColumns ?? [];
  const { columns } = externOf(dataSource);
  const output = columnMappings.find(({ outputColumn }) => outputColumn === "__time")?.queryColumn;
  const column = queryType === "scan" ? output : dimensions?.find(({ outputName }) => outputName === output)?.dimension;
  // A column of that name in the data becomes an interval of the query, not a part of its filter.
  if (column === undefined || columns.some(({ name }) => name === "__time")) return undefined;
  const transforms = virtual.flatMap(({ name, expression }) =>
    expression === undefined || refersTo(expression, virtual) ? [] : [{ name, expression: typed(expression, columns) }],
  );
  const own = columns.some(({ name }) => name === column) ? typed(JSON.stringify(column), columns) : undefined;
  const time = own ?? transforms.find(({ name }) => name === column)?.expression;
  const filter = query.filter ?? undefined;
  if (time === undefined) return undefined;
  if (filter === undefined) return { time, transforms: [], filter };
  return transforms.length === virtual.length ? { time, transforms, filter } : undefined;
}

/** Transforms see only the fields of the data, not each other. */
function refersTo(expression: string, virtual: readonly { name: string }[]): boolean {
  return virtual.some(({ name }) => expression.includes(JSON.stringify(name)));
}

const NUMBERS: Readonly<Record<string, string>> = { LONG: "LONG", DOUBLE: "DOUBLE", FLOAT: "DOUBLE" };

/** MSQ reads a column as its declared type, whereas a transform sees the text that is in the file. */
function typed(expression: string, columns: PlannedExtern["columns"]): string {
  return expression.replace(/'(?:[^'\\]|\\.)*'|"((?:[^"\\]|\\.)*)"/g, (whole, name?: string) => {
    const type = NUMBERS[columns.find((column) => column.name === name)?.type ?? ""];
    return type === undefined ? whole : `CAST(${whole}, '${type}')`;
  });
}
