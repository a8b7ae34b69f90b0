/**
 * What makes two ingestions the same load: query, context, parameters and triggers. The hash is written into every
 * task and so frozen as v1 by test vectors.
 */
import { createHash } from "node:crypto";
import { canonicalJson } from "../../base/json";
import type { SqlParameter } from "../../druid/client";
import { canonicalQuery } from "../../statement/canonical";
import type { StatementFacts } from "../../statement/facts";
import type { WriteKind } from "../rules/published";

export interface Content {
  query: string;
  context: Record<string, unknown>;
  parameters: readonly SqlParameter[];
  triggers: readonly unknown[];
}

/** `v1:` and the SHA-256, in hex, of the canonical JSON (RFC 8785) of the four. */
export function contentHash({ query, context, parameters, triggers }: Content): string {
  const typed = parameters.map(({ type, value }) => ({ type, value }));
  const text = canonicalJson([canonicalQuery(query), context, typed, triggers]);
  return `v1:${createHash("sha256").update(text).digest("hex")}`;
}

/** How a statement writes; a REPLACE of which it is not certain that it overwrites all counts as one of a part. */
export function writeKindOf({ kind, overwrite }: Pick<StatementFacts, "kind" | "overwrite">): WriteKind {
  return kind === "REPLACE" && overwrite !== "ALL" ? "REPLACE_PART" : kind;
}
