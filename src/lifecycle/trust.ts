/** Warns that the certificate of a server is not checked: once for each cluster in each command of Pulumi. */
import { publicUrl } from "../base/redact";
import type { ResolvedConnection } from "../druid/connection/connection";
import { warningText } from "../statement/warning";
import type { Parts } from "./parts";

const warned = new WeakMap<Parts["host"], Set<string>>();

export function warnOfTrust({ host }: Parts, urn: string, { tls, url }: ResolvedConnection): void {
  if (tls.insecureSkipVerify !== true || !url.startsWith("https:")) return;
  const known = warned.get(host) ?? new Set();
  warned.set(host, known);
  const shown = publicUrl(url);
  if (known.has(shown)) return;
  known.add(shown);
  const text =
    `The certificate of "${shown}" is not checked, because insecureSkipVerify is set: anyone in between may read the ` +
    "credentials and answer in Druid's place; set tls.ca to its authority's certificate instead";
  host.log("warning", urn, warningText({ id: "unchecked-certificate", text }));
}
