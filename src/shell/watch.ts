/**
 * Makes it cheap for Pulumi's SDK to watch the promises of a resource. It takes a stack of each, translated by source
 * maps, and of an ingestion's outputs there are more than a hundred: three quarters of what declaring one costs.
 */
import { createRequire } from "node:module";

interface Debuggable {
  debuggablePromise?<T>(promise: Promise<T>, context: unknown): Promise<T>;
}

/** Internal to the SDK, but the same in every supported release. An import would give a copy that cannot be changed. */
const sdk = sdkInternals();

/** Nothing where it cannot be found: declaring an ingestion is then as slow as the SDK makes it. */
function sdkInternals(): Debuggable {
  try {
    return createRequire(__filename)("@pulumi/pulumi/runtime/debuggable");
  } catch {
    return {};
  }
}

/** The promises of the outputs end with the registration, which is watched itself. */
const OF_AN_OUTPUT = /^transfer/;

/** Ingestions under way, and how the SDK watches where there is none. */
let underWay = 0;
let usual: Debuggable["debuggablePromise"];

/**
 * Until the returned function is called, as often as this one. With PULUMI_DEBUG_PROMISE_LEAKS, which shows the stacks,
 * all stays as it is.
 */
export function watchLightly(): () => void {
  const watch = sdk.debuggablePromise;
  if (watch === undefined || process.env.PULUMI_DEBUG_PROMISE_LEAKS) return () => {};
  underWay += 1;
  if (underWay === 1) {
    usual = watch;
    sdk.debuggablePromise = (promise, context) => {
      if (OF_AN_OUTPUT.test(String(context))) return promise;
      const limit = Error.stackTraceLimit;
      Error.stackTraceLimit = 0;
      try {
        return watch(promise, context);
      } finally {
        Error.stackTraceLimit = limit;
      }
    };
  }
  return () => {
    underWay -= 1;
    if (underWay === 0 && usual !== undefined) sdk.debuggablePromise = usual;
  };
}
