/** Tells how an answer came: over which redirects, and whose certificate vouched for the server. */
import type { TLSSocket } from "node:tls";

export interface Route {
  /** Where it was redirected to, in order; without userinfo. */
  redirects: string[];
  /** Absent without TLS. */
  tls?: Certificate;
}

export interface Certificate {
  /** E.g. `TLSv1.3`. */
  protocol: string;
  /** Common names. */
  subject: string;
  issuer: string;
  /** Milliseconds since the epoch; undefined if it does not say. */
  validToMs: number | undefined;
  /** False if it was accepted only because `insecureSkipVerify` is set. */
  isVerified: boolean;
}

/** `request` is Node's; whatever else it may be tells nothing. */
export function certificateOf(request: unknown): Certificate | undefined {
  const socket = (request as { socket?: Partial<TLSSocket> } | undefined)?.socket;
  if (typeof socket?.getPeerCertificate !== "function") return undefined;
  const { subject, issuer, valid_to: validTo } = socket.getPeerCertificate() ?? {};
  const validToMs = Date.parse(validTo ?? "");
  return {
    protocol: socket.getProtocol?.() ?? "TLS",
    subject: nameIn(subject),
    issuer: nameIn(issuer),
    validToMs: Number.isNaN(validToMs) ? undefined : validToMs,
    isVerified: socket.authorized === true,
  };
}

function nameIn(name: { CN?: string | string[]; O?: string | string[] } | undefined): string {
  const [first = "unknown"] = [name?.CN ?? name?.O ?? []].flat();
  return first;
}
