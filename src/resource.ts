/** The resource class for programs. It passes its arguments to Pulumi and does not talk to Druid. */
import * as pulumi from "@pulumi/pulumi";
import type { MsqIngestionArgs } from "./args";
import type { MsqIngestionOutputs } from "./ingestion/contract/outputs";
import { carriedParameters, carriedValue } from "./shell/carried";
import { type Registration, withLastWord } from "./shell/last-word";
import { formerUrnsOf, urnOf } from "./shell/names";

/**
 * The provider that Pulumi stores in the resource's state. `pulumi.dynamic.Resource` would serialise a closure; a
 * constant needs no serialiser. It must never change, because `read` and `delete` of older states use it.
 */
const PROVIDER = 'exports.handler = () => require("pulumi-druid/provider");';
const TYPE = "pulumi-nodejs:dynamic/druid:MsqIngestion";

type Out<Name extends keyof MsqIngestionOutputs> = pulumi.Output<Required<MsqIngestionOutputs>[Name]>;
type MaybeOut<Name extends keyof MsqIngestionOutputs> = pulumi.Output<MsqIngestionOutputs[Name] | undefined>;
type Echo<Name extends keyof MsqIngestionArgs> = pulumi.Output<pulumi.Unwrap<MsqIngestionArgs[Name]>>;

/**
 * A SQL-based ingestion into Apache Druid: runs its statement once, returns when the rows can be queried, and runs it
 * again when query, context, parameters or triggers change.
 *
 * @example
 * ```ts
 * import { MsqIngestion } from "pulumi-druid";
 *
 * const wiki = new MsqIngestion("wiki", {
 *   query: `
 *     REPLACE INTO "wiki" OVERWRITE ALL
 *     SELECT TIME_PARSE("timestamp") AS __time, page, added
 *     FROM TABLE(EXTERN(
 *       '{"type":"http","uris":["https://druid.apache.org/data/wikipedia.json.gz"]}',
 *       '{"type":"json"}'
 *     )) EXTEND ("timestamp" VARCHAR, page VARCHAR, added BIGINT)
 *     PARTITIONED BY DAY`,
 *   context: { maxNumTasks: 3 },
 * });
 *
 * export const rows = wiki.report.apply((report) => report?.rowsWritten);
 * ```
 */
export class MsqIngestion extends pulumi.CustomResource {
  /** ID of the controller task that loaded the rows. */
  declare readonly taskId: Out<"taskId">;
  /** Druid's `RUNNING`, `SUCCESS`, `FAILED`, or `STALE` and `DATA_MISSING`. */
  declare readonly state: Out<"state">;
  /** The target datasource; undefined for an export and a SELECT. */
  declare readonly dataSource: MaybeOut<"dataSource">;
  /** True if nothing ran because the rows already existed (`adoptTaskId`, or kept by an earlier delete). */
  declare readonly adopted: Out<"adopted">;
  /** Link to the task in Druid's web console. */
  declare readonly consoleUrl: Out<"consoleUrl">;
  /** Druid's address, without credentials. */
  declare readonly url: Out<"url">;
  /** Why the run failed; undefined unless `state` is `FAILED`. */
  declare readonly error: MaybeOut<"error">;
  /** Facts read from the SQL: kind, target, what it overwrites, partitioning, sources. Known in preview. */
  declare readonly statement: Out<"statement">;
  /** Which type of shards was written and why; undefined if the server does not report it. */
  declare readonly segmentReport: MaybeOut<"segmentReport">;
  /** How long the segments took to become queryable; undefined if the resource did not wait for them. */
  declare readonly load: MaybeOut<"load">;
  /** Summary of the run; `getReport` returns Druid's whole report. */
  declare readonly report: MaybeOut<"report">;
  /** Druid's task status. */
  declare readonly status: MaybeOut<"status">;
  /** Result rows of a SELECT. */
  declare readonly results: MaybeOut<"results">;
  /** Part of the IDs of this ingestion's tasks in Druid: `query-<key>-<number>`. */
  declare readonly key: Out<"key">;
  /** Number of the last task whose outcome is recorded. */
  declare readonly number: Out<"number">;
  /** Hashes of the loads that may be the latest in the target, newest last. A secret. */
  declare readonly published: Out<"published">;
  /** The last `adoptTaskId` that was used; it is not used again. */
  declare readonly adoptedTaskId: MaybeOut<"adoptedTaskId">;

