/** Builds the error for an unsuccessful answer: Druid's text without secrets, and the next step. */
import { STATUS_CODES } from "node:http";
import { DruidHttpError, type Position } from "../../base/errors";
import { excerptAt } from "../../base/excerpt";
import { redactSaid } from "../../base/redact";
import { SINCE } from "../versions";
import { HTML_PAGE, NOT_DRUID } from "./answer";
import { type Answer, type Call, cannot, type Server, SQL_TASK } from "./call";
import { decodeEntities } from "./entities";
import { type Refusal, readRefusal } from "./error-body";
import { hideQuery } from "./hide-query";
import { tooNewFor } from "./newer-sql";
import { shortenDetail } from "./shorten-detail";

const TASKS_NOT_FOUND =
  `point the url to Druid's Router; on Druid before ${SINCE.builtInTasks} also load the extension ` +
  "druid-multi-stage-query on all servers (druid.extensions.loadList)";

export function httpError(call: Call, server: Server, answer: Answer): DruidHttpError {
  const refusal = readRefusal(answer);
  const hide = (text: string) => redactSaid(hideQuery(text, call.sql), server.secrets);
  // Masked before decoding too, because a literal of the query may itself look encoded.
  const detail = hide(decodeEntities(hide(refusal.detail)));
  const [errorCode, category] = [refusal.errorCode, refusal.category].map((word) =>
    word !== undefined && hide(word) === word ? word : undefined,
  );
  const what = `${cannot(call, server)}: ${answer.status} ${category ?? STATUS_CODES[answer.status] ?? ""}`.trimEnd();
  const words = shortenDetail(detail);
  const wording = (choice: {
    said: boolean;
    position: Position | undefined;
    excerpt: string | undefined;
    lacks?: string | undefined;
  }) => {
    const { permission } = call;
    const next =
      nextStep({ ...call, permission: choice.lacks ?? permission }, server, answer.status, refusal) ??
      (choice.said || words === "" ? undefined : howToReadReason(call));
    return (
      what +
      (choice.said && words !== "" ? `: ${words}` : "") +
      place(choice.position) +
      (next === undefined ? "" : `; ${next}`) +
      (choice.excerpt === undefined ? "" : `\n${choice.excerpt}`)
    );
  };
  const { position, detail: said } = refusal;
  const excerpt = call.sql && position && excerptAt(call.sql.query, position);
  const message = wording({ said: true, position, excerpt });
  const { status, retryAfterMs } = answer;
  return new DruidHttpError(message, { status, detail, errorCode, category, position, retryAfterMs, wording, said });
}

/** For a text that is left out. */
function howToReadReason({ sql, path }: Call): string {
  const why = "which is not shown here because it may quote secrets";
  if (sql === undefined) return `look into Druid's log for the reason, ${why}`;
  const how = path === SQL_TASK ? "the query behind EXPLAIN PLAN FOR" : "the query";
  return `run ${how} in Druid's console, with its parameters and context, to read the reason, ${why}`;
}

function place(position: Position | undefined): string {
  return position === undefined ? "" : ` (line ${position.line}, column ${position.column} of the query)`;
}

function nextStep(call: Call, server: Server, status: number, { detail, position }: Refusal): string | undefined {
  if (/Unable to determine destination/i.test(detail)) return "check that Druid's Coordinator and Overlord are running";
  switch (status) {
    case 401:
      return forLogin(server);
    case 403:
      return `grant ${call.permission}`;
    case 404:
      return call.path === SQL_TASK
        ? TASKS_NOT_FOUND
        : "check that the url is that of Druid's Router, with druid.router.managementProxy.enabled=true";
    case 307:
    case 308:
      return "check that Druid has a leader, and use the Router's address as the url";
    case 407:
      return "add the proxy's credentials to the proxy setting in the environment, or list Druid's host in NO_PROXY";
    case 413:
      return "raise the maximum request size of the proxy in front of Druid";
    case 429:
      return "wait until fewer queries or tasks are running, or raise Druid's limit";
    case 502:
    case 503:
    case 504:
      return "check that all of Druid's services are running, and try again";
    default:
      if (status >= 300 && status < 400) {
        return "a login page, a proxy or a moved address answers there; use the Router's own address as the url";
      }
      if (detail === HTML_PAGE) return NOT_DRUID;
      return call.sql === undefined || position === undefined ? undefined : tooNewFor(call.sql.query, position, detail);
  }
}

function forLogin(server: Server): string {
  switch (server.login) {
    case "none":
      return "no credentials were given: set username and password, or token";
    case "passwordWithColon":
      return "check username and password; Druid 27 and older reject any password with a colon, even the correct one";
    case "password":
      return "check username and password, and that they belong to this url; Druid may need a minute to pick up a new user";
    case "token":
      return "check the token, and that it belongs to this url";
    case "headers":
      return "check the credentials in the headers, and that they belong to this url";
  }
}
