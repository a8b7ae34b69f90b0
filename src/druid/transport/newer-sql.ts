/**
 * What a Druid that is older than a piece of SQL makes of it: its parser stops at the first mark that it does not
 * know, and nothing in its answer tells its version.
 */
import type { Position } from "../../base/errors";
import { isSymbol, isWord, offsetAt, type Token, tokenize } from "../../base/tokens";
import { SINCE } from "../versions";

/** What to do instead, where the parser stopped at one of these; `position` is one in `query`, `detail` what Druid said. */
export function tooNewFor(query: string, position: Position, detail: string): string | undefined {
  const { tokens } = tokenize(query);
  const offset = offsetAt(query, position);
  const index = tokens.findIndex((token) => token.offset === offset);
  // A SET that is not complete is refused by every Druid, and there the end is not among what may follow.
  if (isSymbol(tokens[index], ";") && isWord(tokens[0], "SET") && detail.includes("<EOF>")) {
    return `SET before a statement needs Druid ${SINCE.set} or newer; give its settings in the input "context" instead`;
  }
  return opensExport(tokens, index)
    ? `an export (INSERT INTO EXTERN) needs Druid ${SINCE.exports} or newer; load into a datasource, or upgrade Druid`
    : undefined;
}

/** `INTO EXTERN (`, which reads like a list of columns up to the next parenthesis: `INTO EXTERN ( local (`. */
function opensExport(tokens: readonly Token[], index: number): boolean {
  const starts = [index - 1, index - 3];
  return (
    isSymbol(tokens[index], "(") &&
    starts.some((at) => isWord(tokens[at], "EXTERN") && isWord(tokens[at - 1], "INTO") && isSymbol(tokens[at + 1], "("))
  );
}
