/** How an operation of the engine is asked for in a test, and what there is while it runs. */
import type { Listener } from "./events";
import type { Result } from "./result";

export interface EngineOptions {
  command: "preview" | "up" | "refresh" | "destroy";
  /** Folder of Pulumi.yaml. */
  cwd: string;
  stack: string;
  stateFile: string;
  /** In front of what the project's files say; a bare key belongs to the project. */
  config?: Record<string, string>;
  secretConfig?: Record<string, string>;
  /** URNs, or patterns of them. */
  replace?: readonly string[];
  target?: readonly string[];
  targetDependents?: boolean;
  /** In preview, up and destroy: reads everything first. */
  refresh?: boolean;
  /** In refresh: forgets creations of which an earlier, killed operation left no trace. */
  clearPendingCreates?: boolean;
  parallel?: number;
  /** For the program and the provider, instead of this process's own. */
  env?: NodeJS.ProcessEnv;
  onEvent?: Listener;
}

export interface EngineRun {
  result: Promise<Result>;
  /** First: the provider is told to end and nothing new begins. Second: all is stopped and nothing more is written. */
  interrupt(): void;
}
