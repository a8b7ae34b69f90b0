/**
 * What the state and Druid's errors may not tell in the open, because the query, its parameters or its context are
 * secret. Pulumi encrypts an output under the name of a secret input; the rest is here.
 */
import { isHttpError } from "../base/errors";
import { isRecord } from "../base/json";
import type { DruidClient } from "../druid/client";
import { hiddenInputs, type Properties } from "./state";

/** Pulumi's wire format for a secret. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/** The outputs with the rows of a secret SELECT as a secret: its texts may stand in them. */
export function sealed(outputs: Properties): Properties {
  const { results } = outputs;
  const isOpen = results !== undefined && !(isRecord(results) && SIGNATURE in results);
  if (!isOpen || !hiddenInputs(outputs).secretTexts) return outputs;
  return { ...outputs, results: { [SIGNATURE]: SECRET, value: results } };
}

/** A client whose errors leave out what Druid said, since that may quote the query, its parameters or its rows. */
export function quietClient(client: DruidClient): DruidClient {
  return new Proxy(client, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      return typeof member === "function" ? (...args: unknown[]) => quietly(() => member.apply(target, args)) : member;
    },
  });
}

export async function quietly<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw isHttpError(error) ? error.withoutDetail() : error;
  }
}
