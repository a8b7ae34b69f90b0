/** How a server may write what it was sent. */
type Encode = (text: string) => string;

const json: Encode = (text) => JSON.stringify(text).slice(1, -1);
const base64: Encode = (text) => Buffer.from(text).toString("base64");
const each = (write: (code: number) => string): Encode => {
  return (text) => Array.from(text, (char) => write(char.codePointAt(0) ?? 0)).join("");
};
const calcite: Encode = (text) => {
  const escaped = (char: string) => `\\${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return text.replace(/[\\']/g, "$&$&").replace(/[^ -~]/g, escaped);
};

export const ENCODINGS: Readonly<Record<string, Encode>> = {
  plain: (text) => text,
  "percent-encoded": encodeURIComponent,
  "percent-encoded in lower case": (text) => encodeURIComponent(text).replace(/%../g, (code) => code.toLowerCase()),
  "percent-encoded throughout": (text) => Buffer.from(text).toString("hex").replace(/../g, "%$&"),
  "as a form": (text) => new URLSearchParams({ "": text }).toString().slice(1),
  JSON: json,
  "JSON in JSON": (text) => json(json(text)),
  "JSON in JSON in JSON": (text) => json(json(json(text))),
  "JSON of escapes": each((code) => `\\u${code.toString(16).padStart(4, "0")}`),
  "JSON with its slash": (text) => json(text).replaceAll("/", "\\/"),
  "HTML entities": (text) => text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`),
  "named HTML entities": (text) =>
    text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;"),
  "HTML entities throughout": each((code) => `&#x${code.toString(16)};`),
  "HTML entities twice": (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll("&", "&amp;"),
  "a literal of SQL": (text) => text.replaceAll("'", "''"),
  "Calcite's literal": calcite,
  CSV: (text) => text.replaceAll('"', '""'),
  base64,
  "base64 for URLs": (text) => Buffer.from(text).toString("base64url"),
  "base64 of a login": (text) => base64(`someone:${text}`),
  "base64 twice": (text) => base64(base64(text)),
  "base64 of JSON": (text) => base64(JSON.stringify({ password: text })),
  "base64, percent-encoded": (text) => encodeURIComponent(base64(`u:${text}`)),
  hexadecimal: (text) => Buffer.from(text).toString("hex"),
  "percent-encoded twice": (text) => encodeURIComponent(encodeURIComponent(text)),
  "JSON, percent-encoded": (text) => encodeURIComponent(json(text)),
  "percent-encoded, in JSON": (text) => json(encodeURIComponent(text)),
  "JSON in HTML": (text) => json(text).replaceAll("&", "&amp;").replaceAll('"', "&quot;"),
};
