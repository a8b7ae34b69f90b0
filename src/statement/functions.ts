/** Finds function calls and parameters in a query that deserve a warning in preview. */
import { isSymbol, isWord, type Token } from "../base/tokens";

export interface Calls {
  /** Non-deterministic functions: they may return another value at each run. */
  unstable: string[];
  /** Aggregates that build a sketch but by default store only the number it estimates. */
  sketches: string[];
  /** Indexes (from 0) of each `?` that is a whole column, so that no CAST tells its type. */
  bareParameters: number[];
}

const UNSTABLE = [
  "CURRENT_DATE",
  "CURRENT_TIME",
  "CURRENT_TIMESTAMP",
  "LOCALTIME",
  "LOCALTIMESTAMP",
  "RAND",
  "RAND_INTEGER",
];

/** Excludes DS_HLL, DS_THETA and DS_QUANTILES_SKETCH, which always store a sketch. */
const SKETCH = /^(?:APPROX_COUNT_DISTINCT(?:_\w+)?|DS_TUPLE_DOUBLES)$/i;
/** Keywords that end the column list of a SELECT. */
const CLAUSES = ["FROM", "WHERE", "GROUP", "HAVING", "WINDOW", "QUALIFY", "ORDER", "LIMIT", "OFFSET", "FETCH"];

export function readCalls(tokens: readonly Token[]): Calls {
  const unstable = new Set<string>();
  const sketches = new Set<string>();
  const bareParameters: number[] = [];
  /** For each open parenthesis: is this inside a column list, at any level? */
  const inColumns = [false];
  /** For each open parenthesis: how many were opened since the column list began. */
  const depths = [0];
  let parameters = 0;
  for (const [index, token] of tokens.entries()) {
    const isCall = isSymbol(tokens[index + 1], "(");
    const before = tokens[index - 1];
    if (isSymbol(token, "(")) {
      inColumns.push(inColumns.at(-1) ?? false);
      depths.push((depths.at(-1) ?? 0) + 1);
    } else if (isSymbol(token, ")") && inColumns.length > 1) {
      inColumns.pop();
      depths.pop();
    } else if (isWord(token, "SELECT")) {
      inColumns[inColumns.length - 1] = true;
      depths[depths.length - 1] = 0;
    } else if (isWord(token, ...CLAUSES) && depths.at(-1) === 0 && !isWord(before, "DISTINCT")) {
      inColumns[inColumns.length - 1] = false;
    } else if (token.kind === "parameter") {
      const isItem = isWord(before, "SELECT", "DISTINCT", "ALL") || isSymbol(before, ",");
      if (inColumns.at(-1) && depths.at(-1) === 0 && isItem) bareParameters.push(parameters);
      parameters += 1;
    } else if (isUnstable(tokens, index)) {
      unstable.add(token.text.toUpperCase());
    } else if (isCall && token.kind === "word" && SKETCH.test(token.text) && inColumns.at(-1)) {
      sketches.add(token.text.toUpperCase());
    }
  }
  return { unstable: [...unstable], sketches: [...sketches], bareParameters };
}

/** `rand` alone may be a column, `RAND(` is the function; the others are reserved words. */
function isUnstable(tokens: readonly Token[], index: number): boolean {
  const token = tokens[index];
  if (!isWord(token, ...UNSTABLE) || isSymbol(tokens[index - 1], ".")) return false;
  return !/^rand/i.test(token?.text ?? "") || isSymbol(tokens[index + 1], "(");
}
