/** For secret queries: errors without what Druid said, since that may quote the query, its parameters or its rows. */
import { isHttpError } from "./errors";

/** The same object, whose methods are all asynchronous, with quiet errors. */
export function quiet<T extends object>(client: T): T {
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
