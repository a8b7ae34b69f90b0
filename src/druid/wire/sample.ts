/** Shape of the answer of Druid's sampler. */
import { z } from "zod";

/** The column of a sample that holds what the query makes of `__time`; no column of a file is called so. */
export const TIME = "__time of the query";

const Row = z.object({
  input: z.record(z.string(), z.unknown()).nullish(),
  parsed: z.record(z.string(), z.unknown()).nullish(),
  unparseable: z.boolean().nullish(),
  error: z.string().nullish(),
});

export const SampleResponse = z
  .looseObject({ data: z.array(Row) })
  .transform(({ data }) => data.map((row) => (row.unparseable ? { error: row.error ?? "" } : rowOf(row))));

function rowOf({ input, parsed }: z.infer<typeof Row>) {
  const values = Object.fromEntries(Object.entries(parsed ?? {}).map(([name, value]) => [name, textOf(value)]));
  const { [TIME]: time, __time, ...rest } = values;
  return {
    fields: Object.keys(input ?? {}),
    values: rest,
    ...(time !== undefined && { time: time === null ? null : Number(time) }),
  };
}

/** An empty text counts as null, as Druid has it by default before 28. */
function textOf(value: unknown): string | null {
  if (value === null || value === undefined || value === "") return null;
  return typeof value === "string" ? value : JSON.stringify(value);
}
