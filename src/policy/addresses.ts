/** Decides whether an address lies where a policy allows. Pure. */

/** A prefix without a path must be the whole host: `https://a.com` does not allow `https://a.com.evil.com`. */
export function isAllowed(address: string, prefixes: readonly string[]): boolean {
  if (leavesFolder(address)) return false;
  return prefixes.some((prefix) => {
    const isHostAlone = /^[A-Za-z][\w+.-]*:\/\/[^/]+$/.test(prefix);
    return address === prefix || address.startsWith(isHostAlone ? `${prefix}/` : prefix);
  });
}

/** `s3://lake/raw/../private` begins with an allowed prefix, but may be read from elsewhere. */
function leavesFolder(address: string): boolean {
  return /(?:^|[/\\])(?:\.|%2e){2}(?:[/\\]|%2f|$)/i.test(address) || /%2f(?:\.|%2e){2}/i.test(address);
}
