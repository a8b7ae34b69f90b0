import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { redact } from "../../../src/base/redact";
import { credentialValues } from "../../../src/statement/credentials";
import { readStatement as read } from "../../../src/statement/facts";
import { warningsFor } from "../../../src/statement/warnings";

const fixture = (name: string) => readFileSync(join(__dirname, "../../fixtures/sql", name), "utf8");
const from = (source: string) => `INSERT INTO t\nSELECT * FROM ${source} PARTITIONED BY ALL`;
const extern = (json: unknown) =>
  from(
    `TABLE(EXTERN('${(typeof json === "string" ? json : JSON.stringify(json)).replaceAll("'", "''")}', '{"type":"json"}'))`,
  );
const http = (requestHeaders: unknown) => extern({ type: "http", uris: ["https://h/f"], requestHeaders });
const uri = (address: string) => extern({ type: "http", uris: [address] });

/** Each with the name that the warning has to give. */
const holding: [what: string, sql: string, names: string][] = [
  ["the case file of a header", fixture("03-cred-api-key-header.sql"), "X-Api-Key"],
  ["the case file of a key", fixture("04-cred-azure-key.sql"), "key"],
  ...[
    "Authorization authorization Proxy-Authorization Cookie Set-Cookie X-Api-Key x-api-key api_key ApiKey X-Auth-Token",
    "X-Auth-Key X-Auth X-Access-Token Private-Token X-Vault-Token X-Functions-Key Ocp-Apim-Subscription-Key",
    "X-Amz-Security-Token X-Goog-Api-Key X-Session-Id X-Client-Secret X-Custom-Key DD-API-KEY",
  ]
    .flatMap((names) => names.split(" "))
    .map((name): [string, string, string] => [`the header ${name}`, http({ [name]: "c4nary" }), name]),
  ["a header that says so by its value", http({ "X-Login": "Bearer c4nary" }), "X-Login"],
  ["a header with a list", http({ "X-Api-Key": ["c4nary"] }), "X-Api-Key"],
  ["a header with a provider", http({ "X-Api-Key": { type: "default", password: "c4nary" } }), "X-Api-Key"],
  ...[
    "httpAuthenticationPassword password secretKey secret_access_key accessToken clientSecret apiKey credentials passphrase",
    "sharedAccessSignature sasToken connectionString privateKey private_key fs.s3a.secret.key fs.azure.account.key.x",
  ]
    .flatMap((names) => names.split(" "))
    .map((name): [string, string, string] => [
      `the property ${name}`,
      extern({ type: "x", properties: { [name]: "c4nary" } }),
      name,
    ]),
  [
    "a password as a number",
    extern({ type: "http", httpAuthenticationPassword: 12345678 }),
    "httpAuthenticationPassword",
  ],
  [
    "a default provider",
    extern({ type: "http", httpAuthenticationPassword: { type: "default", password: "c4nary" } }),
    "httpAuthenticationPassword",
  ],
  [
    "a provider without a type",
    extern({ type: "s3", properties: { accessKeyId: { password: "c4nary" } } }),
    "accessKeyId",
  ],
  ["a key of Azure", extern({ type: "azureStorage", properties: { account: "a", key: "c4nary" } }), "key"],
  [
    "a token of Azure",
    extern({ type: "azureStorage", properties: { sharedAccessStorageToken: "c4nary" } }),
    "sharedAccessStorageToken",
  ],
  [
    "a delegate",
    extern({ type: "combining", delegates: [{ type: "http", httpAuthenticationPassword: "c4nary" }] }),
    "httpAuthenticationPassword",
  ],
  [
    "a database",
    extern({
      type: "sql",
      database: { connectorConfig: { connectURI: "jdbc:mysql://h/d", user: "u", password: "c4nary" } },
    }),
    "password",
  ],
  ["broken JSON", extern('{"type":"http","httpAuthenticationPassword":"c4nary",}'), "httpAuthenticationPassword"],
  ["a quoted address", uri("https://u:c4nary@h/f"), "a password in a URI"],
  ["an address with an odd password", uri("https://u:c4n/ary@h/f"), "a password in a URI"],
  ["an address with a token", uri("https://c4nary@h/f"), "a token in a URI"],
  ["an address of another kind", uri("ftp://u:c4nary@h/f"), "a password in a URI"],
  ["one of several addresses", uri("https://h/a,https://u:c4nary@h/b"), "a password in a URI"],
  ...[
    "X-Amz-Signature",
    "X-Amz-Credential",
    "X-Goog-Signature",
    "Signature",
    "sig",
    "token",
    "access_token",
    "api_key",
    "apikey",
    "key",
    "AWSAccessKeyId",
    "client_secret",
    "password",
    "auth",
    "sv=1&sig",
  ].map((name): [string, string, string] => [
    `a link with ${name}`,
    uri(`https://h/f?a=b&${name}=c4nary`),
    name.replace("sv=1&", ""),
  ]),
  ["a link with nothing before", uri("https://h/f?sig=c4nary%3D"), "sig"],
  ["JDBC with a parameter", extern({ type: "sql", uri: "jdbc:mysql://h:3306/d?user=u&password=c4nary" }), "password"],
  ["JDBC with a property", extern({ type: "sql", uri: "jdbc:sqlserver://h:1433;user=u;password=c4nary" }), "password"],
  ["JDBC with userinfo", extern({ type: "sql", uri: "jdbc:postgresql://u:c4nary@h/d" }), "a password in a URI"],
  ["JDBC of Oracle", extern({ type: "sql", uri: "jdbc:oracle:thin:u/c4nary@//h:1521/d" }), "a password in a URI"],
  [
    "a connection string",
    extern({ type: "x", where: "AccountName=a;AccountKey=c4nary==;EndpointSuffix=e" }),
    "AccountKey",
  ],
  ["a private key", extern({ type: "x", pem: "-----BEGIN RSA PRIVATE KEY-----\nc4nary" }), "a private key"],
  ["an AWS key by its form", extern({ type: "x", y: "AKIAIOSFODNN7EXAMPLE" }), "an AWS access key"],
  ["an argument", from("TABLE(HTTP(uris => 'http://h/f', userName => 'u', password => 'c4nary'))"), "password"],
  ["an argument without its arrow", fixture("01-leak-slash-comment.sql"), "password"],
  ["a quoted argument", from(`TABLE(S3("accessKeyId" => 'c4nary'))`), "accessKeyId"],
  ["an argument of S3", from("TABLE(S3(accessKeyId => 'c4nary', bucket => 'b'))"), "accessKeyId"],
  ["an argument in Unicode escapes", from("TABLE(S3(secretAccessKey => U&'c\\0034nary'))"), "secretAccessKey"],
  [
    "headers as an argument",
    from(`TABLE(HTTP(uris => 'http://h', headers => '{"X-Custom-Key":"c4nary"}'))`),
    "X-Custom-Key",
  ],
  [
    "named arguments of EXTERN",
    from(`TABLE(EXTERN(inputSource => '{"type":"http","httpAuthenticationPassword":"c4nary"}'))`),
    "httpAuthenticationPassword",
  ],
  [
    "a list as an argument",
    from("TABLE(HTTP(uris => ARRAY['http://h/a', 'http://u:c4nary@h/b']))"),
    "a password in a URI",
  ],
  ["a function that is not known", from("TABLE(MYSOURCE(apiToken => 'c4nary'))"), "apiToken"],
  [
    "EXTERN in a subquery",
    `INSERT INTO t\nSELECT * FROM a WHERE b IN (SELECT c FROM TABLE(EXTERN('{"type":"http","httpAuthenticationPassword":"c4nary"}'))) PARTITIONED BY ALL`,
    "httpAuthenticationPassword",
  ],
  [
    "an export",
    "INSERT INTO EXTERN(s3(bucket => 'b', secretAccessKey => 'c4nary')) AS CSV SELECT 1",
    "secretAccessKey",
  ],
  ["SET", "SET \"my.api.token\" = 'c4nary';\nINSERT INTO t SELECT 1 PARTITIONED BY ALL", "my.api.token"],
  ["SET of a name in parts", "SET my.password = 'c4nary'; INSERT INTO t SELECT 1 PARTITIONED BY ALL", "my.password"],
  [
    "a literal in pieces",
    from(`TABLE(EXTERN('{"type":"http",'\n'"httpAuthenticationPassword":"c4nary"}'))`),
    "httpAuthenticationPassword",
  ],
];

