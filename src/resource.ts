/** The resource class for programs. It passes its arguments to Pulumi and does not talk to Druid. */
import * as pulumi from "@pulumi/pulumi";
import type { MsqIngestionArgs, ParameterValue } from "./args";
import { RESOURCE_TYPE } from "./base/resource-type";
import type { ConnectionInput } from "./druid/connection/connection";
import type {
  CheckResult,
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
import { formerUrnsOf, hasFormerUrns, urnOf, valueAlone } from "./shell/names";
import { onlyResults } from "./shell/results";
import { isSecret } from "./shell/secrecy";
import { watchLightly } from "./shell/watch";
import type { QueryContext } from "./statement/context";

/**
 * The provider that Pulumi stores in the resource's state. `pulumi.dynamic.Resource` would serialise a closure; a
 * constant needs no serialiser. It must never change, because `read` and `delete` of older states use it.
 */
const PROVIDER = 'exports.handler = () => require("pulumi-druid/provider");';

/** A value of `parameters` with its SQL type, as in the output `parameters`. */
export type TypedParameter = {
  /** SQL type, e.g. `VARCHAR`. */
  type: string;
  /** As the input has it; a bigint as its digits. */
  value: ParameterValue | ParameterValue[];
};

/** The type of each output: the class does not compile if one is missing or has another type. */
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
  static readonly __pulumiType = RESOURCE_TYPE;

  // Their documentation is that of `MsqIngestionOutputs`: editors show it here too.
  declare readonly taskId: pulumi.Output<string | undefined>;
  declare readonly state: pulumi.Output<IngestionState>;
  declare readonly dataSource: pulumi.Output<string | undefined>;
  declare readonly rowsWritten: pulumi.Output<number | undefined>;
  declare readonly adopted: pulumi.Output<boolean>;
  declare readonly consoleUrl: pulumi.Output<string | undefined>;
  declare readonly url: pulumi.Output<string>;
  declare readonly error: pulumi.Output<IngestionError | undefined>;
  declare readonly statement: pulumi.Output<Statement>;
  declare readonly segmentReport: pulumi.Output<SegmentReport | undefined>;
  declare readonly segmentLoad: pulumi.Output<SegmentLoad | undefined>;
  declare readonly report: pulumi.Output<RunReport | undefined>;
  declare readonly status: pulumi.Output<RunStatus | undefined>;
  declare readonly results: pulumi.Output<QueryResults | undefined>;
  declare readonly key: pulumi.Output<string>;
  declare readonly number: pulumi.Output<number>;
  declare readonly published: pulumi.Output<string[]>;
  declare readonly checks: pulumi.Output<CheckResult[] | undefined>;
  declare readonly checked: pulumi.Output<string | undefined>;
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
  declare readonly validate: pulumi.Output<"explain" | "sample" | "off" | undefined>;
  /** The input `retries`. */
  declare readonly retries: pulumi.Output<number | undefined>;
  /** The input `connection`, a secret. */
  declare readonly connection: pulumi.Output<ConnectionInput | undefined>;

  /** Whether a value is an `MsqIngestion`, also if created by another copy of this package. */
  static override isInstance(value: unknown): value is MsqIngestion {
    return (
      typeof value === "object" && value !== null && "__pulumiType" in value && value.__pulumiType === RESOURCE_TYPE
    );
  }

  /**
   * Declares a SQL-based ingestion into Apache Druid: its statement runs once, `pulumi up` returns when the rows can be
   * queried, and it runs again when query, context, parameters or triggers change.
   *
   * @param name - Unique in the stack; the task IDs in Druid contain its first 24 characters.
   * @param args - What to run and where.
   * @param opts - Pulumi's options. `customTimeouts` are honoured; `deleteBeforeReplace` is always on.
   * @throws pulumi.RunError for `deleteBeforeReplace: false`, `replaceOnChanges` and `import`, which cannot work, even
   * if a transformation sets them, and for values that Pulumi cannot pass to the provider.
   */
  constructor(name: string, args: MsqIngestionArgs, opts: pulumi.CustomResourceOptions = {}) {
    let hasChecks = false;
    const seal = (asked: Registration): Registration => {
      hasChecks = asked.props.checks !== undefined;
      return registration(name, asked);
    };
    const { props, opts: sealed } = seal({ props: { ...args }, opts });
    const watchAsUsual = watchLightly();
    try {
      super(RESOURCE_TYPE, name, props, withLastWord(sealed, seal));
    } catch (error) {
      watchAsUsual();
      throw error;
    }
    valueAlone(this.urn).then(watchAsUsual, watchAsUsual);
    if (hasChecks) this.checks = onlyResults(this.checks);
  }
}

/** Pulumi creates a property on the resource for each key it is registered with. */
const NOTHING_YET = Object.fromEntries(Object.keys(OUTPUTS).map((name) => [name, undefined]));

/** Computes what to register from what the program asks for. Idempotent. */
function registration(name: string, { props, opts }: Registration): Registration {
  refuse(name, opts);
  const values = {
    context: carriedValue(name, "context", props.context),
    parameters: carriedParameters(name, props.parameters),
    triggers: carriedValue(name, "triggers", props.triggers),
  };
  // These are the inputs beside the query whose values Druid may quote.
  const secretValues = isSecret(Object.values(values));
  const declared = { type: RESOURCE_TYPE, name, parent: opts.parent, aliases: opts.aliases ?? [] };
  return {
    props: {
      ...NOTHING_YET,
      ...props,
      ...values,
      checks: carriedValue(name, "checks", props.checks),
      connection: props.connection === undefined ? undefined : pulumi.secret(props.connection),
      // Pulumi itself does not pass any of these to the provider process.
      __urn: urnOf(declared),
      ...(hasFormerUrns(declared) && { __formerUrns: formerUrnsOf(declared) }),
      __organization: organization(),
      ...(opts.customTimeouts && { __timeouts: opts.customTimeouts }),
      __secretQuery: isSecret(props.query),
      // Undefined where none is, so that the state of most ingestions has no more properties than it had.
      ...(secretValues && { __secretValues: secretValues.then((is) => is || undefined) }),
      ...(props.checks !== undefined && { __secretChecks: isSecret(props.checks) }),
      __provider: PROVIDER,
    },
    opts: {
      ...opts,
      deleteBeforeReplace: true,
      additionalSecretOutputs: [...new Set([...(opts.additionalSecretOutputs ?? []), ...secretOutputs(props)])],
    },
  };
}

/** Hashes of what may be a secret. */
const secretOutputs = ({ checks }: pulumi.Inputs): string[] =>
  checks === undefined ? ["published"] : ["published", "checked"];

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
