/** Reads what only `pulumi-druid doctor` wants to know. Sends nothing but GETs, and gives any answer as it is. */
import { parseJson } from "../../base/json";
import type { CallOptions } from "../client";
import type { Call, Send, Server } from "../transport/call";
import { httpError } from "../transport/http-error";
import type { Route } from "../transport/route";

export interface Looked {
  status: number;
  contentType: string;
  /** Parsed; undefined if it is not JSON. */
  body: unknown;
  route: Route;
  /** What the client would say; undefined if the status is a success. */
  refusal: string | undefined;
}

export interface Inspector {
  /** `action` as in the errors of the client: `read … of`. Throws only if no answer comes. */
  get(action: string, path: string, options?: CallOptions): Promise<Looked>;
}

/** `send` tells the way of each answer before it resolves. */
export function createInspector(server: Server, makeSend: (tell: (route: Route) => void) => Send): Inspector {
  return {
    async get(action, path, options) {
      let route: Route = { redirects: [] };
      const send = makeSend((told) => {
        route = told;
      });
      const call: Call = { action, method: "GET", path, changes: false, permission: "the permission to read it" };
      const answer = await send(call, options?.signal);
      const { status, contentType, text } = answer;
      const isGood = status >= 200 && status < 300;
      const refusal = isGood ? undefined : httpError(call, server, answer).message;
      return { status, contentType, body: parseJson(text), route, refusal };
    },
  };
}
