/** What a query calls, and what it makes columns of, as far as a reviewer should know of it. */
import { isSymbol, isWord, type Token } from "../base/tokens";

export interface Calls {
  /** Functions whose value is another one at each run. */
  unstable: string[];
  /** Aggregates that build a sketch and, by default, store the number that it estimates. */
  sketches: string[];
  /** Which `?`, from 0, make a column by themselves: no CAST tells its type. */
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

/** DS_HLL, DS_THETA and DS_QUANTILES_SKETCH are none: what they store stays a sketch in any case. */
const SKETCH = /^(?:APPROX_COUNT_DISTINCT(?:_\w+)?|DS_TUPLE_DOUBLES)$/i;
/** What ends the list of columns of a SELECT. */
const CLAUSES = ["FROM", "WHERE", "GROUP", "HAVING", "WINDOW", "QUALIFY", "ORDER", "LIMIT", "OFFSET", "FETCH"];

export function readCalls(tokens: readonly Token[]): Calls {
  const unstable = new Set<string>();
  const sketches = new Set<string>();
  const bareParameters: number[] = [];
  /** For each pair of parentheses, whether a list of columns stands in it, or around it. */
  const inColumns = [false];
  /** How many open parentheses there are since the list began. */
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

/** `rand` alone may be a column; `RAND(` is the function. The others are reserved words. */
function isUnstable(tokens: readonly Token[], index: number): boolean {
  const token = tokens[index];
  if (!isWord(token, ...UNSTABLE) || isSymbol(tokens[index - 1], ".")) return false;
  return !/^rand/i.test(token?.text ?? "") || isSymbol(tokens[index + 1], "(");
}
