/** What each look of the doctor may ask, and about what. */
import type { DruidClient } from "../../druid/client";
import type { ResolvedConnection } from "../../druid/connection/connection";
import type { Inspector } from "../../druid/requests/inspector";

export interface Looker {
  client: DruidClient;
  inspector: Inspector;
  connection: ResolvedConnection;
  env: Readonly<Record<string, string | undefined>>;
  nowMs: number;
  signal: AbortSignal;
  /** The datasource whose permissions are looked at. */
  target: { name: string; isGiven: boolean };
}
