/** Druid's input sources as types, for `sql.extern`. No code. */
import type { Input } from "@pulumi/pulumi";

type Optional<T> = Input<T | undefined>;
type Uris = Input<Input<string>[]>;

/** A credential: in plain text, or in an environment variable of Druid's servers. */
export type DruidPassword =
  | Input<string>
  | {
      /** Druid's word for environment variables. */
      type: "environment";
      /** The name of the variable. */
      variable: Input<string>;
    };

/** One file of a bucket. */
export interface BucketFile {
  /** The name of the bucket. */
  bucket: Input<string>;
  /** The path in it. */
  path: Input<string>;
}

/** Which files of a bucket: one of `uris`, `prefixes` and `objects`. */
export interface BucketFiles {
  /** Addresses of files: `s3://bucket/path`, `gs://…`, `azureStorage://account/container/path`. */
  uris?: Optional<Input<string>[]>;
  /** Addresses of folders; every file below them is read. */
  prefixes?: Optional<Input<string>[]>;
  /** Files by bucket and path. */
  objects?: Optional<Input<BucketFile>[]>;
  /** Which of the files below `prefixes`, e.g. `**.parquet`. */
  objectGlob?: Optional<string>;
}

/** Files at web addresses. */
export interface HttpSource {
  type: "http";
  /** The addresses. */
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
    /** The key's id. */
    accessKeyId?: DruidPassword;
    /** The key; prefer an environment variable. */
    secretAccessKey?: DruidPassword;
    /** A role to assume. */
    assumeRoleArn?: Input<string>;
    /** The external id that the role demands. */
    assumeRoleExternalId?: Input<string>;
  };
  /** Where a compatible store is. */
  endpointConfig?: {
    /** The address of the store. */
    url?: Input<string>;
    /** The region that requests are signed for. */
    signingRegion?: Input<string>;
  };
  /** Settings of the S3 client, e.g. `{ enablePathStyleAccess: true }`. */
  clientConfig?: Input<Record<string, unknown>>;
  /** A proxy: `{ host, port, username, password }`. */
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
  /** Files and folders. */
  paths: Input<string> | Uris;
}

/** Files on the disks of Druid's servers. */
export interface LocalSource {
  type: "local";
  /** A folder; every file below it that `filter` names is read. */
  baseDir?: Optional<string>;
  /** Which files of `baseDir`, e.g. `*.json`. */
  filter?: Optional<string>;
  /** Files by path. */
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
  /** The datasource. */
  dataSource: Input<string>;
  /** Which time of it; ISO 8601, `2024-01-01/2024-02-01`. */
  interval: Input<string>;
  /** Which rows, as one of Druid's filters. */
  filter?: Input<Record<string, unknown>>;
}

/** A table of an Iceberg catalog. */
export interface IcebergSource {
  type: "iceberg";
  /** The table. */
  tableName: Input<string>;
  /** The namespace of the catalog in which it is. */
  namespace: Input<string>;
  /** The catalog: `{ type: "hive", … }`, `{ type: "rest", … }`, …. */
  icebergCatalog: Input<Record<string, unknown>>;
  /** The input source that reads its files. */
  warehouseSource: Input<Record<string, unknown>>;
  /** Which rows, as a filter of the Iceberg extension. */
  icebergFilter?: Input<Record<string, unknown>>;
  /** Reads the table as it was at this time, in ISO 8601. */
  snapshotTime?: Optional<string>;
}

/** A Delta Lake table. */
export interface DeltaSource {
  type: "delta";
  /** The folder of the table. */
  tablePath: Input<string>;
  /** Which rows, as a filter of the Delta Lake extension. */
  filter?: Input<Record<string, unknown>>;
  /**
   * Reads the table as it was in this version. Default: the newest.
   * @unit Delta's version of the table
   */
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
