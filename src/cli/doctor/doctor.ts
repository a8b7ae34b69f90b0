/** `pulumi-druid doctor`: says what stands in the way of an ingestion. Changes nothing and submits nothing. */
import { setMaxListeners } from "node:events";
import { withinTime } from "../../base/limit";
import { redactSaid } from "../../base/redact";
import { connectionSecrets } from "../../druid/connection/connection";
import { type Subcommand, UsageError } from "../command";
import { CONNECTION_HELP } from "../connect";
import { examine } from "./examine";
import type { Finding } from "./finding";
import { isStopped, jsonOf, jsonOfFault, tableOf } from "./report";
import { sourceOf } from "./source";

const COLUMNS = 100;
/** Of one request, and of all of them. */
const REQUEST_LIMIT_SECONDS = 10;
const LIMIT_MS = 60_000;
const TARGET = "pulumi_druid_doctor";

export const doctor: Subcommand = {
  summary: "say whether Druid can be reached, what this user may do, and what will make a load fail or wait",
  usage: "[options]",
  help: `\
Says how Druid is reached, which versions run, what this user may do, how many tasks fit in, and which settings make a
load wait or lose its history; for each line, what it means for an ingestion and how to mend it. Sends only GETs,
EXPLAIN and SELECT: it changes nothing and submits nothing.

Without --url and DRUID_URL it reads a stack's config from standard input:

  pulumi config --json --show-secrets | npx pulumi-druid doctor

  --into NAME     the datasource that you want to load into: permissions are often given by name
  --cluster NAME  the entry of the config's druid:clusters
  --json          print JSON
${CONNECTION_HELP}

Exit code: 0 if an ingestion can work, 1 if something stops it, 2 if it was called wrongly.
`,
  options: {
    url: { type: "string" },
    cluster: { type: "string" },
    into: { type: "string" },
    json: { type: "boolean" },
  },
  async run(words, outside) {
    const { into, json } = words.values;
    if (words.positionals.length > 0) throw new UsageError("it takes no arguments, only options");
    if (into === "") throw new UsageError("--into needs the name of a datasource");
    const { connection: found, name: source } = await sourceOf(words, outside).catch((error: Error) => {
      // Who asked for JSON reads JSON, whatever happens.
      if (json === true) outside.print(jsonOfFault(error.message));
      throw error;
    });
    const requestTimeoutSeconds = Math.min(found.requestTimeoutSeconds, REQUEST_LIMIT_SECONDS);
    const connection = { ...found, requestTimeoutSeconds };
    const { env, clock } = outside;
    const secrets = connectionSecrets(connection);
    const findings = await withinTime(clock, LIMIT_MS, new AbortController().signal, (signal) => {
      // Each request listens to it.
      setMaxListeners(0, signal);
      return examine({
        client: outside.druid(connection),
        inspector: outside.inspector(connection),
        connection,
        env,
        nowMs: clock.now(),
        signal,
        target: typeof into === "string" ? { name: into, isGiven: true } : { name: TARGET, isGiven: false },
      });
    });
    // Each text by itself: as JSON its marks would be taken for parts of addresses.
    const hide = (text: string) => redactSaid(text, secrets);
    const examination = { url: connection.url, source, findings: findings.map((one) => hidden(one, hide)) };
    const text = json === true ? jsonOf(examination) : tableOf(examination, outside.columns ?? COLUMNS);
    outside.print(text);
    return isStopped(findings) ? 1 : 0;
  },
};

function hidden({ found, means, mend, ...rest }: Finding, hide: (text: string) => string): Finding {
  return {
    ...rest,
    found: hide(found),
    ...(means !== undefined && { means: hide(means) }),
    ...(mend !== undefined && { mend: hide(mend) }),
  };
}
