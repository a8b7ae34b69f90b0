/**
 * The one text that stands for all queries that differ in comments and white space alone. Its hash names what was
 * loaded, so it is frozen: test/fixtures/statement/canonical-v1.json holds it. It is compared, never submitted.
 */
import { tokenize } from "./tokens";

/**
 * The tokens, one space between each two, hints kept, `;` at the end left out; everything else, the case of keywords
 * too, byte for byte. A query with an unclosed quote or comment stays as it is: where its tokens end is unknown.
 */
export function canonicalQuery(sql: string): string {
  const { tokens, fault } = tokenize(sql);
  if (fault !== undefined) return sql;
  const texts = tokens.map(({ text }) => text);
  while (texts.at(-1) === ";") texts.pop();
  return texts.join(" ");
}
