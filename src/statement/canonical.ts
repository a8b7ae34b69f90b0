/**
 * The one text that stands for all queries that differ in comments, white space and line ends alone. Its hash names
 * what was loaded, so it is frozen: test/fixtures/statement/canonical-v1.json holds it. It is compared, never submitted.
 */
import { tokenize } from "../base/tokens";

/**
 * The tokens, one space between each two, hints kept, `;` at the end left out; everything else, the case of keywords
 * too, character for character. A query with an unclosed quote or comment keeps its text: where its tokens end is
 * unknown. Line ends are LF everywhere, in literals too: which ones a file has is up to the editor and to Git.
 */
export function canonicalQuery(sql: string): string {
  const text = sql.replace(/\r\n?/g, "\n");
  const { tokens, fault } = tokenize(text);
  if (fault !== undefined) return text;
  const texts = tokens.map((token) => token.text);
  while (texts.at(-1) === ";") texts.pop();
  return texts.join(" ");
}
