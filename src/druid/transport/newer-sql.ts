/**
 * Recognises SQL that is too new for the server. An older Druid only reports where its parser stopped, and its error
 * does not tell its version.
 */
import type { Position } from "../../base/errors";
import { isSymbol, isWord, offsetAt, type Token, tokenize } from "../../base/tokens";
import { SINCE } from "../versions";

/** What to do instead, or undefined if the SQL is not too new. `position` is in `query`; `detail` is Druid's text. */
export function tooNewFor(query: string, position: Position, detail: string): string | undefined {
  const { tokens } = tokenize(query);
  const offset = offsetAt(query, position);
  const index = tokens.findIndex((token) => token.offset === offset);
  // An incomplete SET fails in every version; only in an older one does Druid expect the end of the query here.
  if (isSymbol(tokens[index], ";") && isWord(tokens[0], "SET") && detail.includes("<EOF>")) {
    return `SET before a statement needs Druid ${SINCE.set} or newer; put its settings into the input "context" instead`;
  }
  return opensExport(tokens, index)
    ? `an export (INSERT INTO EXTERN) needs Druid ${SINCE.exports} or newer; load into a datasource, or upgrade Druid`
    : undefined;
}

/** `INTO EXTERN (` looks like a list of columns to the parser up to the next parenthesis: `INTO EXTERN ( local (`. */
function opensExport(tokens: readonly Token[], index: number): boolean {
  const starts = [index - 1, index - 3];
  return (
    isSymbol(tokens[index], "(") &&
    starts.some((at) => isWord(tokens[at], "EXTERN") && isWord(tokens[at - 1], "INTO") && isSymbol(tokens[at + 1], "("))
  );
}
