/**
 * Finds the root cause of a failure: Druid's message often comes from the outermost exception, while the last "Caused
 * by" in the stack trace names the file, host or value. Pure.
 */

const WRAPPERS =
  /^(?:(?:java\.lang\.(?:Runtime)?Exception|java\.util\.concurrent\.(?:Execution|Completion)Exception|java\.io\.UncheckedIOException|org\.apache\.druid\.java\.util\.common\.(?:RE|ISE|IAE|UOE)|org\.apache\.druid\.error\.DruidException): )+/;
/** Exceptions whose name says what happened, because their text may be only an address. */
const TELLING = /FileNotFound|NoSuch|UnknownHost|Connect|Timeout|SSL|AccessDenied|Forbidden|OutOfMemory/;
const CAUSE_MAX = 300;

/** The message without the Java wrappers in front of it. */
export function unwrapped(message: string): string {
  return message.replace(WRAPPERS, "");
}

/** E.g. `FileNotFoundException: http://host/file.csv`; undefined if the message says that already. */
export function rootCauseOf(stackTrace: string | null | undefined, message: string): string | undefined {
  const last = (stackTrace ?? "")
    .split(/^Caused by: /m)
    .slice(1)
    .at(-1);
  if (last === undefined) return undefined;
  const [text = ""] = last.split(/\n\s*(?:at |\.\.\. \d+ )/);
  const found = /^(?:[\w$]+[./])*([\w$]+)(?::\s*([\s\S]*))?$/.exec(unwrapped(text.trim()));
  const type = found?.[1] ?? "";
  const words = (found ? (found[2] ?? "") : text).replace(/\s+/g, " ").trim();
  const saysMore = words !== "" && !isIn(words, message);
  if (!saysMore && (message.includes(type) || (words !== "" && !TELLING.test(type)))) return undefined;
  return cutAtWord([type, words].filter(Boolean).join(": "), CAUSE_MAX);
}

/** Never cuts within a word, because masking would not recognize a part of a secret. */
export function cutAtWord(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const at = text.lastIndexOf(" ", maxLength);
  return at <= 0 ? "…" : `${text.slice(0, at)} …`;
}

/**
 * Whether the message already has these words, ignoring a fault code in front of them, which the error names anyway.
 */
function isIn(words: string, message: string): boolean {
  const plain = (text: string) => text.replace(/\s+/g, " ").toLowerCase();
  return [words, words.replace(/^\w+: /, "")].some((some) => plain(message).includes(plain(some)));
}
