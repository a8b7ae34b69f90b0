import { afterEach, describe, expect, test } from "@jest/globals";
import { stopAllWebs } from "../../druid/web";
import { cluster, doctor } from "./cluster";

afterEach(stopAllWebs);

const piped = (config: unknown) => ({ input: async () => JSON.stringify(config) });

describe("where doctor takes the connection from", () => {
  test("the config of a stack on standard input, with its secrets", async () => {
    const { url, asked } = await cluster();
    const config = {
      "app:size": { value: "3", secret: false },
      "druid:url": { value: url, secret: false },
      "druid:token": { value: "t0ken-t0ken", secret: true },
    };
    const { code, out } = await doctor([], piped(config));
    expect(code).toBe(0);
    expect(out).toContain(`Druid at ${url} (from the stack's config)`);
    expect(out).not.toContain("t0ken-t0ken");
    expect(new Set(asked.map(({ headers }) => headers.authorization))).toEqual(new Set(["Bearer t0ken-t0ken"]));
  });

  test("one of its clusters", async () => {
    const { url, asked } = await cluster();
    const clusters = { prod: { url, token: "t0ken-t0ken" } };
    const config = { "druid:clusters": { value: JSON.stringify(clusters), objectValue: clusters, secret: true } };
    expect(await doctor(["--cluster", "prod"], piped(config))).toMatchObject({ code: 0 });
    expect(asked[0]?.headers.authorization).toBe("Bearer t0ken-t0ken");
    const unnamed = await doctor([], piped(config));
    expect(unnamed).toMatchObject({ code: 2, out: "" });
    expect(unnamed.err).toContain("--cluster: prod");
  });

  test.each([
    [
      "a secret without its value",
      piped({ "druid:url": { value: "http://a:1" }, "druid:token": { secret: true } }),
      /"druid:token": use pulumi config --json --show-secrets/,
    ],
    ["no url", {}, /give --url, set DRUID_URL, or pipe/],
    ["an empty config", { input: async () => "\n" }, /give --url, set DRUID_URL, or pipe/],
    ["no config", { input: async () => "no stack selected" }, /standard input holds no config/],
    ["other JSON", piped([1]), /standard input holds no config/],
    ["a secret url without its value", piped({ "druid:url": { secret: true } }), /"druid:url": use pulumi config/],
    ["a config without a url", piped({}), /has no url/],
    ["a url that is none", { env: { DRUID_URL: "druid" } }, /is not a URL/],
  ])("%s is a wrong call", async (_what, more, text) => {
    const { code, out, err } = await doctor([], more);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatch(text);
    expect(err.trim().split("\n")).toHaveLength(1);
    const asJson = await doctor(["--json"], more);
    expect(asJson).toMatchObject({ code: 2, err });
    expect(JSON.parse(asJson.out)).toEqual({ ok: false, error: expect.stringMatching(text), findings: [] });
  });

  test.each([[["x"]], [["--into", ""]], [["--url", "http://a:1", "--cluster", "b"]]])(
    "%j is a wrong call",
    async (words) => {
      expect(await doctor(words)).toMatchObject({ code: 2, out: "" });
    },
  );
});
