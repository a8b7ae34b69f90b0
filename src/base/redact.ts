/** Keeps secrets out of errors, log lines and status lines. */
import { isSecretParameter } from "./credentials";

const MASK = "[secret]";

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
 * Masks each of `secrets`, longest first, and removes userinfo and signatures from every URI. Secrets shorter than 4
 * characters are ignored, because masking them would destroy the text.
 */
export function redact(text: string, secrets: readonly string[]): string {
  const worth = secrets.filter((secret) => secret.length >= 4).sort((a, b) => b.length - a.length);
  return (
    worth
      .reduce((result, secret) => result.replaceAll(secret, MASK), text)
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
