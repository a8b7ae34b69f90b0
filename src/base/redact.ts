/** Keeps secrets out of errors, log lines and status lines. */
import { isSecretParameter } from "./credentials";
import { type Find, maskFound, NO_TEXT, type Span } from "./found";

const MASK = "[secret]";
/** Shorter secrets are masked only in what a server said, and only as whole words. */
const LONG_MIN = 4;
/** No text of a server that is worth reading is longer. */
const SAID_MAX = 10_000;
/** A text may be cut within a secret. */
const CUT = /\s*(?:\.{3}|…|\[truncated)/g;
const CUTS_MAX = 20;
/** And within a character, which may be written as an escape or as several bytes. */
const HALF_CHAR = new RegExp(
  `(?:(?:%[c-f][0-9a-f](?:%[89ab][0-9a-f]){0,2})?(?:%[0-9a-f]?)?|\\\\(?:u[0-9a-f]{0,3}|x[0-9a-f]?|[0-9a-f]{0,3})|&#?\\w{0,7}|${NO_TEXT})$`,
  "i",
);
const HALF_MAX = 12;
const CUT_SECRET_MAX = 256;

/** A URL without userinfo, query and fragment; text that is not a URL is masked. */
export function publicUrl(url: string): string {
  try {
    const parsed = new URL(url);
    return `${parsed.protocol}//${parsed.host}${parsed.pathname === "/" ? "" : parsed.pathname.replace(/\/$/, "")}`;
  } catch {
    return MASK;
  }
}

/**
 * Masks each of `secrets`, as it is or encoded, and removes userinfo and signatures from every URI. Secrets shorter
 * than 4 characters are left, because masking them would destroy the sentence: `redactSaid` masks them where they are.
 */
export function redact(text: string, secrets: readonly string[]): string {
  return withoutUserInfo(masked(text, secrets, false));
}

/** The same for a text of a server, in which short secrets are masked too where they stand as words. */
export function redactSaid(text: string, secrets: readonly string[]): string {
  const said = text.length > SAID_MAX ? `${text.slice(0, SAID_MAX)}…` : text;
  return withoutUserInfo(masked(said, secrets, true));
}

/** Decoding takes time, and an open cluster has no secrets. */
function masked(text: string, secrets: readonly string[], isSaid: boolean): string {
  return secrets.length === 0 ? text : maskFound(text, finder(secrets, isSaid), MASK);
}

function finder(secrets: readonly string[], isSaid: boolean): Find {
  const long = secrets.filter(({ length }) => length >= LONG_MIN);
  const short = isSaid ? secrets.filter(({ length }) => length > 0 && length < LONG_MIN).map(asWord) : [];
  return (text) => [
    ...long.flatMap((secret) => [...placesOf(secret, text), ...cutPlacesOf(secret, text, isSaid)]),
    // A short word is in any bytes.
    ...(text.includes(NO_TEXT) ? [] : short.flatMap((word) => wordsIn(text, word))),
  ];
}

function placesOf(secret: string, text: string): Span[] {
  const found: Span[] = [];
  for (let at = text.indexOf(secret); at !== -1; at = text.indexOf(secret, at + 1))
    found.push([at, at + secret.length]);
  return found;
}

/** Where the text is cut, it may end with the beginning of a secret. */
function cutPlacesOf(secret: string, text: string, mayEnd: boolean): Span[] {
  // Most texts hold no beginning of it, and a text is looked through in many decodings.
  if (!text.includes(secret.slice(0, LONG_MIN))) return [];
  const ends = Array.from(text.matchAll(CUT), ({ index }) => index).slice(0, CUTS_MAX);
  return [...ends, ...(mayEnd ? [text.length] : [])].flatMap((end) => {
    const half = HALF_CHAR.exec(text.slice(Math.max(0, end - HALF_MAX), end))?.[0].length ?? 0;
    const starts = (half === 0 ? [end] : [end, end - half])
      .map((to) => startOfCut(secret, text, to))
      .filter((from) => from !== undefined);
    return starts.length === 0 ? [] : [[Math.min(...starts), end] as const];
  });
}

/** Where the longest beginning of the secret starts that ends there. */
function startOfCut(secret: string, text: string, end: number): number | undefined {
  for (let length = Math.min(secret.length - 1, end, CUT_SECRET_MAX); length >= LONG_MIN; length--) {
    if (text.startsWith(secret.slice(0, length), end - length)) return end - length;
  }
  return undefined;
}

function asWord(secret: string): RegExp {
  const literal = secret.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
  return new RegExp(`(?<![\\p{L}\\p{N}_])${literal}(?![\\p{L}\\p{N}_])`, "gu");
}

function wordsIn(text: string, word: RegExp): Span[] {
  return Array.from(text.matchAll(word), ({ 0: found, index }) => [index, index + found.length] as const);
}

function withoutUserInfo(text: string): string {
  return (
    text
      .replace(/\b([a-z][a-z0-9+.-]{0,40}:\/\/)[^\s/?#"']*@/gi, "$1")
      // A password may contain characters that end a host, and Druid may cut its text within a password.
      .replace(
        /\b([a-z][a-z0-9+.-]{0,40}:\/\/)[^\s/?#"':[\]]{0,255}:(?![0-9]*(?:[/?#\s"',;)\]]|$))(?:[^\s"']{0,255}@|[^\s"']*)/gi,
        "$1",
      )
      .replace(/([?&#;])([A-Za-z][\w.-]{0,63})=([^&#;\s,"')\]]+)/g, (whole, mark: string, name: string) =>
        isSecretParameter(name) ? `${mark}${name}=${MASK}` : whole,
      )
  );
}
