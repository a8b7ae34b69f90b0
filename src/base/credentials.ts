/** Recognises credentials by their name or by their form, in linear time for any text. */

export interface Credential {
  /** A description or a quoted name; never the value. */
  what: string;
  value: string;
}

/** Matched against names in lower case without punctuation. */
const SECRET_NAME = new RegExp(
  "passw|passphrase|pwd|secret|credential|token|authorization|auth$|cookie|jwt|bearer|session(?:id)?$|connectionstring" +
    "|sharedaccess|(?:amz|goog)signature|" +
    "(?:api|access|account|private|shared|storage|subscription|functions?|signing|encryption|master|client|service|auth|sas|security)key",
);
/** Names that tell only where a credential is or of which kind: `tokenUrl`, `secretKeyFile`, `passwordEnvVar`. */
const NO_SECRET_NAME =
  /tokeniz|(?:file|path|provider|type|class|endpoint|urls?|uris?|envvar|variable|column|ref|arn|algorithm|ttl|name)$/;

/** Whether the value of this JSON key, argument or header is secret. */
export function isSecretName(name: string): boolean {
  const plain = name.toLowerCase().replace(/[^a-z0-9]/g, "");
  return SECRET_NAME.test(plain) && !NO_SECRET_NAME.test(plain);
}

/** Query string parameters that authorise a link, in addition to `isSecretName`. */
const SECRET_PARAMETER = /^(?:sig|signature|key|auth|pass)$/i;

/** E.g. `&sig=…`; does not match what looks like a LIKE pattern or a regular expression. */
const PARAMETER = /([?&;#])([A-Za-z][\w.-]{0,63})=((?:[\w~+/-]|%[0-9A-Fa-f]{2})[^&;#\s,"'<>]*)/g;
const ORACLE = /^jdbc:oracle:[a-z]{1,8}:([^\s/@]{1,128})\/([^\s@]{1,256})@/i;
const FORMS: readonly [string, RegExp][] = [
  ["a private key", /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----/],
  ["an AWS access key", /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/],
  ["a Google API key", /\bAIza[\w-]{35}/],
  ["a JSON web token", /\beyJ[\w-]{10,2000}\.eyJ[\w-]{10,2000}/],
];
/** Longer than any authority. */
const AUTHORITY_MAX = 2_048;

/** Finds credentials by their form: userinfo in URIs, signed links, keys, connection strings. */
export function credentialsInText(text: string): Credential[] {
  const found = userInfos(text);
  const oracle = ORACLE.exec(text);
  if (oracle?.[2] !== undefined) found.push({ what: "a password in a URI", value: oracle[2] });
  if (
    text.includes("://") ||
    /^jdbc:/i.test(text) ||
    /\b(?:AccountKey|SharedAccessKey|SharedAccessSignature)=/i.test(text)
  ) {
    // The first pair of a connection string has no separator before it.
    for (const [, , name = "", value = ""] of `;${text}`.matchAll(PARAMETER)) {
      if (isSecretParameter(name)) found.push({ what: `"${name}" in a URI`, value });
    }
  }
  for (const [what, form] of FORMS) {
    const value = form.exec(text)?.[0];
    if (value !== undefined) found.push({ what, value: what === "a private key" ? text : value });
  }
  return found;
}

export function isSecretParameter(name: string): boolean {
  return SECRET_PARAMETER.test(name) || isSecretName(name);
}

/** `scheme://user:password@host`, and `https://token@host`. */
function userInfos(text: string): Credential[] {
  const found: Credential[] = [];
  for (let at = text.indexOf("://"); at !== -1; at = text.indexOf("://", at + 3)) {
    const run = /^[^\s"'<>,]*/.exec(text.slice(at + 3, at + 3 + AUTHORITY_MAX))?.[0] ?? "";
    const authority = /^[^/?#]*/.exec(run)?.[0] ?? "";
    // A colon that is not followed by a port begins a password, which may contain a slash.
    const isCut = !authority.includes("@") && /^[^:[\]]*:(?![0-9]*$)/.test(authority);
    const end = (isCut ? run : authority).lastIndexOf("@");
    if (end < 1) continue;
    const userInfo = run.slice(0, end);
    const colon = userInfo.indexOf(":");
    const isWeb = /\bhttps?$/i.test(text.slice(Math.max(0, at - 6), at));
    if (colon !== -1 && colon < end - 1) found.push({ what: "a password in a URI", value: userInfo.slice(colon + 1) });
    else if (colon === -1 && isWeb) found.push({ what: "a token in a URI", value: userInfo });
  }
  return found;
}
