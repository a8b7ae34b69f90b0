/** Finds what a Druid input source reads, from its JSON or from the arguments of a table function. */
import { isRecord } from "../base/json";
import { publicAddress, type Source, source } from "./address";

type Json = Record<string, unknown>;

/** Deeper than any real input source; anything below is ignored. */
const DEPTH_MAX = 16;

/** One entry per address. A value that is not an input source has type `extern`. */
export function sourcesOfInputSource(value: unknown, depth = 0): Source[] {
  if (!isRecord(value) || depth > DEPTH_MAX) return [source("extern")];
  const type = typeof value.type === "string" && /^[A-Za-z][\w.-]{0,63}$/.test(value.type) ? value.type : "extern";
  if (type === "combining" && Array.isArray(value.delegates)) {
    return value.delegates.flatMap((delegate: unknown) => sourcesOfInputSource(delegate, depth + 1));
  }
  const addresses = addressesOf(type, value)
    .map(publicAddress)
    .filter((address) => address !== undefined);
  return addresses.length === 0 ? [source(type)] : addresses.map((address) => source(type, address));
}

function addressesOf(type: string, json: Json): string[] {
  switch (type) {
    case "s3":
    case "google":
    case "azure":
    case "azureStorage":
    case "oss":
      return objectStoreAddresses(type, json);
    case "local":
      return localAddresses(json);
    case "druid":
      return texts(json.dataSource);
    case "delta":
      return texts(json.tablePath);
    case "iceberg":
      return texts(json.tableName).map((table) => [...texts(json.namespace), table].join("."));
    default:
      return [...texts(json.uris), ...texts(json.paths)];
  }
}

const SCHEMES: Readonly<Record<string, string>> = { google: "gs", azureStorage: "azureStorage" };

/** `uris`, `prefixes` and `objects`; the table function `S3` takes `bucket` and `paths` instead of objects. */
function objectStoreAddresses(type: string, json: Json): string[] {
  const objects = Array.isArray(json.objects) ? json.objects.filter(isRecord) : [];
  const inBucket = texts(json.bucket).flatMap((bucket) => texts(json.paths).map((path) => ({ bucket, path })));
  const located = [...objects, ...inBucket].flatMap(({ bucket, path }) =>
    typeof bucket === "string" && typeof path === "string" ? [`${SCHEMES[type] ?? type}://${bucket}/${path}`] : [],
  );
  return [...texts(json.uris), ...texts(json.prefixes), ...located];
}

function localAddresses(json: Json): string[] {
  const [directory] = texts(json.baseDir);
  if (directory === undefined) return texts(json.files);
  const [filter] = texts(json.filter);
  const inside = texts(json.files).length > 0 ? texts(json.files) : [filter ?? ""];
  return inside.map((file) => (file === "" || file.startsWith("/") ? file || directory : joined(directory, file)));
}

function joined(directory: string, file: string): string {
  return `${directory.replace(/\/$/, "")}/${file}`;
}

function texts(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}
