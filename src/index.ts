export type {
  ConnectionArgs,
  MsqIngestionArgs,
  ParameterArgs,
  ParameterValue,
  QueryContextArgs,
  TlsArgs,
} from "./args";
export type {
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
} from "./ingestion/outputs";
export { MsqIngestion } from "./resource";
export type { QueryContext } from "./statement/context";
