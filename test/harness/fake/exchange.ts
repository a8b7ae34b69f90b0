/** One request to the fake Druid and its answer, as plain values: no transport knows more. */

export interface FakeRequest {
  method: string;
  /** Decoded nowhere, without query. */
  path: string;
  query: Record<string, string>;
  /** Names in lower case. */
  headers: Record<string, string>;
  body?: string | undefined;
}

export interface HttpAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** No answer: the connection is refused or cut, or (`HANGS`) stays open for ever. */
export interface NetworkFault {
  code: "ECONNREFUSED" | "ECONNRESET" | "ETIMEDOUT" | "HANGS";
}

export type FakeAnswer = HttpAnswer | NetworkFault;

/** A request as it is kept in the log. */
export interface Received extends FakeRequest {
  atMs: number;
  /** The name of the API, see routes.ts; `unknown` where there is none. */
  route: string;
  /** Parsed body, where it is JSON. */
  json: unknown;
  /** Which fault met it. */
  fault?: string;
  /** Status or network code of the answer; absent while there is none. */
  answered?: number | string;
}

export function isNetworkFault(answer: FakeAnswer): answer is NetworkFault {
  return "code" in answer;
}

export function json(status: number, body: unknown): HttpAnswer {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}

export function text(status: number, body: string): HttpAnswer {
  return { status, headers: { "content-type": "text/plain" }, body };
}

export function html(status: number, title: string): HttpAnswer {
  const body = `<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>`;
  return { status, headers: { "content-type": "text/html;charset=iso-8859-1" }, body };
}

export function empty(status: number): HttpAnswer {
  return { status, headers: {}, body: "" };
}

export function parseJson(body: string | undefined): unknown {
  try {
    return body === undefined || body === "" ? undefined : JSON.parse(body);
  } catch {
    return undefined;
  }
}
