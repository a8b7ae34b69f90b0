/**
 * Finds what must not be shown in a text, also if the text holds it encoded: a server that repeats what it was sent may
 * write it in base64, percent-encoded, in JSON, in HTML or in SQL, and one of these inside another.
 */

/** Where something stands in a text: the offset of its first character, and the offset behind its last one. */
export type Span = readonly [from: number, to: number];

/** Finds all places in a plain text. */
export type Find = (text: string) => readonly Span[];

/** A text after decoding, with the offset in the original for each of its characters, and for its end. */
interface Version {
  text: string;
  at: readonly number[] | undefined;
}

/** Stands for bytes that are no text, in a run that may be no base64 at all. */
export const NO_TEXT = "\0";
/** E.g. percent-encoded JSON in a JSON string. */
const LEVELS = 3;
/** Only a text made to waste time has more. */
const VERSIONS_MAX = 160;
/** Decoding costs time and memory; no error text that is worth reading is longer. */
const DECODED_MAX = 20_000;

const NAMED: Readonly<Record<string, string>> = { quot: '"', apos: "'", lt: "<", gt: ">", nbsp: " ", amp: "&" };
const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", f: "\f", b: "\b" };
const UTF8 =
  "%[0-7][0-9a-f]|%[cd][0-9a-f]%[89ab][0-9a-f]|%e[0-9a-f](?:%[89ab][0-9a-f]){2}|%f[0-7](?:%[89ab][0-9a-f]){3}";

type Decoder = readonly [pattern: RegExp, decode: (found: RegExpMatchArray) => string];

const percent = ([code]: RegExpMatchArray): string =>
  code === "+" ? " " : Buffer.from(code.replaceAll("%", ""), "hex").toString("utf8");

const DECODERS: readonly Decoder[] = [
  [new RegExp(UTF8, "gi"), percent],
  // As HTML forms are sent.
  [new RegExp(`${UTF8}|\\+`, "gi"), percent],
  // JSON, JavaScript and Java; `\00e9` is SQL's.
  [
    /\\(?:u+([0-9a-f]{4})|x([0-9a-f]{2})|([0-9a-f]{4})|([^ux0-9]))/gi,
    ([, unicode, short, sql, char = ""]) => {
      const code = unicode ?? short ?? sql;
      return code === undefined ? (ESCAPES[char] ?? char) : String.fromCharCode(Number.parseInt(code, 16));
    },
  ],
  [
    /&(?:(quot|apos|lt|gt|nbsp|amp)|#0*(\d{1,7})|#x0*([0-9a-f]{1,6}));/gi,
    ([whole, name, decimal, hex]) => {
      if (name !== undefined) return NAMED[name.toLowerCase()] ?? whole;
      const code = decimal === undefined ? Number.parseInt(hex ?? "", 16) : Number(decimal);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  ],
  // Quotes within quotes, in SQL and CSV.
  [/''|""/g, ([quotes]) => quotes.slice(1)],
];

/** A run of characters that may be base64 or hexadecimal digits as a whole. */
const RUN = /[A-Za-z0-9+/_-]{6,}={0,2}/g;

/** Replaces by `mask` what `find` finds, as written or encoded. */
export function maskFound(text: string, find: Find, mask: string): string {
  const spans = text.length > DECODED_MAX ? find(text) : spansIn(text, find, LEVELS);
  let result = "";
  let shown = 0;
  for (const [from, to] of [...spans].sort((a, b) => a[0] - b[0] || b[1] - a[1])) {
    if (to <= shown) continue;
    // Those that overlap become one.
    result += from < shown ? "" : text.slice(shown, from) + mask;
    shown = to;
  }
  return result + text.slice(shown);
}

function spansIn(text: string, find: Find, levels: number): Span[] {
  const found: Span[] = [];
  const seen = new Set([text]);
  let versions: Version[] = [{ text, at: undefined }];
  for (let level = 0; ; level++) {
    for (const version of versions) {
      const inIt = [
        ...find(version.text),
        ...(levels > 0 ? encodedRuns(version.text, find, Math.min(levels - 1, 1)) : []),
      ];
      for (const [from, to] of inIt) found.push([version.at?.[from] ?? from, version.at?.[to] ?? to]);
    }
    if (level === levels) return found;
    const next: Version[] = [];
    for (const version of versions) {
      for (const decoder of DECODERS) {
        if (seen.size > VERSIONS_MAX) break;
        const made = decoded(version, decoder);
        if (made === undefined || seen.has(made.text)) continue;
        seen.add(made.text);
        next.push(made);
      }
    }
    if (next.length === 0) return found;
    versions = next;
  }
}

/** Undefined if there is nothing to decode. */
function decoded({ text, at }: Version, [pattern, decode]: Decoder): Version | undefined {
  let result = "";
  const offsets: number[] = [];
  let end = 0;
  const keep = (to: number) => {
    for (let index = end; index < to; index++) offsets.push(at?.[index] ?? index);
    result += text.slice(end, to);
  };
  for (const match of text.matchAll(pattern)) {
    const char = decode(match);
    if (char === match[0]) continue;
    keep(match.index);
    for (let index = 0; index < char.length; index++) offsets.push(at?.[match.index] ?? match.index);
    result += char;
    end = match.index + match[0].length;
  }
  if (end === 0) return undefined;
  keep(text.length);
  offsets.push(at?.[text.length] ?? text.length);
  return { text: result, at: offsets };
}

/** Runs of base64 or hexadecimal digits in which something is found. */
function encodedRuns(text: string, find: Find, levels: number): Span[] {
  const found: Span[] = [];
  for (const { 0: run, index } of text.matchAll(RUN)) {
    if (readings(run).some((reading) => spansIn(reading, find, levels).length > 0))
      found.push([index, index + run.length]);
  }
  return found;
}

/** What the run may stand for. A run may begin within a group of four digits of base64. */
function readings(run: string): string[] {
  const bytes = [0, 1, 2, 3].map((skip) => Buffer.from(run.slice(skip), "base64"));
  if (/^[0-9a-f]+$/i.test(run)) bytes.push(Buffer.from(run, "hex"));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what tells bytes from a text
  return bytes.map((some) => some.toString("utf8").replace(/[\0-\x08\x0e-\x1f\x7f\ufffd]+/g, NO_TEXT));
}
