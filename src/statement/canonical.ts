/**
 * Reduces queries that differ only in comments, white space or line ends to one text. Its hash records what was loaded,
 * so the result must never change: test/fixtures/statement/canonical-v1.json pins it. It is compared, never submitted.
 */
import { tokenize } from "../base/tokens";

/**
 * Tokens separated by single spaces, with hints but without a final `;`. Everything else stays character for character,
 * including the case of keywords. A query with an unclosed quote or comment keeps its text, since its tokens cannot be
 * told apart. Line ends become LF, also in literals: editors and Git change them without the user's doing.
 */
export function canonicalQuery(sql: string): string {
  const text = sql.replace(/\r\n?/g, "\n");
  const { tokens, fault } = tokenize(text);
  if (fault !== undefined) return text;
  const texts = tokens.map((token) => token.text);
  while (texts.at(-1) === ";") texts.pop();
  return texts.join(" ");
}