const silent: [string, string][] = [
  ["a user name", extern({ type: "http", httpAuthenticationUsername: "u" })],
  [
    "a provider of the environment",
    extern({ type: "http", httpAuthenticationPassword: { type: "environment", variable: "MY_PASSWORD" } }),
  ],
  ["variables of the environment", http({ type: "environment", variables: { password: "MY_TOKEN" } })],
  ["the name of a variable", from("TABLE(HTTP(uris => 'http://h/f', passwordEnvVar => 'P'))")],
  ["an empty password", extern({ type: "http", httpAuthenticationPassword: "" })],
  [
    "a default provider without a password",
    extern({ type: "http", httpAuthenticationPassword: { type: "default", password: "" } }),
  ],
  ["a role", extern({ type: "s3", properties: { assumeRoleArn: "arn:aws:iam::1:role/x" } })],
  ["other headers", http({ Accept: "text/csv", "User-Agent": "x", "Content-Type": "text/csv" })],
  ["inline data", extern({ type: "inline", data: "http://u:p@h/a?token=x" })],
  [
    "names of columns",
    `${from(`TABLE(EXTERN('{"type":"inline","data":"1"}', '{"type":"csv","columns":["token"]}', '[{"name":"password","type":"string"}]'))`)}`,
  ],
  [
    "a signature of columns",
    from(`TABLE(EXTERN(inputSource => '{}', inputFormat => '{}', signature => '[{"name":"a","type":"string"}]'))`),
  ],
  [
    "a key in an input format",
    from(
      `TABLE(EXTERN('{"type":"kafka"}', '{"type":"kafka","keyFormat":{"type":"csv","columns":["k"]},"keyColumnName":"key"}'))`,
    ),
  ],
  ["a container of Azure", uri("abfss://container@account.dfs.core.windows.net/f")],
  ["a port", uri("https://h:8443/f@2x.csv")],
  ["plain parameters", uri("https://h/f?page=1&sort=asc")],
  [
    "a pattern",
    "INSERT INTO t SELECT REGEXP_EXTRACT(u, 'https?://[^?]*[?&]token=([^&]+)') AS x FROM u PARTITIONED BY ALL",
  ],
  ["a comparison", "INSERT INTO t SELECT * FROM u WHERE token = 'abc' PARTITIONED BY ALL"],
  ["a setting", "SET maxNumTasks = 3; SET sqlTimeZone = 'UTC'; INSERT INTO t SELECT 1 PARTITIONED BY ALL"],
  ["a parameter", from("TABLE(S3(secretAccessKey => ?))")],
  ["a comment", `-- password => 'c4nary'\n${from("u")}`],
];

