/**
 * What Pulumi's provider process loads by the text in every resource's state, as `pulumi-druid/provider`: public for
 * ever. Wires the real parts into the lifecycle and knows nothing more.
 */
import type { dynamic } from "@pulumi/pulumi";
import { systemClock } from "./base/clock";
import type { DruidClient } from "./druid/client";
import type { ResolvedConnection } from "./druid/connection/connection";
import { createHttpClient } from "./druid/http-client";
import { createPoller, type Poller } from "./druid/poller";
import { connectHost, urnOf } from "./host";
import type { Parts, Properties } from "./lifecycle";
import * as lifecycle from "./lifecycle";

type Config = (key: string) => string | undefined;

let configured: Promise<Config> = Promise.resolve(() => undefined);
const connections = new Map<string, { client: DruidClient; poller: Poller }>();

const parts: Parts = {
  host: connectHost(),
  clock: systemClock,
  random: Math.random,
  env: process.env,
  config: () => configured,
  neighbours: new lifecycle.Neighbours(),
  druid(connection: ResolvedConnection) {
    const name = JSON.stringify(connection);
    const known = connections.get(name);
    if (known) return known;
    const client = createHttpClient({ connection, clock: systemClock, random: Math.random });
    const made = { client, poller: createPoller(client, systemClock) };
    connections.set(name, made);
    return made;
  },
};

/** Pulumi tells the exact URN beside the properties; the one that the program wrote into them may be off. */
function withUrn(properties: Properties): Properties {
  const urn = urnOf(properties);
  return urn === undefined ? properties : { ...properties, __urn: urn };
}

const provider = {
  // A call may come before this one has returned: what it gives is set at once.
  async configure(request: dynamic.ConfigureRequest) {
    configured = Promise.resolve((key: string) => request.config.get(key));
  },
  check: (olds: Properties, news: Properties) => lifecycle.check(parts, olds, withUrn(news)),
  diff: (_id: string, olds: Properties, news: Properties) => lifecycle.diff(parts, olds, withUrn(news)),
  create: (inputs: Properties) => lifecycle.create(parts, withUrn(inputs)),
  update: (id: string, olds: Properties, news: Properties) => lifecycle.update(parts, id, olds, withUrn(news)),
  read: (id: string, outputs: Properties) => lifecycle.read(parts, id, withUrn(outputs)),
  delete: (id: string, outputs: Properties) => lifecycle.remove(parts, id, withUrn(outputs)),
} satisfies dynamic.ResourceProvider;

// Named one by one, so that ES modules see them too.
export const { configure, check, diff, create, update, read } = provider;
const remove = provider.delete;

export { remove as delete };
