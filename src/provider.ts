/**
 * Entry point `pulumi-druid/provider`, which Pulumi's provider process loads. Its name is stored in the state of every
 * resource, so it must never change. It only passes the real dependencies to the lifecycle.
 */
import type { dynamic } from "@pulumi/pulumi";
import { systemClock } from "./base/clock";
import { sharedClients } from "./druid/clients";
import { createHttpClient } from "./druid/http-client";
import { connectHost, urnOf } from "./host";
import type { Parts, Properties } from "./lifecycle";
import * as lifecycle from "./lifecycle";

type Config = (key: string) => string | undefined;

let configured: Promise<Config> = Promise.resolve(() => undefined);

const parts: Parts = {
  host: connectHost(),
  clock: systemClock,
  random: Math.random,
  env: process.env,
  config: () => configured,
  neighbours: new lifecycle.Neighbours(),
  druid: sharedClients(
    (connection) => createHttpClient({ connection, clock: systemClock, random: Math.random }),
    systemClock,
  ),
};

/** Replaces the URN computed by the program, which may be wrong, with the exact one that Pulumi sends. */
function withUrn(properties: Properties): Properties {
  const urn = urnOf(properties);
  return urn === undefined ? properties : { ...properties, __urn: urn };
}

/** As the SDK declares it: other types would make the declarations of everything inside part of the package. */
const provider: Required<dynamic.ResourceProvider> = {
  // Set synchronously, because another call may arrive before this one has returned.
  async configure(request: dynamic.ConfigureRequest) {
    configured = Promise.resolve((key: string) => request.config.get(key));
  },
  check: (olds: Properties, news: Properties) => lifecycle.check(parts, olds, withUrn(news)),
  diff: (_id: string, olds: Properties, news: Properties) => lifecycle.diff(parts, olds, withUrn(news)),
  create: (inputs: Properties) => lifecycle.create(parts, withUrn(inputs)),
  update: (id: string, olds: Properties, news: Properties) => lifecycle.update(parts, id, olds, withUrn(news)),
  read: (id: string, outputs: Properties) => lifecycle.read(parts, id, withUrn(outputs)),
  delete: (id: string, outputs: Properties) => lifecycle.remove(parts, id, withUrn(outputs)),
};

// Exported one by one, so that ES modules can import them by name.
export const { configure, check, diff, create, update, read } = provider;
const remove = provider.delete;

export { remove as delete };
