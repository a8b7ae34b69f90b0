/** Druid's input sources and formats as types, for `sql.extern`. No code. */
import type { Input } from "@pulumi/pulumi";

type Optional<T> = Input<T | undefined>;
type Uris = Input<Input<string>[]>;

/** A credential: in plain text, or in an environment variable of Druid's servers. */
export type DruidPassword = Input<string> | { type: "environment"; variable: Input<string> };

/** Which files of a bucket: one of `uris`, `prefixes` and `objects`. */
export interface BucketFiles {
  /** Addresses of files: `s3://bucket/path`, `gs://…`, `azureStorage://account/container/path`. */
  uris?: Optional<Input<string>[]>;
  /** Addresses of folders; every file below them is read. */
  prefixes?: Optional<Input<string>[]>;
  /** Files by bucket and path. */
  objects?: Optional<Input<{ bucket: Input<string>; path: Input<string> }>[]>;
  /** Which of the files below `prefixes`, e.g. `**.parquet`. */
  objectGlob?: Optional<string>;
}

/** Files at web addresses. */
export interface HttpSource {
  type: "http";
  uris: Uris;
  /** For HTTP basic authentication. */
  httpAuthenticationUsername?: Optional<string>;
  /** Prefer an environment variable: a password in plain text becomes part of the query. */
  httpAuthenticationPassword?: DruidPassword;
  /** Sent with each request; newer Druids only. */
  requestHeaders?: Optional<Record<string, Input<string>>>;
}

/** Files in Amazon S3 or a compatible store. */
export interface S3Source extends BucketFiles {
  type: "s3";
  /** Credentials; without them Druid's own are used. */
  properties?: {
    accessKeyId?: DruidPassword;
    secretAccessKey?: DruidPassword;
    assumeRoleArn?: Input<string>;
    assumeRoleExternalId?: Input<string>;
  };
  endpointConfig?: { url?: Input<string>; signingRegion?: Input<string> };
  clientConfig?: Input<Record<string, unknown>>;
  proxyConfig?: Input<Record<string, unknown>>;
}

/** Files in Google Cloud Storage. */
export interface GoogleSource extends BucketFiles {
  type: "google";
}

/** Files in Azure; `azureStorage` names the account in each address and is preferred by newer Druids. */
export interface AzureSource extends BucketFiles {
  type: "azure" | "azureStorage";
  /** Credentials of `azureStorage`; without them Druid's own are used. */
  properties?: Input<Record<string, Input<string>>>;
}

/** Files in HDFS. */
export interface HdfsSource {
  type: "hdfs";
  paths: Input<string> | Uris;
}

/** Files on the disks of Druid's servers. */
export interface LocalSource {
  type: "local";
  baseDir?: Optional<string>;
  /** Which files of `baseDir`, e.g. `*.json`. */
  filter?: Optional<string>;
  files?: Optional<Input<string>[]>;
}

/** Rows in the query itself. */
export interface InlineSource {
  type: "inline";
  /** The rows, as in a file of the given format. */
  data: Input<string>;
}

/** Segments of a datasource; in SQL `FROM "datasource"` is simpler. */
export interface DruidSource {
  type: "druid";
  dataSource: Input<string>;
  /** ISO 8601, `2024-01-01/2024-02-01`. */
  interval: Input<string>;
  filter?: Input<Record<string, unknown>>;
}

/** A table of an Iceberg catalog. */
export interface IcebergSource {
  type: "iceberg";
  tableName: Input<string>;
  namespace: Input<string>;
  icebergCatalog: Input<Record<string, unknown>>;
  /** The input source that reads its files. */
  warehouseSource: Input<Record<string, unknown>>;
  icebergFilter?: Input<Record<string, unknown>>;
  /** Reads the table as it was at this time, in ISO 8601. */
  snapshotTime?: Optional<string>;
}

/** A Delta Lake table. */
export interface DeltaSource {
  type: "delta";
  tablePath: Input<string>;
  filter?: Input<Record<string, unknown>>;
  snapshotVersion?: Optional<number>;
}

/** A source that `EXTERN` reads. All but http, local, inline and druid need an extension of Druid. */
export type ExternSource =
  | HttpSource
  | S3Source
  | GoogleSource
  | AzureSource
  | HdfsSource
  | LocalSource
  | InlineSource
  | DruidSource
  | IcebergSource
  | DeltaSource;

/** How nested fields become columns; see "flattenSpec" in Druid's documentation. */
export interface FlattenSpec {
  useFieldDiscovery?: boolean;
  fields?: { type: "path" | "jq" | "root" | "tree"; name: string; expr?: string; nodes?: string[] }[];
}

/** A JSON object on each line. */
export interface JsonFormat {
  type: "json";
  flattenSpec?: FlattenSpec;
  featureSpec?: Record<string, boolean>;
  keepNullColumns?: Optional<boolean>;
  assumeNewlineDelimited?: Optional<boolean>;
  useJsonNodeReader?: Optional<boolean>;
}

/** Values with a separator; either `columns` or `findColumnsFromHeader` is needed. */
export interface CsvFormat {
  type: "csv" | "tsv";
  /** The names of the columns, in order. */
  columns?: Optional<Input<string>[]>;
  /** Whether the first line of each file has the names of the columns. */
  findColumnsFromHeader?: Optional<boolean>;
  skipHeaderRows?: Optional<number>;
  /** Separates the values of `tsv`. Default: a tab. */
  delimiter?: Optional<string>;
  /** Separates the values within a multi-value string. */
  listDelimiter?: Optional<string>;
  tryParseNumbers?: Optional<boolean>;
}

/** Parquet or ORC files. */
export interface ColumnarFormat {
  type: "parquet" | "orc";
  flattenSpec?: FlattenSpec;
  binaryAsString?: Optional<boolean>;
}

/** Avro object container files. */
export interface AvroFormat {
  type: "avro_ocf";
  flattenSpec?: FlattenSpec;
  /** The reader's schema. Default: the file's own. */
  schema?: Input<Record<string, unknown>>;
  binaryAsString?: Optional<boolean>;
  extractUnionsByType?: Optional<boolean>;
}

/** Lines that a regular expression splits into columns. */
export interface RegexFormat {
  type: "regex";
  pattern: Input<string>;
  columns?: Optional<Input<string>[]>;
  listDelimiter?: Optional<string>;
}

/** Each line is one column named `line`; newer Druids only. */
export interface LinesFormat {
  type: "lines";
}

/** How `EXTERN` reads what the source holds. */
export type ExternFormat = JsonFormat | CsvFormat | ColumnarFormat | AvroFormat | RegexFormat | LinesFormat;

/** The SQL type of a column that `EXTERN` reads. */
export type ExternType =
  | "VARCHAR"
  | "BIGINT"
  | "DOUBLE"
  | "FLOAT"
  | "VARCHAR ARRAY"
  | "BIGINT ARRAY"
  | "DOUBLE ARRAY"
  | "FLOAT ARRAY"
  | "TYPE('COMPLEX<json>')"
  | `TYPE('${string}')`;

/** The columns to read: their names in the source, and their types. */
export type ExternColumns = Record<string, ExternType>;
