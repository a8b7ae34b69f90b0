/** Addresses of external data, made safe to show and store: without credentials and limited in length. */

const ADDRESS_MAX = 120;

/** What is read or written: `table`, `lookup`, `http`, `s3`, `inline` …, with its address if that is known. */
export interface Source {
  /** Druid's name of the kind of source. */
  type: string;
  /** Where it is, without credentials, cut to 120 characters. */
  address?: string;
}

export function source(type: string, address?: string | undefined): Source {
  return address === undefined || address === "" ? { type } : { type, address };
}

/** With an address short enough to show and store. */
export function shortSource({ type, address }: Source): Source {
  return address === undefined ? { type } : { type, address: clip(address, ADDRESS_MAX) };
}

/** Cuts out the middle, because the end of an address says most. */
export function clip(text: string, max: number): string {
  if (text.length <= max) return text;
  const tail = Math.floor(max / 2);
  return `${text.slice(0, max - tail - 1)}…${text.slice(text.length - tail)}`;
}

/**
 * A URI without userinfo, query and fragment, or a plain path unchanged. Undefined unless the authority is clearly a
 * host with an optional port: otherwise the end of the userinfo cannot be determined.
 */
export function publicAddress(uri: string): string | undefined {
  const parts = /^([A-Za-z][A-Za-z0-9+.-]*:\/\/)([^/\\?#]*)([^?#]*)/.exec(uri);
  if (parts === null) return uri.includes("://") || (uri.includes("@") && uri.includes(":")) ? undefined : uri;
  const [, scheme = "", authority = "", path = ""] = parts;
  const host = authority.slice(authority.lastIndexOf("@") + 1);
  const isHost = /^(?:[\w.~-]*|\[[\w.:]+\])(?::[0-9]+)?$/.test(host);
  return isHost && !/:\/\/[^/]*@/.test(path) ? scheme + host + path : undefined;
}
