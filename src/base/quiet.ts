/** For secret queries: errors without what Druid said, since that may quote the query, its parameters or its rows. */
import { isHttpError } from "./errors";

const loudOnes = new WeakMap<object, object>();

/** The same object, whose methods are all asynchronous, with quiet errors. */
export function quiet<T extends object>(client: T): T {
  const made = new Proxy(client, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      return typeof member === "function" ? (...args: unknown[]) => quietly(() => member.apply(target, args)) : member;
    },
  });
  loudOnes.set(made, client);
  return made;
}

/**
 * The object that was made quiet, if it was. What ingestions share is kept under it: those with secret queries have a
 * quiet client each, and must wait for the same slots and turns as all others.
 */
export function sharedKey<T extends object>(client: T): T {
  return (loudOnes.get(client) as T | undefined) ?? client;
}

export async function quietly<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw isHttpError(error) ? error.withoutDetail() : error;
  }
}
