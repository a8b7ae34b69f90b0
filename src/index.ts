export type { MsqIngestionArgs, ParameterArgs, ParameterValue, QueryContextArgs } from "./args";
export type { ChecksArgs, ExpectedValue, SqlCheckArgs } from "./args/checks";
export type { ConnectionArgs, TlsArgs } from "./args/connection";
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
export type {
  AvroFormat,
  ColumnarFormat,
  CsvFormat,
  ExternColumns,
  ExternFormat,
  ExternType,
  FlattenSpec,
  JsonFormat,
  LinesFormat,
  RegexFormat,
} from "./sql/formats";
export type { SqlScalar } from "./sql/literal";
export type {
  AzureSource,
  BucketFile,
  BucketFiles,
  DeltaSource,
  DruidPassword,
  DruidSource,
  ExternSource,
  GoogleSource,
  HdfsSource,
  HttpSource,
  IcebergSource,
  InlineSource,
  LocalSource,
  S3Source,
} from "./sql/sources";
export { type SqlTag, type SqlTime, type SqlValue, sql } from "./sql/tag";
export type { StatementKind } from "./statement/clauses";
export type { QueryContext } from "./statement/context";
export type { SettingValue } from "./statement/prelude";
export { statementOf } from "./statement-of";
export { getReport, getStatus } from "./tasks";
