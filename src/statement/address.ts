/** Where external data lies, fit to be shown and stored: without credentials, cut to length. */

const ADDRESS_MAX = 120;

/** What is read or written: `table`, `lookup`, `http`, `s3`, `inline` …, and where it lies if that can be told. */
export interface Source {
  type: string;
  address?: string;
}

export function source(type: string, address?: string | undefined): Source {
  return address === undefined || address === "" ? { type } : { type, address: clip(address, ADDRESS_MAX) };
}

/** Cut in the middle: the end of an address tells most. */
export function clip(text: string, max: number): string {
  if (text.length <= max) return text;
  const tail = Math.floor(max / 2);
  return `${text.slice(0, max - tail - 1)}…${text.slice(text.length - tail)}`;
}

/**
 * A URI without userinfo, query and fragment, or a plain path as it is. Undefined where its authority is not plainly
 * a host and a port, since then nobody can tell where the userinfo ends.
 */
export function publicAddress(uri: string): string | undefined {
  const parts = /^([A-Za-z][A-Za-z0-9+.-]*:\/\/)([^/\\?#]*)([^?#]*)/.exec(uri);
  if (parts === null) return uri.includes("://") || (uri.includes("@") && uri.includes(":")) ? undefined : uri;
  const [, scheme = "", authority = "", path = ""] = parts;
  const host = authority.slice(authority.lastIndexOf("@") + 1);
  const isHost = /^(?:[\w.~-]*|\[[\w.:]+\])(?::[0-9]+)?$/.test(host);
  return isHost && !/:\/\/[^/]*@/.test(path) ? scheme + host + path : undefined;
}