const warned = (sql: string) =>
  warningsFor(read(sql), {})
    .filter(({ id }) => id === "plain-credentials")
    .map(({ text }) => text);

describe("a credential in the SQL", () => {
  test.each(holding)("is told where, never what: %s", (_, sql, name) => {
    const [warning = ""] = warned(sql);
    expect(warning).toContain(name.includes(" ") ? `${name} (line ` : `"${name}" `);
    expect(warning).toMatch(/\(line \d+\).* in plain text; wrap it with pulumi\.secret\(\)$/);
    expect(warning).not.toMatch(/c4n|12345678|AKIA|BEGIN/);
    expect(JSON.stringify(read(sql).facts.settings ?? {})).not.toContain("c4n");
    expect(warningsFor(read(sql), { isSecret: true }).join()).not.toContain("The query contains");
  });

  test.each(silent)("is not seen in %s", (_, sql) => {
    expect(warned(sql)).toEqual([]);
  });

  test("has the line of its key, and each is named once", () => {
    const json = `{\n "type":"s3",\n "properties":{\n  "accessKeyId":"c4nary",\n  "secretAccessKey":"c4nary"}}`;
    expect(read(`${extern(json)}, ${extern(json)}`).credentials).toEqual([
      '"accessKeyId" (line 5)',
      '"secretAccessKey" (line 6)',
    ]);
  });

  test("is counted where there are many, and an odd name is not shown", () => {
    const headers = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`X-Token-${index}`, "c4nary"]));
    const { credentials } = read(http({ ...headers, "token: c4nary'\n": "x" }));
    expect([credentials.length, credentials.at(-1)]).toEqual([9, "23 more"]);
    expect(read(http({ "token: c4nary\n": "x" })).credentials).toEqual(["a secret (line 2)"]);
  });
});

test.each(holding.filter(([, sql]) => sql.includes("c4nary")))(
  "credentialValues() keeps it out of what Druid says later: %s",
  (_, sql) => {
    const values = credentialValues(sql);
    const value = values.find((one) => one.includes("c4n")) ?? "";
    expect(redact(`refused ${value} by x`, values)).toBe("refused [secret] by x");
  },
);
