import { beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import type { MockResourceArgs } from "@pulumi/pulumi/runtime";
import * as internals from "@pulumi/pulumi/runtime/debuggable";
import { MsqIngestion, type MsqIngestionArgs } from "../../src";

const SQL = 'REPLACE INTO "wiki" OVERWRITE ALL SELECT * FROM "raw" PARTITIONED BY DAY';

describe("MsqIngestion", () => {
  let registered: MockResourceArgs[] = [];

  beforeAll(() =>
    pulumi.runtime.setMocks(
      {
        newResource: (args) => {
          registered.push(args);
          return { id: `id-${args.name}`, state: { ...args.inputs, published: ["v1:00"], taskId: "query-x-1" } };
        },
        call: () => ({}),
      },
      "shop",
      "dev",
      false,
      "acme",
    ),
  );
  beforeEach(() => {
    registered = [];
  });

  async function declare(args: MsqIngestionArgs, opts?: pulumi.CustomResourceOptions) {
    const resource = new MsqIngestion("wiki", args, opts);
    await value(resource.id);
    const found = registered.find(({ name }) => name === "wiki");
    if (found === undefined) throw new Error("nothing was registered");
    return { resource, inputs: found.inputs, type: found.type };
  }

  /** The options as Pulumi gets them, seen by a transformation. */
  async function effectiveOptions(opts: pulumi.CustomResourceOptions): Promise<pulumi.CustomResourceOptions> {
    let seen: pulumi.CustomResourceOptions = {};
    const look: pulumi.ResourceTransformation = ({ opts }) => {
      seen = opts;
      return undefined;
    };
    await declare({ query: SQL }, { ...opts, transformations: [look] });
    return seen;
  }

  test("registers the arguments and a constant provider under the dynamic type", async () => {
    const args = { query: SQL, context: { maxNumTasks: 3 }, parameters: ["a", { type: "BIGINT", value: "1" }] };
    const { inputs, type } = await declare(args);
    expect(type).toBe("pulumi-nodejs:dynamic/druid:MsqIngestion");
    expect(inputs).toEqual({
      ...args,
      __provider: 'exports.handler = () => require("pulumi-druid/provider");',
      __urn: "urn:pulumi:dev::shop::pulumi-nodejs:dynamic/druid:MsqIngestion::wiki",
      __organization: "acme",
      __secretQuery: false,
    });
  });

  test("tells the provider what Pulumi does not: parent, timeouts, and whether the query is secret", async () => {
    const parent = new pulumi.ComponentResource("acme:data:Lake", "lake");
    const { inputs } = await declare(
      { query: pulumi.secret(SQL) },
      { parent, customTimeouts: { create: "1h30m", delete: "90s" } },
    );
    expect(inputs).toMatchObject({
      __urn: "urn:pulumi:dev::shop::acme:data:Lake$pulumi-nodejs:dynamic/druid:MsqIngestion::wiki",
      __timeouts: { create: "1h30m", delete: "90s" },
      __secretQuery: true,
    });
  });

  test.each([
    ["SELECT 1", false],
    [pulumi.secret("SELECT 1"), true],
  ])("tells the provider whether anything in the checks is secret", async (query, isSecret) => {
    const { inputs } = await declare({ query: SQL, checks: { sql: [{ name: "x", query }] } });
    expect(inputs).toMatchObject({ __secretChecks: isSecret });
  });

  test("does not mistake the program's checks for their results", async () => {
    const { resource } = await declare({ query: SQL, checks: { minRows: 1 } });
    // The mocks answer with the inputs, as Pulumi does in a preview.
    expect(await (resource.checks as unknown as { isKnown: Promise<boolean> }).isKnown).toBe(false);
  });

  test("makes the connection a secret, whatever of it was one", async () => {
    const { resource } = await declare({ query: SQL, connection: { url: "http://druid:8888", password: "p" } });
    expect(await pulumi.isSecret(resource.connection)).toBe(true);
    expect(await value(resource.connection)).toEqual({ url: "http://druid:8888", password: "p" });
  });

  test("is found by a policy pack, which asks the class as @pulumi/policy does", async () => {
    const { resource, type } = await declare({ query: SQL });
    // validateResourceOfType(MsqIngestion, …) compares the one, and where a class has none asks the other.
    expect(MsqIngestion.__pulumiType).toBe(type);
    expect(MsqIngestion.isInstance({ __pulumiType: type })).toBe(true);
    expect(MsqIngestion.isInstance(resource)).toBe(true);
    for (const other of [undefined, null, "wiki", {}, { __pulumiType: "aws:s3/bucket:Bucket" }]) {
      expect(MsqIngestion.isInstance(other)).toBe(false);
    }
  });

  test("keeps the user's additional secret outputs and adds published", async () => {
    const seen = await effectiveOptions({ additionalSecretOutputs: ["taskId"] });
    expect(seen.additionalSecretOutputs).toEqual(["taskId", "published"]);
  });

  test("always deletes before it replaces", async () => {
    expect((await effectiveOptions({})).deleteBeforeReplace).toBe(true);
    expect((await effectiveOptions({ deleteBeforeReplace: true })).deleteBeforeReplace).toBe(true);
  });

  test("refuses deleteBeforeReplace: false and says why", () => {
    expect(() => new MsqIngestion("wiki", { query: SQL }, { deleteBeforeReplace: false })).toThrow(
      'Cannot declare MsqIngestion "wiki" with "deleteBeforeReplace: false": the replacement would load its rows first, and the delete of the old ingestion could then remove them; remove the option',
    );
    expect(registered).toEqual([]);
  });

  test("refuses replaceOnChanges and says what does the same", () => {
    const declare = (replaceOnChanges: string[]) => new MsqIngestion("wiki", { query: SQL }, { replaceOnChanges });
    expect(() => declare(["query"])).toThrow(
      /^Cannot declare MsqIngestion "wiki" with "replaceOnChanges": Pulumi cannot see .*"triggers" takes any other value$/,
    );
    expect(() => declare([])).not.toThrow();
  });

  describe("behind transformations", () => {
    /** Of the resource, of its parent, and of the parent's parent. */
    const places: [string, (...own: pulumi.ResourceTransformation[]) => pulumi.CustomResourceOptions][] = [
      ["the resource", (...transformations) => ({ transformations })],
      ["its parent", (...transformations) => ({ parent: component({ transformations }) })],
      ["a parent above", (...transformations) => ({ parent: component({ parent: component({ transformations }) }) })],
    ];
    const component = (opts: pulumi.ComponentResourceOptions) =>
      new pulumi.ComponentResource("acme:Lake", "lake", {}, opts);
    const setting =
      (option: pulumi.CustomResourceOptions, more = {}): pulumi.ResourceTransformation =>
      ({ type, props, opts }) =>
        type.endsWith("MsqIngestion") ? { props: { ...props, ...more }, opts: { ...opts, ...option } } : undefined;

    test.each(places)("of %s it refuses the same", async (_whose, optsWith) => {
      for (const option of [{ deleteBeforeReplace: false }, { replaceOnChanges: ["*"] }, { import: "query-1" }]) {
        expect(() => new MsqIngestion("wiki", { query: SQL }, optsWith(setting(option)))).toThrow(/^Cannot (decl|imp)/);
      }
      const value = { triggers: [new Map()] };
      expect(() => new MsqIngestion("wiki", { query: SQL }, optsWith(setting({}, value)))).toThrow(/^Cannot declare/);
    });

    test.each(places)("of %s it has the last word", async (_whose, optsWith) => {
      const late = { connection: { url: "http://b", password: "p" }, query: pulumi.secret(SQL), triggers: [5n] };
      const options = { customTimeouts: { create: "1h" }, aliases: ["urn:pulumi:dev::shop::x::old"] };
      const { resource, inputs } = await declare({ query: "INSERT" }, optsWith(setting(options, late)));
      expect(inputs).toMatchObject({
        __timeouts: { create: "1h" },
        __formerUrns: options.aliases,
        __secretQuery: true,
        triggers: ["5"],
      });
      expect(await pulumi.isSecret(resource.connection)).toBe(true);
      expect(resource.taskId).toBeDefined();
    });

    test("resources below it are none of its business", async () => {
      const { resource } = await declare({ query: SQL }, { transformations: [setting({})] });
      const below = new MsqIngestion("below", { query: SQL, triggers: [1n] }, { parent: resource });
      await value(below.id);
      const found = registered.filter(({ name }) => name !== "wiki");
      expect(found.map(({ inputs }) => inputs.triggers)).toEqual([["1"]]);
    });
  });

  test("refuses what Pulumi cannot carry before anything else looks at it, and leaves the SDK as it was", () => {
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    // Not declared, since it is internal.
    const sdk: { debuggablePromise?: unknown } = internals;
    const before = sdk.debuggablePromise;
    expect(() => new MsqIngestion("wiki", { query: SQL, triggers: [circle] })).toThrow(
      "an object that contains itself",
    );
    expect(before).toBeDefined();
    expect(sdk.debuggablePromise).toBe(before);
  });

  test("refuses import and names what does the same", () => {
    expect(() => new MsqIngestion("wiki", { query: SQL }, { import: "query-1" })).toThrow(
      /set "adoptTaskId" to the id/,
    );
  });

  test("leaves the caller's options as they were", async () => {
    const opts = { additionalSecretOutputs: ["taskId"] };
    await declare({ query: SQL }, opts);
    expect(opts).toEqual({ additionalSecretOutputs: ["taskId"] });
  });
});

/** Waits for an output as a program's `apply` would. */
function value<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => {
    output.apply((known) => resolve(known as T));
  });
}
