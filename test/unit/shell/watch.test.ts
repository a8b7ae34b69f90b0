import { afterEach, describe, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { MsqIngestion } from "../../../src";
import { watchLightly } from "../../../src/shell/watch";

type Watch = (promise: Promise<unknown>, context: string) => Promise<unknown>;

/** As the SDK itself calls it. */
const sdk: { debuggablePromise: Watch } = require("@pulumi/pulumi/runtime/debuggable");
const usual = sdk.debuggablePromise;
const limit = Error.stackTraceLimit;

/** The frames of the stack that the SDK takes of a promise. */
async function frames(): Promise<number> {
  const promise = Promise.resolve();
  await sdk.debuggablePromise(promise, "resolveURN(x)");
  return Reflect.get(promise, "_debugStackTrace").split("\n").length - 1;
}

describe("watchLightly()", () => {
  afterEach(() => {
    delete process.env.PULUMI_DEBUG_PROMISE_LEAKS;
  });

  test("spares the SDK its stacks, and gives them back", async () => {
    const asUsual = watchLightly();
    expect(await frames()).toBe(0);
    expect(Error.stackTraceLimit).toBe(limit);
    const another = watchLightly();
    asUsual();
    expect(await frames()).toBe(0);
    another();
    expect(await frames()).toBeGreaterThan(0);
  });

  test("passes on the promises of outputs, which end with the registration that is watched", () => {
    const asUsual = watchLightly();
    const promise = Promise.resolve();
    expect(sdk.debuggablePromise(promise, "transferProperty(x, taskId, undefined)")).toBe(promise);
    expect(sdk.debuggablePromise(promise, "resolveURN(x)")).not.toBe(promise);
    asUsual();
  });

  test("changes nothing for who looks for promises that never end", async () => {
    process.env.PULUMI_DEBUG_PROMISE_LEAKS = "1";
    const asUsual = watchLightly();
    expect(await frames()).toBeGreaterThan(0);
    asUsual();
  });

  test("ends with the registration, or where the constructor throws", async () => {
    await pulumi.runtime.setMocks({
      newResource: ({ name, inputs }) => ({ id: name, state: inputs }),
      call: () => ({}),
    });
    const query = 'INSERT INTO "a" SELECT 1 PARTITIONED BY ALL';
    let inside: Watch | undefined;
    const look: pulumi.ResourceTransformation = () => {
      inside = sdk.debuggablePromise;
      return undefined;
    };
    const made = new MsqIngestion("a", { query }, { transformations: [look] });
    expect(inside).not.toBe(usual);
    await new Promise((done) => made.id.apply(done));
    expect(sdk.debuggablePromise).toBe(usual);
    const spoil: pulumi.ResourceTransformation = ({ props, opts }) => ({ props, opts: { ...opts, import: "x" } });
    expect(() => new MsqIngestion("b", { query }, { transformations: [spoil] })).toThrow("Cannot import");
    expect(sdk.debuggablePromise).toBe(usual);
  });
});
