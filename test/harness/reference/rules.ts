/**
 * What each export says of itself besides its summary, which typedoc demands: inputs their default and what is refused,
 * numbers their unit, outputs where they come from, and what can fail how it fails.
 */
import { type Declaration, type Model, PROPERTY, propertiesOf, tagOf, typeText } from "./model";

/** Written by users, and checked. */
export const INPUT_TYPES = [
  "MsqIngestionArgs",
  "ConnectionArgs",
  "TlsArgs",
  "ChecksArgs",
  "SqlCheckArgs",
  "ParameterArgs",
  "MsqBackfillArgs",
];

/** Told by the provider. Where the type itself names a source, it is that of all its properties. */
export const OUTPUT_TYPES = [
  "MsqIngestionOutputs",
  "Statement",
  "StatementSource",
  "RunReport",
  "StageReport",
  "RunStatus",
  "SegmentLoad",
  "SegmentReport",
  "IngestionError",
  "QueryResults",
  "CheckResult",
  "MsqBackfill",
  "BackfillResult",
];

/** Of the rules for policy packs. */
export const SETTINGS_TYPES = [
  "RuleSettings",
  "OverwriteAllSettings",
  "DropDatasourceSettings",
  "SourcesSettings",
  "TargetsSettings",
  "PartitioningSettings",
];

/** Every break of the rules, as a line. */
export function faultsOf({ main, policy }: Pick<Model, "main" | "policy">): string[] {
  const named = (name: string) => main.getChildByName(name) as Declaration | undefined;
  const missing = [
    ...[...INPUT_TYPES, ...OUTPUT_TYPES].filter((name) => propertiesOf(main, name).length === 0),
    ...SETTINGS_TYPES.filter((name) => propertiesOf(policy, name).length === 0),
  ];
  const inputs = INPUT_TYPES.flatMap((name) =>
    propertiesOf(main, name).flatMap((one) => [
      ...(one.flags.isOptional && !tagOf(one, "@default") ? [`${name}.${one.name} has no @default`] : []),
      ...(tagOf(one, "@errors") ? [] : [`${name}.${one.name} has no @errors`]),
    ]),
  );
  const context = propertiesOf(main, "QueryContext").filter((one) => !tagOf(one, "@default"));
  const outputs = OUTPUT_TYPES.flatMap((name) =>
    propertiesOf(main, name)
      .filter((one) => !tagOf(one, "@source") && !tagOf(named(name) ?? {}, "@source"))
      .map((one) => `${name}.${one.name} has no @source`),
  );
  const everything = [...(main.children ?? []), ...(policy.children ?? [])];
  const units = everything.flatMap((one) => withoutUnit(one, one.name));
  const settings = SETTINGS_TYPES.flatMap((name) =>
    propertiesOf(policy, name)
      .filter((one) => one.flags.isOptional && !tagOf(one, "@default"))
      .map((one) => `${name}.${one.name} has no @default`),
  );
  return [
    ...missing.map((name) => `${name} has no properties`),
    ...inputs,
    ...context.map(({ name }) => `QueryContext.${name} has no @default`),
    ...outputs,
    ...settings,
    ...units,
    ...everything.flatMap((one) => withoutErrors(one, one.name)),
  ];
}

/** Numbers that count nothing. */
const UNITLESS = /\.(port|tlsPort)$/;

function withoutUnit(declaration: Declaration, path: string): string[] {
  const inner = [...(declaration.children ?? []), ...within(declaration)];
  const own = /^number(\[\]| \| null)?$/.test(typeText(declaration.type)) && declaration.kindOf(PROPERTY);
  return [
    ...(own && !UNITLESS.test(path) && !isEcho(declaration) && !tagOf(declaration, "@unit")
      ? [`${path} has no @unit`]
      : []),
    ...inner.flatMap((one) => withoutUnit(one, `${path}.${one.name}`)),
  ];
}

/** An input that is an output too: its documentation is the input's. */
const isEcho = ({ comment }: Declaration) => comment?.summary[0]?.text.startsWith("The input ") === true;

function within({ type }: Declaration): Declaration[] {
  const found: Declaration[] = [];
  const visit = (one: Declaration["type"]): void => {
    one?.visit({
      reflection: ({ declaration }) => void found.push(...(declaration.children ?? [])),
      array: ({ elementType }) => visit(elementType),
      union: ({ types }) => types.forEach(visit),
      reference: ({ typeArguments }) => typeArguments?.forEach(visit),
    });
  };
  visit(type);
  return found;
}

/** Functions that hand out something of Pulumi's or of Druid's may fail, and say how. */
function withoutErrors(declaration: Declaration, path: string): string[] {
  const signatures = (declaration.signatures ?? []).filter(({ type }) => /^(Output|Promise)\b/.test(String(type)));
  return [
    ...signatures.filter((one) => !one.comment?.getTag("@throws")).map(() => `${path}() has no @throws`),
    ...(declaration.children ?? []).flatMap((one) => withoutErrors(one, `${path}.${one.name}`)),
  ];
}
