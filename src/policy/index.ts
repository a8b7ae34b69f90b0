/** Rules for a policy pack of `@pulumi/policy`: what the ingestions of an organization may do. */
import type { ResourceValidationPolicy } from "@pulumi/policy";
import { granularityName } from "../statement/granularity";
import { isAllowed } from "./addresses";
import { coarseness, type Granularity } from "./granularities";
import { contextOf, fits, rule } from "./rule";
import type { RuleSettings } from "./settings";

export type { Granularity, RuleSettings };

/** Settings of `noOverwriteAll`. */
export interface OverwriteAllSettings extends RuleSettings {
  /**
   * Datasources that may be overwritten as a whole; `*` stands for any characters.
   * @default none
   */
  except?: readonly string[];
}

/** Forbids `OVERWRITE ALL`, which replaces every row of a datasource. */
export function noOverwriteAll({ except = [], ...settings }: OverwriteAllSettings = {}): ResourceValidationPolicy {
  return rule("druid-no-overwrite-all", "OVERWRITE ALL replaces every row of a datasource", settings, (judged) => {
    const { overwrite, dataSource = "" } = judged.statement.facts;
    if (overwrite !== "ALL" || fits(dataSource, except)) return [];
    return [`OVERWRITE ALL replaces every row of "${dataSource}"; write OVERWRITE WHERE with a range of __time`];
  });
}

/** Settings of `noDropDatasource`. */
export interface DropDatasourceSettings extends RuleSettings {
  /**
   * Names of the stacks in which it is forbidden, e.g. `prod-*`.
   * @default all
   */
  stacks?: readonly string[];
}

/** Forbids `onDelete: "dropDatasource"`. */
export function noDropDatasource({
  stacks = ["*"],
  ...settings
}: DropDatasourceSettings = {}): ResourceValidationPolicy {
  const description = "A delete must not remove all rows of a datasource";
  return rule("druid-no-drop-datasource", description, settings, ({ stack, props }) => {
    if (!fits(stack, stacks) || props.onDelete !== "dropDatasource") return [];
    return [`onDelete "dropDatasource" is not allowed in the stack "${stack}"; set onDelete to "keepData"`];
  });
}

/** Settings of `allowedSources`. */
export interface SourcesSettings extends RuleSettings {
  /**
   * Types of input sources, e.g. `http`, `s3`, `inline`. Tables and lookups are always allowed.
   * @default all
   */
  types?: readonly string[];
  /**
   * Beginnings of the allowed addresses, e.g. `s3://lake/raw/` or `https://data.example.com`. One without a path
   * allows that host alone. A source whose address is not in the text of the SQL is a violation.
   * @default all
   */
  uriPrefixes?: readonly string[];
}

/** What is read from Druid itself. */
const TABLES = ["table", "lookup", "view", "sys", "INFORMATION_SCHEMA"];

/** Allows external data only of these types and from these places. */
export function allowedSources({ types, uriPrefixes, ...settings }: SourcesSettings): ResourceValidationPolicy {
  const description = "Ingestions may read external data only from allowed places";
  return rule("druid-allowed-sources", description, settings, ({ statement, isSecret }) => {
    const found = statement.sources.flatMap(({ type, address }) => {
      if (TABLES.includes(type)) return [];
      const allowed = `allowed ${types?.length === 1 ? "is" : "are"} ${types?.join(", ")}`;
      if (types !== undefined && !types.includes(type))
        return [`The query reads a source of type "${type}"; ${allowed}`];
      // Inline rows have no address.
      if (uriPrefixes === undefined || type === "inline") return [];
      if (address === undefined)
        return [
          `The text of the query does not tell from where its source of type "${type}" reads; write the address in the SQL`,
        ];
      if (isAllowed(address, uriPrefixes)) return [];
      const what = isSecret ? `a source of type "${type}"` : `"${address}"`;
      return [`The query reads ${what}; allowed addresses begin with ${uriPrefixes.join(", ")}`];
    });
    return [...new Set(found)];
  });
}

