// When Druid can be used: every service is well, the Overlord knows its worker, and the Router finds both sides.
import { request } from "node:http";
import { HOST, type Ports, type Service } from "./settings";

const POLL_MS = 50;
const REQUEST_LIMIT_MS = 2_000;

function get(port: number, path: string, headers: Record<string, string>): Promise<{ status: number; body: string }> {
  return new Promise((resolve) => {
    const none = () => resolve({ status: 0, body: "" });
    const sent = request({ host: HOST, port, path, headers, agent: false, timeout: REQUEST_LIMIT_MS }, (answer) => {
      let body = "";
      answer.setEncoding("utf8");
      answer.on("data", (text) => {
        body += text;
      });
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, body }));
      answer.on("error", none);
    });
    sent.on("timeout", () => sent.destroy());
    sent.on("error", none);
    sent.end();
  });
}

export interface Readiness {
  ports: Ports;
  /** The services that are meant to run. */
  up: ReadonlySet<Service>;
  adminPassword?: string | undefined;
}

/** What is still missing, in words; undefined when nothing is. */
async function missing({ ports, up, adminPassword }: Readiness): Promise<string | undefined> {
  const credentials = Buffer.from(`admin:${adminPassword}`).toString("base64");
  const headers: Record<string, string> = adminPassword === undefined ? {} : { authorization: `Basic ${credentials}` };
  for (const service of up) {
    const { status } = await get(ports[service], "/status/health", headers);
    if (status !== 200) return `the ${service} is not well (HTTP ${status})`;
  }
  const together = (...services: Service[]) => services.every((service) => up.has(service));
  if (together("router", "coordinator", "indexer")) {
    const { status, body } = await get(ports.router, "/druid/indexer/v1/workers", headers);
    if (status !== 200 || !body.includes(`:${ports.indexer}"`)) return "the Overlord does not know its worker yet";
  }
  if (together("router", "broker")) {
    const { status } = await get(ports.router, "/druid/v2/sql/task/enabled", headers);
    if (status !== 200) return `the Router does not find the Broker yet (HTTP ${status})`;
  }
  return undefined;
}

/** Resolves with undefined once all is ready, or with what is missing when the time is over or `goOn` says no. */
export async function waitUntilReady(readiness: Readiness, limitMs: number, goOn: () => boolean) {
  const until = Date.now() + limitMs;
  let problem = await missing(readiness);
  while (problem !== undefined && Date.now() < until && goOn()) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    problem = await missing(readiness);
  }
  return problem;
}
