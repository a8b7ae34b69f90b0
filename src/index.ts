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
export { MsqIngestion } from "./resource";
export type { QueryContext } from "./statement/context";
export { getReport, getStatus } from "./tasks";