  /** The input `query`. */
  declare readonly query: Echo<"query">;
  /** The input `context`. */
  declare readonly context: Echo<"context">;
  /** The input `parameters`. */
  declare readonly parameters: Echo<"parameters">;
  /** The input `triggers`. */
  declare readonly triggers: Echo<"triggers">;
  /** The input `waitForSegmentLoad`. */
  declare readonly waitForSegmentLoad: Echo<"waitForSegmentLoad">;
  /** The input `segmentLoadTimeoutSeconds`. */
  declare readonly segmentLoadTimeoutSeconds: Echo<"segmentLoadTimeoutSeconds">;
  /** The input `onDelete`. */
  declare readonly onDelete: Echo<"onDelete">;
  /** The input `adoptTaskId`. */
  declare readonly adoptTaskId: Echo<"adoptTaskId">;
  /** The input `validate`. */
  declare readonly validate: Echo<"validate">;
  /** The input `connection`, a secret. */
  declare readonly connection: Echo<"connection">;

  /**
   * @param name - Unique in the stack; the task IDs in Druid contain its first 24 characters.
   * @param args - What to run and where.
   * @param opts - Pulumi's options. `customTimeouts` are honoured; `deleteBeforeReplace` is always on.
   * @throws pulumi.RunError for `deleteBeforeReplace: false`, `replaceOnChanges` and `import`, which cannot work, even if
   * a transformation sets them, and for values that Pulumi cannot carry.
   */
  constructor(name: string, args: MsqIngestionArgs, opts: pulumi.CustomResourceOptions = {}) {
    const seal = (asked: Registration): Registration => registration(name, asked);
    const { props, opts: sealed } = seal({ props: { ...args }, opts });
    super(TYPE, name, props, withLastWord(sealed, seal));
  }
}

/** Pulumi creates a property on the resource for each key it is registered with. */
const OUTPUTS: Record<keyof MsqIngestionOutputs, undefined> = {
  taskId: undefined,
  state: undefined,
  dataSource: undefined,
  adopted: undefined,
  consoleUrl: undefined,
  url: undefined,
  error: undefined,
  statement: undefined,
  segmentReport: undefined,
  load: undefined,
  report: undefined,
  status: undefined,
  results: undefined,
  key: undefined,
  number: undefined,
  published: undefined,
  adoptedTaskId: undefined,
};

/** Computes what to register from what the program asks for. Idempotent. */
function registration(name: string, { props, opts }: Registration): Registration {
  refuse(name, opts);
  const declared = { type: TYPE, name, parent: opts.parent, aliases: opts.aliases ?? [] };
  return {
    props: {
      ...OUTPUTS,
      ...props,
      context: carriedValue(name, "context", props.context),
      parameters: carriedParameters(name, props.parameters),
      triggers: carriedValue(name, "triggers", props.triggers),
      connection: props.connection === undefined ? undefined : pulumi.secret(props.connection),
      // Pulumi itself does not pass any of these to the provider process.
      __urn: urnOf(declared),
      __formerUrns: formerUrnsOf(declared),
      __organization: organization(),
      __timeouts: opts.customTimeouts,
      __secretQuery: pulumi.isSecret(pulumi.output(props.query)),
      __provider: PROVIDER,
    },
    opts: {
      ...opts,
      deleteBeforeReplace: true,
      additionalSecretOutputs: [...new Set([...(opts.additionalSecretOutputs ?? []), "published"])],
    },
  };
}

function refuse(name: string, opts: pulumi.CustomResourceOptions): void {
  if (opts.deleteBeforeReplace === false) {
    throw new pulumi.RunError(
      `Cannot declare MsqIngestion "${name}" with "deleteBeforeReplace: false": the replacement would load its rows first, and the delete of the old ingestion could then remove them; remove the option, also from transformations`,
    );
  }
  if (opts.replaceOnChanges !== undefined && opts.replaceOnChanges.length > 0) {
    throw new pulumi.RunError(
      `Cannot declare MsqIngestion "${name}" with "replaceOnChanges": Pulumi cannot see which inputs of a dynamic resource have changed, so it would replace only interrupted ingestions, and load their rows again; remove the option: a changed query, context or parameter runs the ingestion again anyway, and "triggers" takes any other value`,
    );
  }
  if (opts.import !== undefined) {
    throw new pulumi.RunError(
      `Cannot import MsqIngestion "${name}": Pulumi does not support import for dynamic providers; set "adoptTaskId" to the id of the task that loaded the rows`,
    );
  }
}

/** Undefined only under mocks without an organization. */
function organization(): string | undefined {
  try {
    return pulumi.getOrganization();
  } catch {
    return undefined;
  }
}
