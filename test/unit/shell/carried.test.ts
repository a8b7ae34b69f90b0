import { afterEach, describe, expect, jest, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { carriedParameters, carriedValue } from "../../../src/shell/carried";

const triggers = (...values: unknown[]): unknown => carriedValue("wiki", "triggers", values);
const context = (value: unknown): unknown => carriedValue("wiki", "context", value);
const parameters = (...values: unknown[]): unknown => carriedParameters("wiki", values);
const circle: unknown[] = [];
circle.push({ circle });
const deep = JSON.parse(`${"[".repeat(20_000)}${"]".repeat(20_000)}`);

class Version {
  readonly #number = 1;
  readonly text = `v${this.#number}`;
}

/** What is refused as such, wherever it stands. */
const REFUSED: [string, unknown, string][] = [
  ["a Map", new Map([[1, 2]]), "is a Map, which Pulumi cannot pass to the provider; write [...map]"],
  ["a Set", new Set([1]), "is a Set, which Pulumi cannot pass to the provider; write [...set]"],
  ["NaN", Number.NaN, "is NaN, which Pulumi cannot pass to the provider; write its text"],
  ["infinity", Number.POSITIVE_INFINITY, "is Infinity, which Pulumi cannot pass to the provider; write its text"],
  [
    "minus infinity",
    Number.NEGATIVE_INFINITY,
    "is -Infinity, which Pulumi cannot pass to the provider; write its text",
  ],
  ["a RegExp", /x/, "is a RegExp, which Pulumi cannot pass to the provider; write String(expression)"],
  [
    "a function",
    () => 1,
    "is a function, which Pulumi cannot pass to the provider; write what it returns, or a hash of its text",
  ],
  ["a class", Version, "is a function, which Pulumi cannot pass to the provider"],
  ["a symbol", Symbol("x"), "is a symbol, which Pulumi cannot pass to the provider; write its description"],
  [
    "an invalid Date",
    new Date("x"),
    "is an invalid Date, which Pulumi cannot pass to the provider; write a valid one, or a text",
  ],
  [
    "an instance",
    new Version(),
    "is an instance of Version, which Pulumi cannot pass to the provider; write its text, or a plain",
  ],
  ["an error", new Error("x"), "is an instance of Error"],
  ["a URL", new URL("http://x"), "is an instance of URL"],
  ["a boxed text", Object("x"), "is an instance of String"],
  [
    "a buffer",
    Buffer.from("x"),
    'is binary data, which Pulumi cannot pass to the provider; write its text, e.g. buffer.toString("base64")',
  ],
  ["a typed array", new Float64Array(1), "is binary data"],
  ["an array buffer", new ArrayBuffer(1), "is binary data"],
  ["what is nested too deep", deep, "is nested more than 500 levels deep"],
  [
    "what contains itself",
    circle,
    "is an object that contains itself, which Pulumi cannot pass to the provider; write the parts that matter",
  ],
  [
    "a file",
    new pulumi.asset.FileAsset("a.csv"),
    "is an asset, which Pulumi cannot pass to the provider; write a hash of it, e.g. create",
  ],
  ["an archive", new pulumi.asset.FileArchive("a.zip"), "is an asset"],
  [
    "a resource",
    new pulumi.DependencyResource("urn:x"),
    "is a resource, which Pulumi cannot pass to the provider; write the output",
  ],
];

test("plain JSON is carried as it is, a Date as its text", () => {
  expect(triggers("a", { deep: [1, null] })).toEqual(["a", { deep: [1, null] }]);
  expect(triggers(new Date(0))).toEqual(["1970-01-01T00:00:00.000Z"]);
  expect(() => triggers(new Map())).toThrow(
    '"triggers[0]" is a Map, which Pulumi cannot pass to the provider; write [...map]',
  );
});

describe("values of triggers and context", () => {
  test.each<[string, unknown, unknown]>([
    ["JSON", ["a", 1, -1.5, true, null, { a: [{}] }, []], ["a", 1, -1.5, true, null, { a: [{}] }, []]],
    ["a Date", new Date(5), "1970-01-01T00:00:00.005Z"],
    ["a bigint", 2n ** 70n, "1180591620717411303424"],
    ["both, inside others", [{ at: new Date(0), n: [1n] }], [{ at: "1970-01-01T00:00:00.000Z", n: ["1"] }]],
    ["undefined", [undefined, { a: undefined }], [undefined, { a: undefined }]],
    ["an object without a prototype", Object.assign(Object.create(null), { a: 1 }), { a: 1 }],
  ])("%s is carried", (_what, value, expected) => {
    expect(triggers(value)).toEqual([expected]);
    expect(context({ key: value })).toEqual({ key: expected });
  });

  test("the same object at two places is no circle", () => {
    const shared = { a: 1 };
    expect(triggers(shared, [shared])).toEqual([shared, [shared]]);
  });

  test("what is carried is carried again as it is", () => {
    const once = triggers(new Date(0), 5n, { a: [1] });
    expect(carriedValue("wiki", "triggers", once)).toEqual(once);
  });

  test.each(REFUSED)("%s is refused", (_what, value, reason) => {
    const message = (path: string) => `Cannot declare MsqIngestion "wiki": "${path}`;
    expect(() => triggers(1, value)).toThrow(message("triggers[1]"));
    expect(() => triggers(value)).toThrow(reason);
    expect(() => triggers({ deep: [value] })).toThrow(message("triggers[0].deep[0]"));
    expect(() => context({ key: value })).toThrow(message("context.key"));
    expect(() => triggers(value)).toThrow(pulumi.RunError);
  });
});

describe("values of parameters", () => {
  test.each<[string, unknown, unknown]>([
    ["scalars", ["a", 1, true, null], ["a", 1, true, null]],
    ["a bigint", [5n], [{ type: "BIGINT", value: 5 }]],
    ["a long bigint", [-9007199254740993n], [{ type: "BIGINT", value: "-9007199254740993" }]],
    ["a bigint with a type", [{ type: "BIGINT", value: 2n ** 60n }], [{ type: "BIGINT", value: String(2n ** 60n) }]],
    ["bigints in a list", [{ type: "ARRAY", value: [1n, 2] }], [{ type: "ARRAY", value: [1, 2] }]],
  ])("%s: carried", (_what, given, expected) => expect(parameters(...(given as unknown[]))).toEqual(expected));

  test.each<[string, unknown, string]>([
    [
      "a Date",
      new Date(),
      '"parameters[0]" is a Date, which Pulumi cannot pass to the provider; write { type: "TIMESTAMP", value: date',
    ],
    ["a Date with a type", { type: "TIMESTAMP", value: new Date() }, '"parameters[0].value" is a Date'],
    ["a long bigint in a list", { type: "ARRAY", value: [2n ** 60n] }, '"parameters[0].value[0]" is an integer beyond'],
    ["a Map", new Map(), '"parameters[0]" is a Map'],
  ])("%s: refused", (_what, value, reason) => expect(() => parameters(value)).toThrow(reason));
});

describe("outputs and promises", () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  test("are looked into when they are known, and stay secret", async () => {
    const [date, secret, promise] = triggers(
      pulumi.output("x").apply(() => [new Date(0)]),
      pulumi.secret("x").apply(() => 5n),
      Promise.resolve({ at: new Date(0), later: Promise.resolve(1n) }),
    ) as [pulumi.Output<unknown>, pulumi.Output<unknown>, Promise<{ later: Promise<unknown> }>];
    expect(await known(date)).toEqual(["1970-01-01T00:00:00.000Z"]);
    expect([await known(secret), await pulumi.isSecret(secret)]).toEqual(["5", true]);
    expect(await promise).toMatchObject({ at: "1970-01-01T00:00:00.000Z" });
    expect(await (await promise).later).toBe("1");
    expect(
      await known(
        carriedParameters(
          "wiki",
          pulumi.output(1).apply(() => [7n]),
        ) as pulumi.Output<unknown>,
      ),
    ).toEqual([{ type: "BIGINT", value: 7 }]);
  });

  test.each(REFUSED)("%s in a promise is refused", async (_what, value, reason) => {
    const [promise] = triggers(Promise.resolve([value])) as [Promise<unknown>];
    await expect(promise).rejects.toThrow(reason);
  });

  test("that are empty objects are told once: each may have been a Date", async () => {
    const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
    for (let times = 0; times < 2; times++) {
      const [secret] = triggers(pulumi.secret({ deep: new Date() })) as [pulumi.Output<unknown>];
      expect(await known(secret)).toEqual({ deep: {} });
    }
    expect(warn.mock.calls).toEqual([
      [
        expect.stringMatching(
          /^"triggers\[0\]\.deep" of MsqIngestion "wiki" is an empty object\. pulumi\.output and .*: write pul/,
        ),
      ],
    ]);
    expect(triggers({})).toEqual([{}]);
    expect(warn).toHaveBeenCalledTimes(1);
  });
});

/** What Pulumi itself would send. */
const known = <T>(output: pulumi.Output<T>): Promise<T> => (output as unknown as { promise(): Promise<T> }).promise();
