/** Druid's input formats as types, for `sql.extern`. No code. */
import type { Input } from "@pulumi/pulumi";

type Optional<T> = Input<T | undefined>;

/** How nested fields become columns; see "flattenSpec" in Druid's documentation. */
export interface FlattenSpec {
  /**
   * Also makes a column of each field at the top.
   * @default true
   */
  useFieldDiscovery?: boolean;
  /** Columns made from nested fields. */
  fields?: {
    /** How the field is found: `path` (JsonPath), `jq`, `root` (a field at the top), `tree` (the names on the way). */
    type: "path" | "jq" | "root" | "tree";
    /** The name of the column. */
    name: string;
    /** The expression of `path` and `jq`, or the field of `root`. */
    expr?: string;
    /** The names on the way to the field, for `tree`. */
    nodes?: string[];
  }[];
}

/** A JSON object on each line. */
export interface JsonFormat {
  type: "json";
  /** How nested fields become columns. */
  flattenSpec?: FlattenSpec;
  /** Switches of the JSON parser: `{ ALLOW_COMMENTS: true }`. */
  featureSpec?: Record<string, boolean>;
  /** Keeps columns that are null in every row. */
  keepNullColumns?: Optional<boolean>;
  /** Reads line by line, so that one bad line does not make Druid skip the rest of the file. */
  assumeNewlineDelimited?: Optional<boolean>;
  /** Finds objects that span several lines one by one. Cannot be combined with `assumeNewlineDelimited`. */
  useJsonNodeReader?: Optional<boolean>;
}

/** Values with a separator; either `columns` or `findColumnsFromHeader` is needed. */
export interface CsvFormat {
  type: "csv" | "tsv";
  /** The names of the columns, in order. */
  columns?: Optional<Input<string>[]>;
  /** Whether the first line of each file has the names of the columns. */
  findColumnsFromHeader?: Optional<boolean>;
  /**
   * How many lines at the beginning of each file are skipped. Default: 0.
   * @unit lines
   */
  skipHeaderRows?: Optional<number>;
  /** Separates the values of `tsv`. Default: a tab. */
  delimiter?: Optional<string>;
  /** Separates the values within a multi-value string. */
  listDelimiter?: Optional<string>;
  /** Reads values that look like numbers as numbers; newer Druids only. */
  tryParseNumbers?: Optional<boolean>;
}

/** Parquet or ORC files. */
export interface ColumnarFormat {
  type: "parquet" | "orc";
  /** How nested fields become columns. */
  flattenSpec?: FlattenSpec;
  /** Reads binary values as UTF-8. */
  binaryAsString?: Optional<boolean>;
}

/** Avro object container files. */
export interface AvroFormat {
  type: "avro_ocf";
  /** How nested fields become columns. */
  flattenSpec?: FlattenSpec;
  /** The reader's schema. Default: the file's own. */
  schema?: Input<Record<string, unknown>>;
  /** Reads binary values as UTF-8. */
  binaryAsString?: Optional<boolean>;
  /** Makes a field of each type of a union. */
  extractUnionsByType?: Optional<boolean>;
}

/** Lines that a regular expression splits into columns. */
export interface RegexFormat {
  type: "regex";
  /** A Java regular expression; each group is a column. */
  pattern: Input<string>;
  /** The names of the columns, in the order of the groups. */
  columns?: Optional<Input<string>[]>;
  /** Separates the values within a multi-value string. */
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