/** Settings of `allowedTargets`. */
export interface TargetsSettings extends RuleSettings {
  /**
   * Names of datasources, e.g. `raw_*`.
   * @default all
   */
  dataSources?: readonly string[];
  /**
   * Beginnings of the addresses to which an export may write, e.g. `s3://exports/`.
   * @default none
   */
  exportPrefixes?: readonly string[];
}

/** Allows ingestions only into these datasources. */
export function allowedTargets({
  dataSources = ["*"],
  exportPrefixes = [],
  ...settings
}: TargetsSettings): ResourceValidationPolicy {
  const description = "Ingestions may write only to allowed datasources and places";
  return rule("druid-allowed-targets", description, settings, ({ statement, isSecret }) => {
    const { destination } = statement;
    const { kind, dataSource } = statement.facts;
    if (dataSource !== undefined) {
      if (fits(dataSource, dataSources)) return [];
      return [`The query writes to "${dataSource}"; allowed are ${dataSources.join(", ")}`];
    }
    if (kind !== "EXPORT") return [];
    const address = destination?.address;
    if (address !== undefined && isAllowed(address, exportPrefixes)) return [];
    const where = isSecret || address === undefined ? "" : ` to "${address}"`;
    const allowed =
      exportPrefixes.length === 0 ? "none is allowed" : `allowed addresses begin with ${exportPrefixes.join(", ")}`;
    return [`The query exports${where}; ${allowed}`];
  });
}

/** Settings of `partitioningNoCoarserThan`. */
export interface PartitioningSettings extends RuleSettings {
  /** The coarsest allowed granularity, e.g. `MONTH`. */
  coarsest: Granularity;
}

/**
 * Forbids segments of longer time than this: a later overwrite of a part would have to rewrite all of it.
 * @throws if `coarsest` is neither a granularity of Druid's nor an ISO 8601 period
 */
export function partitioningNoCoarserThan({ coarsest, ...settings }: PartitioningSettings): ResourceValidationPolicy {
  const limit = coarseness(coarsest);
  if (limit === undefined)
    throw new Error(`Cannot make the rule druid-partitioning: "${coarsest}" is no granularity; write e.g. "DAY"`);
  const description = `Segments are no longer than ${coarsest}`;
  return rule("druid-partitioning", description, settings, ({ statement, shown }) => {
    const { partitionedBy } = statement.facts;
    if (partitionedBy === undefined) return [];
    const found = coarseness(partitionedBy);
    if (found !== undefined && found <= limit) return [];
    const named = shown.partitionedBy === undefined ? "" : ` ${granularityName(shown.partitionedBy)}`;
    const why = found === undefined ? "is an expression whose length the text does not tell" : "is too coarse";
    return [`PARTITIONED BY${named} ${why}; the coarsest allowed is ${coarsest}`];
  });
}

/** Forbids credentials in a query that is not a secret: state and logs would contain them in plain text. */
export function noPlainCredentials(settings: RuleSettings = {}): ResourceValidationPolicy {
  const description = "A query with credentials must be a secret";
  return rule("druid-no-plain-credentials", description, settings, ({ statement, isSecret }) => {
    const { credentials } = statement;
    if (isSecret || credentials.length === 0) return [];
    return [`The query contains ${credentials.join(", ")} in plain text; wrap it with pulumi.secret()`];
  });
}

/** Settings of `maxNumTasksAtMost`. */
export interface TasksSettings extends RuleSettings {
  /**
   * The largest allowed `maxNumTasks`, controller included.
   * @unit task slots
   */
  max: number;
}

/** Limits the task slots that an ingestion may use. */
export function maxNumTasksAtMost({ max, ...settings }: TasksSettings): ResourceValidationPolicy {
  const description = `An ingestion uses at most ${max} task slots`;
  return rule("druid-max-num-tasks", description, settings, (judged) => {
    const { settings: set } = judged.statement.facts;
    // SET in the SQL overrides the input.
    const asked = Number(set?.maxNumTasks ?? contextOf(judged).maxNumTasks ?? 2);
    if (asked <= max) return [];
    // The context may be a secret.
    return [`maxNumTasks is more than the allowed ${max}`];
  });
}
