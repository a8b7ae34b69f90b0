/**
 * Two ingestions load the same content if query, context, parameters and triggers are equal. The hash is written into
 * every task, so it must never change; test vectors pin it as v1.
 */
import { createHash } from "node:crypto";
import { canonicalJson } from "../../base/json";
import { remembered } from "../../base/remembered";
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

/** `v1:` and the hex SHA-256 of the canonical JSON (RFC 8785) of these four. */
export function contentHash(content: Content): string {
  const { query, context, parameters, triggers } = content;
  return hashOf(JSON.stringify([query, context, parameters, triggers]), content);
}

const hashOf = remembered((_json, { query, context, parameters, triggers }: Content) => {
  const typed = parameters.map(({ type, value }) => ({ type, value }));
  const text = canonicalJson([canonicalQuery(query), context, typed, triggers]);
  return `v1:${createHash("sha256").update(text).digest("hex")}`;
});

/** How a statement writes. A REPLACE counts as partial unless it certainly overwrites everything. */
export function writeKindOf({ kind, overwrite }: Pick<StatementFacts, "kind" | "overwrite">): WriteKind {
  return kind === "REPLACE" && overwrite !== "ALL" ? "REPLACE_PART" : kind;
}
