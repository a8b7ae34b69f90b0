/** The text of a query for people who review it: without comments, credentials and literals that may be one. Pure. */
import { isTime, touchesLiteral } from "../base/excerpt";
import { readString } from "../base/names";
import { redact } from "../base/redact";
import { tokenize } from "../base/tokens";
import { credentialValues } from "./credentials";

const MASKED = "'…'";
/** Shorter words are names of countries and states, rarely passwords. */
const LENGTH_MIN = 8;
/** Letters with digits or signs, without a space: a password or a key looks like that. */
const LIKE_A_KEY = /^(?=.*[A-Za-z])(?=.*[^A-Za-z\s])\S+$/;
/** JSON of an input source, and addresses: their credentials are found one by one. */
const STRUCTURED = /^\s*[[{]|^[a-z][a-z0-9+.-]*:\/\//i;

/** Its lines stay where they were. Undefined if quotes do not match, since a literal could look like a name then. */
export function maskedQuery(sql: string): string | undefined {
  const { tokens, fault } = tokenize(sql);
  if (fault !== undefined || tokens.some((token, index) => touchesLiteral(tokens[index - 1], token))) return undefined;
  let result = "";
  let end = 0;
  tokens.forEach((token, index) => {
    result += withoutComment(sql.slice(end, token.offset));
    const isOpen = token.kind !== "string" || isShown(readString(tokens, index)?.value);
    result += isOpen && token.kind !== "hint" ? token.text : MASKED + token.text.replace(/[^\n]/g, "");
    end = token.offset + token.text.length;
  });
  return redact(result, credentialValues(sql));
}

/** White space stays as it is; of a comment only its line ends. */
function withoutComment(between: string): string {
  return /\S/.test(between)
    ? between.replace(/[^\n\S]*(?:--|\/\/|\/\*)[\s\S]*/g, (text) => ` ${text.replace(/[^\n]/g, "")}`)
    : between;
}

function isShown(value: string | undefined): boolean {
  if (value === undefined) return false;
  return isTime(value) || value.length < LENGTH_MIN || STRUCTURED.test(value) || !LIKE_A_KEY.test(value);
}
