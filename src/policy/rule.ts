/**
 * Makes a rule for `@pulumi/policy` of a function that judges the statement of an ingestion. What is not known yet in
 * preview is not judged: reading it throws an error that the policy SDK reports as "can't run during preview".
 */
import type { ResourceValidationPolicy } from "@pulumi/policy";
import { isRecord } from "../base/json";
import { RESOURCE_TYPE } from "../base/resource-type";
import { type ParsedStatement, publicFacts, readStatement, type StatementFacts } from "../statement/facts";
import type { RuleSettings } from "./settings";

export interface Judged {
  statement: ParsedStatement;
  /** The facts that a message may name: of a secret query no address and no expression. */
  shown: StatementFacts;
  isSecret: boolean;
  /** The inputs; reading one that is not known yet ends the judgement. */
  props: Readonly<Record<string, unknown>>;
  /** Name of the stack. */
  stack: string;
}

/** Each returned text is a violation. */
type Judge = (judged: Judged) => string[];

export function rule(
  name: string,
  description: string,
  { enforcementLevel = "mandatory" }: RuleSettings,
  judge: Judge,
): ResourceValidationPolicy {
  return {
    name,
    description,
    enforcementLevel,
    validateResource: ({ type, urn, props }, report) => {
      if (type !== RESOURCE_TYPE || typeof props.query !== "string") return;
      const statement = readStatement(props.query);
      // Preview itself rejects a query with mistakes.
      if (statement.faults.length > 0) return;
      const isSecret = props.__secretQuery !== false;
      const { facts } = statement;
      const shown = isSecret ? publicFacts(facts) : facts;
      const stack = urn.split("::")[0]?.split(":").at(-1) ?? "";
      for (const text of judge({ statement, shown, isSecret, props, stack })) report(text);
    },
  };
}

/** Whether the name fits one of the patterns, in which `*` stands for any characters. */
export function fits(name: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => {
    const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
    return new RegExp(`^${parts.join(".*")}$`, "s").test(name);
  });
}

/** The context of the query, without what SET sets in the SQL. */
export function contextOf({ props }: Judged): Readonly<Record<string, unknown>> {
  return isRecord(props.context) ? props.context : {};
}
