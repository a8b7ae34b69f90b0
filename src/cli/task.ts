/** `pulumi-druid task`: shows a SQL task, running or ended, as Druid's web console does. */
import { isRecord } from "../base/json";
import { redactSaid } from "../base/redact";
import type { DruidClient } from "../druid/client";
import { hideValues } from "../druid/transport/hide-query";
import { queryValues } from "../druid/transport/query-values";
import { type Picture, pictureOf } from "../ingestion/report/picture";
import { consoleUrlOf } from "../ingestion/report/summary";
import { credentialValues } from "../statement/credentials";
import { type Subcommand, UsageError } from "./command";
import { CONNECTION_HELP, CONNECTION_OPTIONS, connect, type Hide } from "./connect";
import { svgOf } from "./task-svg";
import { textOf } from "./task-text";

const COLUMNS = 80;
const ADDRESS = /^(?:[a-z][\w+.-]{0,40}:\/\/|\/)\S+$/i;

export const task: Subcommand = {
  summary: "show a SQL task of Druid: its stages over time, rows, workers, warnings and error",
  usage: "ID [options]",
  help: `\
Shows a SQL task of Druid, running or ended: its stages over time, the rows and bytes of each, its workers, warnings and
error. ID is the output taskId of an ingestion, e.g. query-pulumi-pages-3f9a01c2de-1.

Warnings and errors may quote rows of the source data. Credentials and literals of the query are not shown.

  --svg FILE   write the picture as an SVG into FILE instead
${CONNECTION_HELP}
`,
  options: { ...CONNECTION_OPTIONS, svg: { type: "string" } },
  async run(words, outside) {
    const [id, ...others] = words.positionals;
    const { svg } = words.values;
    if (id === undefined) throw new UsageError("the ID of a task is missing");
    if (others.length > 0) throw new UsageError("only one task can be shown");
    if (svg === "") throw new UsageError("--svg needs the name of a file");
    return connect(words, outside, async (client, hide) => {
      const picture = hideIn(await lookAt(client, id), hide);
      await hideQueryIn(picture, client);
      if (typeof svg === "string") {
        await outside.save(svg, svgOf(picture));
        outside.print(`${picture.taskId}: ${picture.state}; its picture is in ${svg}\n`);
      } else {
        outside.print(textOf(picture, outside.columns ?? COLUMNS));
        outside.print(`\n${consoleUrlOf(client.url, id)}\n`);
      }
      return 0;
    });
  },
};

async function lookAt(client: DruidClient, id: string): Promise<Picture> {
  const status = await client.status(id);
  if (status === undefined) {
    throw new Error(
      `Cannot show task "${id}" on "${client.url}": Druid does not know it, or has forgotten it; check the ID, which begins with "query-"`,
    );
  }
  const { type } = status;
  const isOther = type !== undefined && type !== null && type !== "query_controller";
  if (isOther) {
    throw new Error(
      `Cannot show task "${id}" on "${client.url}": it is of type ${type}; give the ID of a SQL task, since only those have stages`,
    );
  }
  return pictureOf(status, await client.report(id));
}

/** Without the secrets of the connection: any text of a server may repeat them. */
function hideIn<T>(part: T, hide: Hide): T {
  if (typeof part === "string") return hide(part) as T;
  if (Array.isArray(part)) return part.map((item) => hideIn(item, hide)) as T;
  if (!isRecord(part)) return part;
  return Object.fromEntries(Object.entries(part).map(([name, value]) => [name, hideIn(value, hide)])) as T;
}

/** Takes out of Druid's texts what the query holds, except for times, and addresses without their logins. */
async function hideQueryIn(picture: Picture, client: DruidClient): Promise<void> {
  if (picture.warnings.length + picture.error.length === 0) return;
  // Without the permission to read it, only the connection is known.
  const payload = await (async () => client.payload(picture.taskId))().catch(() => undefined);
  const query = payload?.sqlQuery ?? "";
  const values = queryValues({ query }).filter((value) => !ADDRESS.test(value));
  const credentials = credentialValues(query);
  const hidden = (text: string) => hideValues(redactSaid(text, credentials), values);
  picture.warnings = picture.warnings.map(hidden);
  picture.error = picture.error.map(hidden);
}
