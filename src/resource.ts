/** The resource as a program sees it: hands its arguments to Pulumi and knows nothing of Druid. */
import * as pulumi from "@pulumi/pulumi";
import type { MsqIngestionArgs, ParameterValue } from "./args";
import type { ConnectionInput } from "./druid/connection/connection";
import type {
  IngestionError,
  IngestionState,
  MsqIngestionOutputs,
  QueryResults,
  RunReport,
  RunStatus,
  SegmentLoad,
  SegmentReport,
  Statement,
} from "./ingestion/contract/outputs";
import { OUTPUTS } from "./ingestion/report/outputs";
import { carriedParameters, carriedValue } from "./shell/carried";
import { type Registration, withLastWord } from "./shell/last-word";
import { formerUrnsOf, urnOf } from "./shell/names";
import type { QueryContext } from "./statement/context";

/**
 * What Pulumi keeps in state as this resource's provider. `pulumi.dynamic.Resource` would put a serialised closure
 * here; a constant text needs no serialiser. Frozen: `read` and `delete` of every older state go by it.
 */
const PROVIDER = 'exports.handler = () => require("pulumi-druid/provider");';
const TYPE = "pulumi-nodejs:dynamic/druid:MsqIngestion";

/** A value with its SQL type. */
type TypedParameter = { type: string; value: ParameterValue | ParameterValue[] };

/** Each output once: the class does not compile without one of them, or with another type. */
type Declared = {
  readonly [Name in keyof MsqIngestionOutputs]-?: pulumi.Output<
    undefined extends MsqIngestionOutputs[Name] ? MsqIngestionOutputs[Name] | undefined : MsqIngestionOutputs[Name]
  >;
};

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
 * export const rows = wiki.rowsWritten;
 * ```
 */
export class MsqIngestion extends pulumi.CustomResource implements Declared {
  /** The type in Pulumi's state; policy packs find the resources of a class by it. */
  static readonly __pulumiType = TYPE;

  /** Druid's controller task whose rows these are; undefined where Druid has forgotten it and the rows are there. */
  declare readonly taskId: pulumi.Output<string | undefined>;
  /** Druid's `RUNNING`, `SUCCESS`, `FAILED`, or `STALE` and `DATA_MISSING`. */
  declare readonly state: pulumi.Output<IngestionState>;
  /** The datasource written; undefined for an export and a SELECT. */
  declare readonly dataSource: pulumi.Output<string | undefined>;
  /** Rows in the segments written; undefined for an export and a SELECT, and where Druid has no report of the task. */
  declare readonly rowsWritten: pulumi.Output<number | undefined>;
  /** Whether the rows were there already (by `adoptTaskId`, or kept by an earlier delete) and nothing was run. */
  declare readonly adopted: pulumi.Output<boolean>;
  /** The task in Druid's web console; undefined where `taskId` is. */
  declare readonly consoleUrl: pulumi.Output<string | undefined>;
  /** The address in use, without credentials. */
  declare readonly url: pulumi.Output<string>;
  /** Why the run failed; undefined unless `state` is `FAILED`. */
  declare readonly error: pulumi.Output<IngestionError | undefined>;
  /** What the SQL says: kind, target, what it overwrites, partitioning, sources. Known in preview. */
  declare readonly statement: pulumi.Output<Statement>;
  /** Which kind of shards was written and why; undefined where the server does not tell. */
  declare readonly segmentReport: pulumi.Output<SegmentReport | undefined>;
  /** How the segments came to be queryable; undefined where nobody waited for them. */
  declare readonly segmentLoad: pulumi.Output<SegmentLoad | undefined>;
  /** The run in figures; `getReport` has all that Druid tells. */
  declare readonly report: pulumi.Output<RunReport | undefined>;
  /** Druid's status of the task. */
  declare readonly status: pulumi.Output<RunStatus | undefined>;
  /** Rows of a SELECT. */
  declare readonly results: pulumi.Output<QueryResults | undefined>;
  /** Names this ingestion's tasks in Druid: `query-<key>-<number>`. */
  declare readonly key: pulumi.Output<string>;
  /** The number of the last task that is accounted for. */
  declare readonly number: pulumi.Output<number>;
  /** Hashes of the loads that may be in the target, the latest last. A secret. */
  declare readonly published: pulumi.Output<string[]>;
  /** The `adoptTaskId` that was last taken: it is not taken a second time. */
  declare readonly adoptedTaskId: pulumi.Output<string | undefined>;

  /** The input `query`. */
  declare readonly query: pulumi.Output<string>;
  /** The input `context`. */
  declare readonly context: pulumi.Output<QueryContext | undefined>;
  /** The input `parameters`. */
  declare readonly parameters: pulumi.Output<(ParameterValue | TypedParameter)[] | undefined>;
  /** The input `triggers`. */
  declare readonly triggers: pulumi.Output<unknown[] | undefined>;
  /** The input `waitForSegmentLoad`. */
  declare readonly waitForSegmentLoad: pulumi.Output<boolean | undefined>;
  /** The input `segmentLoadTimeoutSeconds`. */
  declare readonly segmentLoadTimeoutSeconds: pulumi.Output<number | undefined>;
  /** The input `onDelete`. */
  declare readonly onDelete: pulumi.Output<"keepData" | "dropDatasource" | undefined>;
  /** The input `adoptTaskId`. */
  declare readonly adoptTaskId: pulumi.Output<string | undefined>;
  /** The input `validate`. */
  declare readonly validate: pulumi.Output<"explain" | "off" | undefined>;
  /** The input `connection`, a secret. */
  declare readonly connection: pulumi.Output<ConnectionInput | undefined>;

  /** Whether a value is an `MsqIngestion`, also one of another copy of this package. */
  static override isInstance(value: unknown): value is MsqIngestion {
    return typeof value === "object" && value !== null && "__pulumiType" in value && value.__pulumiType === TYPE;
  }

  /**
   * Declares a SQL-based ingestion into Apache Druid: its statement runs once, `pulumi up` returns when the rows can be
   * queried, and it runs again when query, context, parameters or triggers change.
   *
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
const NOTHING_YET = Object.fromEntries(Object.keys(OUTPUTS).map((name) => [name, undefined]));

/** What is registered, of what the program asks for; said again of its own answer it changes nothing. */
function registration(name: string, { props, opts }: Registration): Registration {
  refuse(name, opts);
  const declared = { type: TYPE, name, parent: opts.parent, aliases: opts.aliases ?? [] };
  return {
    props: {
      ...NOTHING_YET,
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
