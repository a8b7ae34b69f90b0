/** Keeps secrets out of every text that leaves: errors, log lines, status lines. */
import { isSecretParameter } from "./credentials";

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

/**
 * Replaces each of `secrets` (longest first; shorter than 4 characters are left, they would eat the text), and takes
 * userinfo and signatures out of every URI.
 */
export function redact(text: string, secrets: readonly string[]): string {
  const worth = secrets.filter((secret) => secret.length >= 4).sort((a, b) => b.length - a.length);
  return (
    worth
      .reduce((result, secret) => result.replaceAll(secret, MASK), text)
      .replace(/\b([a-z][a-z0-9+.-]{0,40}:\/\/)[^\s/?#"']*@/gi, "$1")
      // A password may hold what ends a host; and Druid cuts what it says, perhaps within one.
      .replace(
        /\b([a-z][a-z0-9+.-]{0,40}:\/\/)[^\s/?#"':[\]]{0,255}:(?![0-9]*(?:[/?#\s"',;)\]]|$))(?:[^\s"']{0,255}@|[^\s"']*)/gi,
        "$1",
      )
      .replace(/([?&#;])([A-Za-z][\w.-]{0,63})=([^&#;\s,"')\]]+)/g, (whole, mark: string, name: string) =>
        isSecretParameter(name) ? `${mark}${name}=${MASK}` : whole,
      )
  );
}
