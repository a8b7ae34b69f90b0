/** The resource as a program sees it: hands its arguments to Pulumi and knows nothing of Druid. */
import * as pulumi from "@pulumi/pulumi";
import type { MsqIngestionArgs } from "./args";
import type { MsqIngestionOutputs } from "./ingestion/contract/outputs";
import { carriedParameters, carriedValue } from "./shell/carried";
import { type Registration, withLastWord } from "./shell/last-word";
import { formerUrnsOf, urnOf } from "./shell/names";

/**
 * What Pulumi keeps in state as this resource's provider. `pulumi.dynamic.Resource` would put a serialised closure
 * here; a constant text needs no serialiser. Frozen: `read` and `delete` of every older state go by it.
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
  /** Druid's controller task whose rows these are. */
  declare readonly taskId: Out<"taskId">;
  /** Druid's `RUNNING`, `SUCCESS`, `FAILED`, or `STALE` and `DATA_MISSING`. */
  declare readonly state: Out<"state">;
  /** The datasource written; undefined for an export and a SELECT. */
  declare readonly dataSource: MaybeOut<"dataSource">;
  /** Whether the rows were there already (by `adoptTaskId`, or kept by an earlier delete) and nothing was run. */
  declare readonly adopted: Out<"adopted">;
  /** The task in Druid's web console. */
  declare readonly consoleUrl: Out<"consoleUrl">;
  /** The address in use, without credentials. */
  declare readonly url: Out<"url">;
  /** Why the run failed; undefined unless `state` is `FAILED`. */
  declare readonly error: MaybeOut<"error">;
  /** What the SQL says: kind, target, what it overwrites, partitioning, sources. Known in preview. */
  declare readonly statement: Out<"statement">;
  /** Which kind of shards was written and why; undefined where the server does not tell. */
  declare readonly segmentReport: MaybeOut<"segmentReport">;
  /** How the segments came to be queryable; undefined where nobody waited for them. */
  declare readonly load: MaybeOut<"load">;
  /** The run in figures; `getReport` has all that Druid tells. */
  declare readonly report: MaybeOut<"report">;
  /** Druid's status of the task. */
  declare readonly status: MaybeOut<"status">;
  /** Rows of a SELECT. */
  declare readonly results: MaybeOut<"results">;
  /** Names this ingestion's tasks in Druid: `query-<key>-<number>`. */
  declare readonly key: Out<"key">;
  /** The number of the last task that is accounted for. */
  declare readonly number: Out<"number">;
  /** Hashes of the loads that may be in the target, the latest last. A secret. */
  declare readonly published: Out<"published">;
  /** The `adoptTaskId` that was last taken: it is not taken a second time. */
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
   * @param name - Unique in the stack; the first 24 characters stand in the ids of the tasks in Druid.
   * @param args - What to run and where.
   * @param opts - Pulumi's options. `customTimeouts` are honoured; `deleteBeforeReplace` is always on.
   * @throws pulumi.RunError for `deleteBeforeReplace: false`, `replaceOnChanges` and `import`, none of which can work,
   * also where a transformation sets them, and for values that Pulumi cannot carry.
   */
  constructor(name: string, args: MsqIngestionArgs, opts: pulumi.CustomResourceOptions = {}) {
    const seal = (asked: Registration): Registration => registration(name, asked);
    const { props, opts: sealed } = seal({ props: { ...args }, opts });
    super(TYPE, name, props, withLastWord(sealed, seal));
  }
}

/** Pulumi gives a resource a property for each key that it is registered with. */
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

/** What is registered, of what the program asks for; said again of its own answer it changes nothing. */
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
      // The provider process is told none of these by Pulumi itself.
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
      `Cannot declare MsqIngestion "${name}" with "deleteBeforeReplace: false": the replacement would load its rows first, and the delete of the old ingestion could then take them away; leave the option out, also of transformations`,
    );
  }
  if (opts.replaceOnChanges !== undefined && opts.replaceOnChanges.length > 0) {
    throw new pulumi.RunError(
      `Cannot declare MsqIngestion "${name}" with "replaceOnChanges": Pulumi cannot see which inputs of a dynamic resource have changed, and replaces only what was interrupted, which loads its rows again; leave the option out: a changed query, context or parameter loads again by itself, and "triggers" takes any other value`,
    );
  }
  if (opts.import !== undefined) {
    throw new pulumi.RunError(
      `Cannot import MsqIngestion "${name}": Pulumi gives a dynamic provider nothing to import from; set "adoptTaskId" to the id of the task that loaded the rows`,
    );
  }
}

/** Undefined under mocks that name none; Pulumi itself always has one. */
function organization(): string | undefined {
  try {
    return pulumi.getOrganization();
  } catch {
    return undefined;
  }
}
