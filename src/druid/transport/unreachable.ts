/** Builds the error for a request without an answer: the cause in plain words, and the next step. */
import { DruidIngestionError, DruidUnreachableError, errorKind, messageOf } from "../../base/errors";
import { redactSaid } from "../../base/redact";
import { type Call, cannot, type Server } from "./call";

/** The error of Node or axios. */
export interface NetworkFailure {
  code: string | undefined;
  /** `connect` if the connection itself failed. */
  syscall: string | undefined;
  message: string;
}

type Words = [cause: string, nextStep: string];

const UNTRUSTED = /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+|CERT_UNTRUSTED)$/;
const BAD_CERTIFICATE = /^(CERT|ERR_TLS_CERT)_\w+$/;
/** Alerts about a broken record occur in an established connection; all other TLS errors occur in the handshake. */
const HANDSHAKE = /^(EPROTO|ERR_(SSL|TLS|OSSL)_(?!\w*(BAD_RECORD_MAC|DECRYPTION)))/;
const CONNECT_ONLY = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EAI_FAIL|ERR_INVALID_\w+)$/;

export function unreachable(call: Call, server: Server, failure: NetworkFailure): DruidUnreachableError {
  const [cause, nextStep] = words(server, failure);
  const { redirectedTo, secrets } = server;
  const after = redirectedTo === undefined ? "" : `after a redirect to "${redactSaid(redirectedTo, secrets)}", `;
  const message = `${cannot(call, server)}: ${after}${cause}; ${nextStep}`;
  return new DruidUnreachableError(message, { sent: wasSent(failure), code: failure.code });
}

/** If in doubt, it counts as sent. */
function wasSent({ code, syscall }: NetworkFailure): boolean {
  if (syscall === "connect" || syscall === "getaddrinfo") return false;
  if (code === undefined) return true;
  return ![CONNECT_ONLY, UNTRUSTED, BAD_CERTIFICATE, HANDSHAKE].some((pattern) => pattern.test(code));
}

function words(server: Server, { code = "", syscall, message }: NetworkFailure): Words {
  const { proxy } = server;
  const host = redactSaid(server.host, server.redirectedTo === undefined ? [] : server.secrets);
  if (proxy !== undefined && (syscall === "connect" || syscall === "getaddrinfo" || CONNECT_ONLY.test(code))) {
    return [
      `no connection to the proxy "${proxy}" could be made (${code})`,
      "correct HTTPS_PROXY or HTTP_PROXY in the environment, or list Druid's host in NO_PROXY",
    ];
  }
  if (code === "ECONNREFUSED")
    return ["the connection was refused", "check that Druid is running there and that the port is its Router's"];
  if (code === "ENOTFOUND") return [`the host name "${host}" is unknown`, "correct the url, or the DNS entry"];
  if (code === "EAI_AGAIN")
    return [`the host name "${host}" could not be resolved`, "check this machine's network and DNS server"];
  if (UNTRUSTED.test(code)) {
    return [
      `its certificate comes from an authority that is not trusted here (${code})`,
      "set tls.ca to that authority's certificate",
    ];
  }
  if (code === "CERT_HAS_EXPIRED") return ["its certificate has expired", "renew it on the server"];
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") {
    return [`its certificate is not valid for the name "${host}"`, "use a name that the certificate contains"];
  }
  if (BAD_CERTIFICATE.test(code))
    return [`its certificate cannot be used (${code})`, "renew it, or set tls.ca to its authority's certificate"];
  if (code === "EPROTO" || code.startsWith("ERR_SSL_")) {
    const both = `the TLS handshake failed (${/wrong.version/i.test(code + message) ? "the server does not speak TLS" : code})`;
    return [both, "check the url's port and whether it needs http or https, and tls.cert if the server requires one"];
  }
  if (code === "ECONNABORTED" || (code === "ETIMEDOUT" && syscall !== "connect")) {
    return [
      `no complete answer came within ${server.requestTimeoutSeconds} s`,
      "check Druid's load, or raise requestTimeoutSeconds",
    ];
  }
  if (syscall === "connect")
    return [`no connection could be made (${code})`, "check the url and the network in between"];
  const hint = server.isTls ? "" : ", and check whether it needs https";
  const what = code === "" ? redactSaid(message, server.secrets) : code;
  return [
    `the connection broke before the answer was complete (${what})`,
    `check the logs of Druid and of any proxy in front of it${hint}`,
  ];
}

/** The error for an abort: the signal's reason if it is one of ours, otherwise kind `interrupted`. */
export function interruption(call: Call, server: Server, reason: unknown): DruidIngestionError {
  if (errorKind(reason) !== undefined) return reason as DruidIngestionError;
  const cause =
    reason instanceof Error && reason.name !== "AbortError"
      ? `interrupted: ${redactSaid(messageOf(reason), server.secrets)}`
      : "interrupted";
  return new DruidIngestionError("interrupted", `${cannot(call, server)}: ${cause}`);
}
