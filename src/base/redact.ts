/** Keeps secrets out of every text that leaves: errors, log lines, status lines. */

const MASK = "[secret]";

/** A URL without userinfo, query and fragment; a text that is no URL comes back masked. */
export function publicUrl(url: string): string {
  try {
    const parsed = new URL(url);
    return `${parsed.protocol}//${parsed.host}${parsed.pathname === "/" ? "" : parsed.pathname.replace(/\/$/, "")}`;
  } catch {
    return MASK;
  }
}

/** Replaces each of `secrets` (longest first; shorter than 4 characters are left, they would eat the text). */
export function redact(text: string, secrets: readonly string[]): string {
  const worth = secrets.filter((secret) => secret.length >= 4).sort((a, b) => b.length - a.length);
  return worth
    .reduce((result, secret) => result.replaceAll(secret, MASK), text)
    .replace(/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/?#@"']+@/gi, `$1`);
}
