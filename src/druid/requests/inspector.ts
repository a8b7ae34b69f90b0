/** Reads what only `pulumi-druid doctor` wants to know. Sends nothing but GETs, and gives any answer as it is. */
import { parseJson } from "../../base/json";
import type { CallOptions } from "../client";
import type { Send } from "../transport/call";
import type { Route } from "../transport/route";

export interface Looked {
  status: number;
  contentType: string;
  /** Parsed; undefined if it is not JSON. */
  body: unknown;
  route: Route;
}

export interface Inspector {
  /** `action` as in the errors of the client: `read … of`. Throws only if no answer comes. */
  get(action: string, path: string, options?: CallOptions): Promise<Looked>;
}

/** `send` tells the way of each answer before it resolves. */
export function createInspector(makeSend: (tell: (route: Route) => void) => Send): Inspector {
  return {
    async get(action, path, options) {
      let route: Route = { redirects: [] };
      const send = makeSend((told) => {
        route = told;
      });
      const call = { action, method: "GET" as const, path, changes: false, permission: "" };
      const { status, contentType, text } = await send(call, options?.signal);
      return { status, contentType, body: parseJson(text), route };
    },
  };
}
