/** What is a credential: by the name that it goes by, or by its form. All in linear time, whatever the text. */

export interface Credential {
  /** In words or as a quoted name; never the value. */
  what: string;
  value: string;
}

/** Names without case and punctuation. */
const SECRET_NAME = new RegExp(
  "passw|passphrase|pwd|secret|credential|token|authorization|auth$|cookie|jwt|bearer|session(?:id)?$|connectionstring" +
    "|sharedaccess|(?:amz|goog)signature|" +
    "(?:api|access|account|private|shared|storage|subscription|functions?|signing|encryption|master|client|service|auth|sas|security)key",
);
/** A place or a kind of a credential is none: `tokenUrl`, `secretKeyFile`, `passwordEnvVar`. */
const NO_SECRET_NAME =
  /tokeniz|(?:file|path|provider|type|class|endpoint|urls?|uris?|envvar|variable|column|ref|arn|algorithm|ttl|name)$/;

/** Whether what has this name is secret: a key of JSON, an argument, a header. */
export function isSecretName(name: string): boolean {
  const plain = name.toLowerCase().replace(/[^a-z0-9]/g, "");
  return SECRET_NAME.test(plain) && !NO_SECRET_NAME.test(plain);
}

/** Parameters of a query string that open a link without a login, beside what `isSecretName` knows. */
const SECRET_PARAMETER = /^(?:sig|signature|key|auth|pass)$/i;

/** E.g. `&sig=`; what a pattern of LIKE or of a regular expression may look like is left out. */
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

/** What a text gives away by its form: userinfo of URIs, signed links, keys, connection strings. */
export function credentialsInText(text: string): Credential[] {
  const found = userInfos(text);
  const oracle = ORACLE.exec(text);
  if (oracle?.[2] !== undefined) found.push({ what: "a password in a URI", value: oracle[2] });
  if (
    text.includes("://") ||
    /^jdbc:/i.test(text) ||
    /\b(?:AccountKey|SharedAccessKey|SharedAccessSignature)=/i.test(text)
  ) {
    // A connection string has its first pair in front.
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
    // What is no port behind the colon is a password that goes on behind the slash.
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
