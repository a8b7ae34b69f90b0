/** Decides which redirects are followed. Druid redirects to its leader; credentials are never sent to another host. */
import type { DruidIngestionError } from "../../base/errors";
import { publicUrl } from "../../base/redact";
import { unexpected } from "./answer";
import type { Call, Server } from "./call";

/** The next url, or why it must not be used. */
export function redirectTarget(
  call: Call,
  server: Server,
  from: string,
  location: string,
): { url: string } | { refused: DruidIngestionError } {
  const refuse = (cause: string) => ({ refused: unexpected(call, server, cause) });
  const base = new URL(from);
  const target = URL.canParse(location, from) ? new URL(location, from) : undefined;
  if (target === undefined || !/^https?:$/.test(target.protocol))
    return refuse("a redirect to an address that is not http or https");
  target.username = "";
  target.password = "";
  const to = `"${publicUrl(target.origin)}"`;
  const hasCredentials = server.login !== "none" || server.hasCertificate === true;
  if (hasCredentials && target.hostname !== base.hostname) {
    return refuse(`a redirect to another host, ${to}, to which no credentials are sent`);
  }
  if (base.protocol === "https:" && target.protocol === "http:") {
    // Even without a login the query itself may hold secrets.
    const what = hasCredentials ? "to which no credentials are sent without TLS" : "which has no TLS";
    return refuse(`a redirect to ${to}, ${what}`);
  }
  return { url: target.href };
}
