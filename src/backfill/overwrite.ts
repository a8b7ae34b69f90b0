/** Checks that a statement overwrites exactly one interval. Pure. */
import { readName, readString } from "../base/names";
import { hasOutputAsText, OUTPUT_AS_TEXT_REASON } from "../base/output-text";
import { isSymbol, isWord, type Token, tokenize } from "../base/tokens";
import { instantOf } from "../sql/interval";
import { readStatement } from "../statement/facts";
import type { BackfillInterval } from "./intervals";

const ADVICE = `; write REPLACE INTO … OVERWRITE WHERE \${sql.during(interval)}, where interval is the argument of "query"`;

/**
 * Why the query does not overwrite exactly this interval, and what to write. Undefined if it does, and if it is not valid SQL, which the
 * ingestion reports with line and column.
 */
export function faultOfQuery(query: string, interval: BackfillInterval): string | undefined {
  if (hasOutputAsText(query)) return OUTPUT_AS_TEXT_REASON;
  const fault = faultOfOverwrite(query, interval);
  return fault === undefined ? undefined : fault + ADVICE;
}

function faultOfOverwrite(query: string, { from, to }: BackfillInterval): string | undefined {
  const { facts, faults } = readStatement(query);
  if (faults.length > 0) return undefined;
  if (facts.kind !== "REPLACE") return `is ${facts.kind === "EXPORT" ? "an export" : `of the kind ${facts.kind}`}`;
  if (facts.overwrite === undefined || facts.overwrite === "ALL")
    return "overwrites all rows, also those of the other intervals";
  const limits = readLimits(facts.overwrite);
  if (limits === undefined) return "has an OVERWRITE condition that is not a single interval";
  return limits.from === Date.parse(from) && limits.to === Date.parse(to) ? undefined : "overwrites another interval";
}

/** `WHERE __time >= TIMESTAMP '…' AND __time < TIMESTAMP '…'`, in either order and with any parentheses. */
function readLimits(overwrite: string): { from: number; to: number } | undefined {
  const { tokens } = tokenize(overwrite);
  // Between comparisons that AND joins, parentheses change nothing.
  const bare = tokens.slice(1).filter((token) => !isSymbol(token, "(") && !isSymbol(token, ")"));
  const [first, second] = [readComparison(bare, 0), readComparison(bare, 5)];
  if (bare.length !== 9 || !isWord(bare[4], "AND") || !first || !second) return undefined;
  const [lower, upper] = first.operator === ">=" ? [first, second] : [second, first];
  return lower.operator === ">=" && upper.operator === "<" ? { from: lower.ms, to: upper.ms } : undefined;
}

function readComparison(tokens: readonly Token[], at: number): { operator: string; ms: number } | undefined {
  const isTime = readName(tokens, at)?.value === "__time" && isWord(tokens[at + 2], "TIMESTAMP");
  const text = isTime ? readString(tokens, at + 3) : undefined;
  if (text?.next !== at + 4) return undefined;
  try {
    return { operator: tokens[at + 1]?.text ?? "", ms: instantOf(text.value) };
  } catch {
    return undefined;
  }
}
