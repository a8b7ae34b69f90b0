/** Where the doctor takes url and login from: `--url`, a stack's config on standard input, or the environment. */
import { isRecord, parseJson } from "../../base/json";
import { findConnection, type ResolvedConnection } from "../../druid/connection/connection";
import { type Outside, UsageError, type Words } from "../command";
import { connectionByUrl } from "../connect";

export interface Source {
  connection: ResolvedConnection;
  name: string;
}

export async function sourceOf(words: Words, outside: Outside): Promise<Source> {
  const { url, cluster } = words.values;
  if (typeof url === "string" && typeof cluster === "string")
    throw new UsageError("--url and --cluster exclude each other: a cluster has its url in the stack's config");
  if (typeof url === "string") return { connection: given(() => connectionByUrl(url, outside.env)), name: "--url" };
  if (typeof cluster !== "string" && outside.env.DRUID_URL)
    return { connection: given(() => connectionByUrl(undefined, outside.env)), name: "DRUID_URL" };
  return fromConfig((await outside.input?.()) ?? "", typeof cluster === "string" ? cluster : undefined);
}

/** A connection that cannot be used is a wrong call. */
function given(resolve: () => ResolvedConnection): ResolvedConnection {
  try {
    return resolve();
  } catch (error) {
    throw new UsageError((error as Error).message.replace(/^Cannot connect to Druid: /, ""));
  }
}

const PIPE = "pulumi config --json --show-secrets | npx pulumi-druid doctor";

/** The output of `pulumi config --json`: `{ "druid:url": { "value": "…", "secret": false } }`. */
function fromConfig(text: string, cluster: string | undefined): Source {
  if (text.trim() === "")
    throw new UsageError(`there is no url: give --url, set DRUID_URL, or pipe a stack's config into it: ${PIPE}`);
  const config = parseJson(text);
  if (!isRecord(config)) throw new UsageError(`standard input holds no config of a stack: use ${PIPE}`);
  const entries = Object.entries(config).filter(([key]) => key.startsWith("druid:"));
  // Without --show-secrets Pulumi leaves their values out.
  const hidden = entries.filter(([, entry]) => isRecord(entry) && entry.secret === true && textIn(entry) === undefined);
  if (hidden.length > 0) {
    const names = hidden.map(([key]) => `"${key}"`).join(", ");
    throw new UsageError(`the config holds no value for the secret ${names}: use ${PIPE}`);
  }
  const values = new Map(entries.map(([key, entry]) => [key, textIn(entry)]));
  const input = cluster === undefined ? undefined : { cluster };
  const { connection, faults } = findConnection(input, (key) => values.get(key), {});
  const name = `the stack's config${cluster === undefined ? "" : `, cluster "${cluster}"`}`;
  if (connection !== undefined) return { connection, name };
  const clusters = parseJson(values.get("druid:clusters") ?? "");
  const hint =
    cluster === undefined && isRecord(clusters)
      ? `; name one of its clusters with --cluster: ${Object.keys(clusters).join(", ")}`
      : "";
  throw new UsageError(
    `${name} cannot be used: ${faults.map(({ path, reason }) => `"${path}" ${reason}`).join("; ")}${hint}`,
  );
}

function textIn(entry: unknown): string | undefined {
  if (!isRecord(entry)) return undefined;
  if (entry.objectValue !== undefined) return JSON.stringify(entry.objectValue);
  return typeof entry.value === "string" ? entry.value : undefined;
}
