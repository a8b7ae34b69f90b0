/** What the sampler of the fake Druid makes of a source: lines of JSON, with the few expressions that tests need. */
import { type FakeAnswer, isNetworkFault, json, parseJson } from "./exchange";

/** Lines by address; a whole answer stands for itself. */
export type FakeSources = Map<string, readonly string[] | FakeAnswer>;

interface Spec {
  ioConfig: { inputSource: { uris?: string[] } };
  dataSchema: {
    dimensionsSpec: { dimensions: { name: string }[] };
    transformSpec: { transforms: { name: string; expression: string }[] };
  };
}

export function sample(body: unknown, sources: FakeSources): FakeAnswer {
  const { spec, samplerConfig } = body as { spec: Spec; samplerConfig: { numRows: number } };
  const uri = spec.ioConfig.inputSource.uris?.[0] ?? "";
  // By the marker in its address, where nothing was said: see the contract's targets.
  const [, good = "1", bad = "0"] = /rows=(\d+)&bad=(\d+)/.exec(uri) ?? [];
  const source = sources.get(uri) ?? [
    ...Array.from({ length: Number(good) }, (_, index) => `{"t":${index + 1},"n":${index + 1}}`),
    ...Array.from({ length: Number(bad) }, () => '{"t":3'),
  ];
  if ("status" in source || isNetworkFault(source as FakeAnswer)) return source as FakeAnswer;
  const lines = (source as readonly string[]).slice(0, samplerConfig.numRows);
  const data = lines.map((line, index) => rowOf(line, `${uri}, Line: ${index + 1}`, spec.dataSchema));
  const numRowsIndexed = data.filter((row) => "parsed" in row).length;
  return json(200, { numRowsRead: lines.length, numRowsIndexed, data });
}

function rowOf(line: string, place: string, { dimensionsSpec, transformSpec }: Spec["dataSchema"]) {
  const input = parseJson(line) as Record<string, unknown> | undefined;
  if (input === undefined)
    return { unparseable: true, error: `Unable to parse row [${line}] into JSON (Path: ${place})` };
  const made = transformSpec.transforms.map(({ name, expression }) => [name, evaluated(expression, input)]);
  const all: Record<string, unknown> = { ...input, ...Object.fromEntries(made) };
  const columns = dimensionsSpec.dimensions.map(({ name }) => [name, all[name] == null ? null : String(all[name])]);
  return { input, parsed: { __time: 946_684_800_000, ...Object.fromEntries(columns) } };
}

/** `CAST("t", 'LONG')` with or without a factor, and `timestamp_parse("t",null,'UTC')`. */
function evaluated(expression: string, input: Record<string, unknown>): number | null {
  const value = input[/"(\w+)"/.exec(expression)?.[1] ?? ""] ?? null;
  if (value === null) return null;
  if (!expression.includes("timestamp_parse")) return Number(value) * Number(/\* (\d+)/.exec(expression)?.[1] ?? 1);
  const time = Date.parse(String(value));
  return Number.isNaN(time) ? null : time;
}
