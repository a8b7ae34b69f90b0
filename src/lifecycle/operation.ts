/**
 * Wraps each operation on a resource: resolves the connection, handles cancellation (interrupt, engine gone, time
 * limit), shows its status, and builds an error text with what, where, cause and next step, without secrets.
 */
import { DruidIngestionError, isHttpError, messageOf } from "../base/errors";
import { withinTime } from "../base/limit";
import { quiet, quietly } from "../base/quiet";
import { redact, redactSaid } from "../base/redact";
import { connectionSecrets, type ResolvedConnection, resolveConnection } from "../druid/connection/connection";
import { nameOf } from "../ingestion/sequence/key";
import type { Session } from "../ingestion/session";
import { credentialsIn } from "../statement/credentials";
import type { Parts } from "./parts";
import { sealed } from "./secrecy";
import { type HiddenInputs, hiddenInputs, type Properties } from "./state";
import { type Operation, timeoutMs } from "./timeouts";
import { warnOfTrust } from "./trust";

export interface OperationContext extends HiddenInputs {
  session: Session;
  /** Removes the secrets of the connection and of the query from a text of Druid's. */
  hide(text: string): string;
  /** Turns any error into the text that the user sees. */
  explain(error: unknown): string;
}

/** Runs `work` for the resource with these properties; its errors contain `verb`. */
export async function operate<T>(
  parts: Parts,
  verb: "create" | "update" | "refresh" | "delete",
  properties: Properties,
  work: (context: OperationContext) => Promise<T>,
): Promise<T> {
  const hidden = hiddenInputs(properties);
  const config = await parts.config();
  const connection = resolveConnection(properties.connection, config, parts.env);
  warnOfTrust(parts, hidden.urn, connection);
  const limitMs = verb === "refresh" ? undefined : timeoutMs(hidden.timeouts, verb satisfies Operation);
  const workUntil = async (signal: AbortSignal): Promise<T> => {
    const around = sessionOf(parts, hidden, connection, properties, signal, verb);
    try {
      return await parts.host.during(() => work({ ...hidden, ...around }), hidden.urn);
    } catch (error) {
      if (verb !== "create" && verb !== "update" && isLoginRefused(error)) throw withOldLogin(error);
      // Those with a state to keep, and those of `druid/`, already say what and where.
      if (error instanceof Error && "properties" in error) {
        throw Object.assign(error, { properties: sealed(error.properties as Properties) });
      }
      if (error instanceof Error && error.message.startsWith("Cannot ")) throw error;
      throw new Error(around.explain(error), { cause: error });
    }
  };
  if (limitMs === undefined) return workUntil(parts.host.signal);
  const text = `it took longer than the ${limitMs / 1_000} s of customTimeouts.${verb}`;
  const reason = new DruidIngestionError("timeout", text);
  return withinTime(parts.clock, limitMs, parts.host.signal, workUntil, reason);
}

const isLoginRefused = (error: unknown): error is Error =>
  error instanceof Error && [error, error.cause].some((one) => isHttpError(one) && one.status === 401);

/** State has the login of the last `pulumi up`, which may have been changed since. */
function withOldLogin(error: Error): Error {
  const text =
    `${error.message}; Pulumi deletes and refreshes with the connection of the last \`pulumi up\`: if the login has ` +
    "changed since, run `pulumi up` with the new one first, which loads nothing (docs/connections.md)";
  return new Error(text, { cause: error });
}

export function sessionOf(
  parts: Parts,
  hidden: HiddenInputs,
  connection: ResolvedConnection,
  inputs: Properties,
  signal: AbortSignal,
  verb: string,
) {
  const { host, clock } = parts;
  const { urn, secretTexts } = hidden;
  const { client: talkative, poller } = parts.druid(connection);
  const client = secretTexts ? quiet(talkative) : talkative;
  // Druid's task report quotes addresses that it could not read, including their credentials.
  const secrets = [...connectionSecrets(connection), ...credentialsIn(inputs)];
  const hideOwn = (text: string) => redact(text, secrets);
  const look: Session["look"] = (taskId, lookSignal) => poller.look(taskId, { signal: lookSignal, patienceMs: 0 });
  const session: Session = {
    client,
    cluster: talkative,
    // No retries here: code that waits for a task retries itself.
    look: secretTexts ? (...asked) => quietly(() => look(...asked)) : look,
    clock,
    random: () => parts.random(),
    signal,
    assertAlive: () => host.assertAlive(),
    status: (message) => host.status(urn, hideOwn(message)),
    log: (severity, message) => host.log(severity, urn, hideOwn(message)),
  };
  const explain = (error: unknown) => {
    // The signal's reason says more than the request that it aborted.
    const cause = signal.aborted ? signal.reason : error;
    const text = messageOf(cause);
    // Errors from `druid/` already say what and where.
    const whole = text.startsWith("Cannot ")
      ? text
      : `Cannot ${verb} ingestion "${nameOf(urn)}" on "${client.url}": ${text}`;
    return hideOwn(whole);
  };
  return { session, hide: (text: string) => redactSaid(text, secrets), explain };
}
