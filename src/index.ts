export type {
  ChecksArgs,
  ConnectionArgs,
  ExpectedValue,
  MsqIngestionArgs,
  ParameterArgs,
  ParameterValue,
  QueryContextArgs,
  SqlCheckArgs,
  TlsArgs,
} from "./args";
export { type BackfillResult, MsqBackfill, type MsqBackfillArgs } from "./backfill/backfill";
export type { BackfillInterval } from "./backfill/intervals";
export { DruidIngestionError, type ErrorKind, isDruidIngestionError } from "./base/errors";
export type { ConnectionInput as Connection } from "./druid/connection/connection";
export type { TaskReport, TaskStatus } from "./druid/wire/task";
export type {
  CheckResult,
  IngestionError,
  IngestionState,
  MsqIngestionOutputs,
  QueryResults,
  RunReport,
  RunStatus,
  SegmentLoad,
  SegmentReport,
  StageReport,
  Statement,
  StatementSource,
} from "./ingestion/contract/outputs";
export { druidQuery, druidQueryOutput } from "./query";
export { MsqIngestion, type TypedParameter } from "./resource";
export type { SqlScalar } from "./sql/literal";
export type {
  AvroFormat,
  AzureSource,
  BucketFiles,
  ColumnarFormat,
  CsvFormat,
  DeltaSource,
  DruidPassword,
  DruidSource,
  ExternColumns,
  ExternFormat,
  ExternSource,
  ExternType,
  FlattenSpec,
  GoogleSource,
  HdfsSource,
  HttpSource,
  IcebergSource,
  InlineSource,
  JsonFormat,
  LinesFormat,
  LocalSource,
  RegexFormat,
  S3Source,
} from "./sql/sources";
export { type SqlTag, type SqlTime, type SqlValue, sql } from "./sql/tag";
export type { StatementKind } from "./statement/clauses";
export type { QueryContext } from "./statement/context";
export type { SettingValue } from "./statement/prelude";
export { statementOf } from "./statement-of";
export { getReport, getStatus } from "./tasks";
