/** The text of a query for reviewers: without comments, credentials, and literals that may be credentials. Pure. */
import { isTime, touchesLiteral } from "../base/excerpt";
import { readString } from "../base/names";
import { redact } from "../base/redact";
import { tokenize } from "../base/tokens";
import { credentialValues } from "./credentials";

const MASKED = "'…'";
/** Shorter literals are usually codes of countries and the like, rarely passwords. */
const LENGTH_MIN = 8;
/** Letters mixed with digits or signs, without a space, as in a password or a key. */
const LIKE_A_KEY = /^(?=.*[A-Za-z])(?=.*[^A-Za-z\s])\S+$/;
/** The JSON of an input source, or an address: not masked as a whole, only the credentials in it. */
const STRUCTURED = /^\s*[[{]|^[a-z][a-z0-9+.-]*:\/\//i;

/** Lines keep their numbers. Undefined if quotes do not match, because a literal could then look like a name. */
export function maskedQuery(sql: string): string | undefined {
  const { tokens, fault } = tokenize(sql);
  if (fault !== undefined || tokens.some((token, index) => touchesLiteral(tokens[index - 1], token))) return undefined;
  let result = "";
  let end = 0;
  // A literal continued on further lines is judged once, as a whole.
  let literal = { isShown: true, next: 0 };
  tokens.forEach((token, index) => {
    result += withoutComment(sql.slice(end, token.offset));
    if (token.kind === "string" && index >= literal.next) {
      const read = readString(tokens, index);
      literal = { isShown: isShown(read?.value), next: read?.next ?? index + 1 };
    }
    const isOpen = token.kind === "string" ? literal.isShown : token.kind !== "hint";
    result += isOpen ? token.text : MASKED + token.text.replace(/[^\n]/g, "");
    end = token.offset + token.text.length;
  });
  return redact(result, credentialValues(sql));
}

/** Keeps white space, but only the line ends of a comment. */
function withoutComment(between: string): string {
  return /\S/.test(between)
    ? between.replace(/[^\n\S]*(?:--|\/\/|\/\*)[\s\S]*/g, (text) => ` ${text.replace(/[^\n]/g, "")}`)
    : between;
}

function isShown(value: string | undefined): boolean {
  if (value === undefined) return false;
  return isTime(value) || value.length < LENGTH_MIN || STRUCTURED.test(value) || !LIKE_A_KEY.test(value);
}
