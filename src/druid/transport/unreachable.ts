/** What a request says when no answer came: the cause in plain words and a next step for each. */
import { DruidIngestionError, DruidUnreachableError, errorKind, messageOf } from "../../base/errors";
import { redact } from "../../base/redact";
import { type Call, cannot, type Server } from "./call";

/** What Node or axios told. */
export interface NetworkFailure {
  code: string | undefined;
  /** `connect` where the connection itself failed. */
  syscall: string | undefined;
  message: string;
}

type Words = [cause: string, nextStep: string];

const UNTRUSTED = /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+|CERT_UNTRUSTED)$/;
const BAD_CERTIFICATE = /^(CERT|ERR_TLS_CERT)_\w+$/;
/** Alerts of a broken record come in the middle of a connection; all other TLS errors end a handshake. */
const HANDSHAKE = /^(EPROTO|ERR_(SSL|TLS|OSSL)_(?!\w*(BAD_RECORD_MAC|DECRYPTION)))/;
const CONNECT_ONLY = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EAI_FAIL|ERR_INVALID_\w+)$/;

export function unreachable(call: Call, server: Server, failure: NetworkFailure): DruidUnreachableError {
  const [cause, nextStep] = words(server, failure);
  const message = `${cannot(call, server)}: ${cause}; ${nextStep}`;
  return new DruidUnreachableError(redact(message, server.secrets), { sent: wasSent(failure), code: failure.code });
}

/** Where in doubt, it was. */
function wasSent({ code, syscall }: NetworkFailure): boolean {
  if (syscall === "connect" || syscall === "getaddrinfo") return false;
  if (code === undefined) return true;
  return ![CONNECT_ONLY, UNTRUSTED, BAD_CERTIFICATE, HANDSHAKE].some((pattern) => pattern.test(code));
}

function words(server: Server, { code = "", syscall, message }: NetworkFailure): Words {
  const { host } = server;
  if (code === "ECONNREFUSED")
    return ["the connection was refused", "check that Druid runs there and that the port is its Router's"];
  if (code === "ENOTFOUND") return [`the name "${host}" is not known`, "correct the url, or the name server's entry"];
  if (code === "EAI_AGAIN")
    return [`the name "${host}" could not be looked up`, "check this machine's network and name server"];
  if (UNTRUSTED.test(code)) {
    return [
      `its certificate comes from an authority that is not trusted here (${code})`,
      "give that authority's certificate as tls.ca",
    ];
  }
  if (code === "CERT_HAS_EXPIRED") return ["its certificate has expired", "renew it on the server"];
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") {
    return [`its certificate is made out to other names than "${host}"`, "use a name that the certificate holds"];
  }
  if (BAD_CERTIFICATE.test(code))
    return [`its certificate cannot be used (${code})`, "renew it, or give its authority's certificate as tls.ca"];
  if (code === "EPROTO" || code.startsWith("ERR_SSL_")) {
    const both = `the TLS handshake failed (${/wrong.version/i.test(code + message) ? "no TLS is spoken there" : code})`;
    return [both, "check http or https and the port of the url, and tls.cert if the server asks for one"];
  }
  if (code === "ECONNABORTED" || (code === "ETIMEDOUT" && syscall !== "connect")) {
    return [
      `no whole answer came within ${server.requestTimeoutSeconds} s`,
      "look at Druid's load, or raise requestTimeoutSeconds",
    ];
  }
  if (syscall === "connect")
    return [`no connection could be made (${code})`, "check the url and the network between here and there"];
  const hint = server.isTls ? "" : ", and whether it wants https";
  const what = code === "" ? message : code;
  return [
    `the connection broke before the whole answer was there (${what})`,
    `look into the log of Druid and of what stands before it${hint}`,
  ];
}

/** What an abort becomes: a reason of our own kinds as it is, anything else `interrupted`. */
export function interruption(call: Call, server: Server, reason: unknown): DruidIngestionError {
  if (errorKind(reason) !== undefined) return reason as DruidIngestionError;
  const cause =
    reason instanceof Error && reason.name !== "AbortError" ? `interrupted: ${messageOf(reason)}` : "interrupted";
  return new DruidIngestionError("interrupted", redact(`${cannot(call, server)}: ${cause}`, server.secrets));
}
