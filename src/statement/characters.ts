/** Finds characters that Druid's SQL does not allow outside quotes and comments; most are invisible in an editor. */
import { positionAt, type SqlFault, type Token } from "../base/tokens";

/** What the character is, and how to fix it. */
type Advice = [name: string, remedy: string];

const TAKE_OUT = "remove it";
const SPACE = "write a plain space";
const ADVICE: Readonly<Record<number, Advice>> = {
  0: ["NUL", TAKE_OUT],
  11: ["vertical tab", SPACE],
  133: ["next line", SPACE],
  160: ["no-break space", SPACE],
  173: ["soft hyphen", TAKE_OUT],
  180: ["acute accent", "write '"],
  8203: ["zero-width space", TAKE_OUT],
  8204: ["zero-width non-joiner", TAKE_OUT],
  8205: ["zero-width joiner", TAKE_OUT],
  8216: ["curly quote", "write '"],
  8217: ["curly quote", "write '"],
  8218: ["curly quote", "write '"],
  8220: ["curly double quote", 'write "'],
  8221: ["curly double quote", 'write "'],
  8222: ["curly double quote", 'write "'],
  8208: ["hyphen", "write -"],
  8209: ["no-break hyphen", "write -"],
  8211: ["dash", "write -"],
  8212: ["dash", "write --"],
  8232: ["line separator", "write a plain line end"],
  8233: ["paragraph separator", "write a plain line end"],
  8239: ["narrow no-break space", SPACE],
  8288: ["word joiner", TAKE_OUT],
  8722: ["minus sign", "write -"],
  12288: ["ideographic space", SPACE],
  65279: ["byte order mark", TAKE_OUT],
};
/** More of them would not help the user. */
const FAULTS_MAX = 5;

/** One fault per distinct character, at its first position. */
export function characterFaults(sql: string, tokens: readonly Token[]): SqlFault[] {
  const found = new Map<string, { offset: number; count: number }>();
  for (const { kind, text, offset } of tokens) {
    if (kind !== "symbol" || !isUnknown(text)) continue;
    const seen = found.get(text);
    if (seen === undefined) found.set(text, { offset, count: 1 });
    else seen.count += 1;
  }
  return [...found].slice(0, FAULTS_MAX).map(([char, { offset, count }]) => ({
    message: messageOf(char, offset, count),
    ...positionAt(sql, offset),
  }));
}

/** `U+00A0`. */
export function codeOf(char: string): string {
  return `U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}

/** Unknown letters pass, because a newer Druid may accept them; no version accepts other characters. */
function isUnknown(text: string): boolean {
  return (text.length > 1 || text > "~" || text < " ") && /^[\p{Z}\p{C}\p{P}\p{S}]$/u.test(text);
}

function messageOf(char: string, offset: number, count: number): string {
  if (char === "\ufeff" && offset === 0) {
    return "The query begins with a byte order mark (U+FEFF); save its file without one";
  }
  const [name, remedy] = adviceOn(char);
  const more = count === 1 ? "" : `, here and in ${count - 1} more ${count === 2 ? "place" : "places"}`;
  return `The character ${codeOf(char)}${name === "" ? "" : ` (${name})`} is not valid in Druid's SQL; ${remedy}${more}`;
}

function adviceOn(char: string): Advice {
  const code = char.codePointAt(0) ?? 0;
  const listed = ADVICE[code];
  if (listed !== undefined) return listed;
  // Full-width forms of ASCII characters.
  if (code >= 0xff01 && code <= 0xff5e) return ["full-width form", `write ${String.fromCharCode(code - 0xfee0)}`];
  if (/\p{Z}/u.test(char)) return ["unusual space", SPACE];
  if (/\p{Cf}/u.test(char)) return ["invisible", TAKE_OUT];
  if (/\p{Cc}/u.test(char)) return ["control character", TAKE_OUT];
  return ["", TAKE_OUT];
}
