/** A login that is changed while ingestions stand: nothing is loaded again, and every command works with the new one. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { insert, setUp, URL } from "../../harness/virtual/setup";

const pem = (name: string) => readFileSync(join(__dirname, "../../fixtures/tls", `${name}.pem`), "utf8");

/** A Druid that wants a login; its password can be changed. */
function secured(config: Record<string, string> = {}, env: Record<string, string> = {}) {
  const auth = { username: "ann", password: "first-word" };
  const world = setUp({ auth }, { direct: false, config, env });
  const { fake, stack } = world;
  const by = (password: string) => ({ url: URL, username: "ann", password });
  return {
    ...world,
    auth,
    up: (password: string) => stack.up({ query: insert("A"), connection: by(password) }),
    runs: () => fake.tasks.filter(({ type }) => type === "query_controller").length,
  };
}

describe("a changed password", () => {
  test("in the program is an update that runs nothing, and is used from then on", async () => {
    const { auth, stack, up, runs } = secured();
    expect((await up("first-word")).error).toBeUndefined();
    auth.password = "second-word";
    const { asked, error } = await up("second-word");
    expect({ asked, error }).toEqual({ asked: ["check", "diff", "update"], error: undefined });
    expect(runs()).toBe(1);
    expect(stack.outputs).toMatchObject({ state: "SUCCESS", connection: { password: "second-word" } });
    expect((await stack.refresh()).error).toBeUndefined();
    expect((await stack.destroy()).error).toBeUndefined();
    expect(stack.resource).toBeUndefined();
  });

  test.each([
    ["the stack's config", true],
    ["the environment", false],
  ])("in %s is no change at all, and refresh and destroy work", async (_where, isConfig) => {
    const values = isConfig
      ? { "druid:url": URL, "druid:username": "ann", "druid:password": "first-word" }
      : { DRUID_URL: URL, DRUID_USERNAME: "ann", DRUID_PASSWORD: "first-word" };
    const { auth, stack, runs } = isConfig ? secured(values) : secured({}, values);
    const program = { query: insert("A") };
    await stack.up(program);
    auth.password = "second-word";
    Object.assign(values, isConfig ? { "druid:password": "second-word" } : { DRUID_PASSWORD: "second-word" });
    const { asked, error } = await stack.up(program);
    expect({ asked, error }).toEqual({ asked: ["check", "diff"], error: undefined });
    expect(JSON.stringify(stack.outputs)).not.toContain("first-word");
    expect((await stack.refresh()).error).toBeUndefined();
    expect((await stack.up({ query: insert("B") })).error).toBeUndefined();
    expect(runs()).toBe(2);
    expect((await stack.destroy()).error).toBeUndefined();
  });

  test("that state does not know yet stops refresh and destroy, keeps the state, and says what to do", async () => {
    const { auth, stack, up, runs, fake } = secured();
    await up("first-word");
    auth.password = "second-word";
    const before = structuredClone(stack.resource);
    // Something to ask: without it a refresh of a finished load may need no answer.
    for (const command of [() => stack.refresh(), () => stack.destroy()]) {
      const { error = "" } = await command();
      expect(error).toContain("401");
      expect(error).toContain("run `pulumi up` with the new one first, which loads nothing");
      expect(error).not.toContain("first-word");
      expect(stack.resource).toEqual(before);
    }
    expect((await up("second-word")).error).toBeUndefined();
    expect((await stack.destroy()).error).toBeUndefined();
    expect(runs()).toBe(1);
    expect(fake.warehouse.rowsAtBroker("events")).toBeGreaterThan(0);
  });

  test("that is wrong fails, runs nothing, and the right one mends it", async () => {
    const { auth, stack, up, runs } = secured();
    await up("first-word");
    auth.password = "second-word";
    const wrong = await stack.up({
      query: insert("B"),
      connection: { url: URL, username: "ann", password: "third-word" },
    });
    expect(wrong.error).toContain("check username and password");
    expect(wrong.error).not.toContain("third-word");
    expect((await up("second-word")).error).toBeUndefined();
    expect(stack.outputs).toMatchObject({ state: "SUCCESS" });
    expect(runs()).toBe(1);
  });
});

test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
  ["token", { token: "t0ken-one" }, { token: "t0ken-two" }],
  ["header", { headers: { "X-Key": "one" } }, { headers: { "X-Key": "two" } }],
  [
    "certificate",
    { tls: { cert: pem("server"), key: pem("server-key") } },
    { tls: { cert: pem("client"), key: pem("client-key") } },
  ],
  ["authority", { tls: { ca: pem("cert") } }, { tls: { ca: pem("authority") } }],
])("a changed %s is an update that runs nothing", async (_what, first, second) => {
  const { fake, stack } = setUp();
  await stack.up({ query: insert("A"), connection: { url: URL, ...first } });
  const { asked, error } = await stack.up({ query: insert("A"), connection: { url: URL, ...second } });
  expect({ asked, error }).toEqual({ asked: ["check", "diff", "update"], error: undefined });
  expect(fake.tasks).toHaveLength(1);
  expect(stack.outputs.connection).toEqual({ url: URL, ...second });
});

describe("a certificate that is not checked", () => {
  const connection = { url: "https://router:9088", tls: { insecureSkipVerify: true } };
  const warnings = (lines: { kind: string; message: string }[]) =>
    lines.filter(({ kind }) => kind === "warning").map(({ message }) => message);

  test("is warned of in every command, once in each", async () => {
    const { stack } = setUp();
    const program = { query: insert("A"), connection };
    const text = /^The certificate of "https:\/\/router:9088" is not checked.*\[unchecked-certificate\]$/;
    for (const command of [
      () => stack.preview(program),
      () => stack.up(program),
      () => stack.up(program),
      () => stack.refresh(),
      () => stack.destroy(),
    ]) {
      const { lines, error } = await command();
      expect(error).toBeUndefined();
      expect(warnings(lines)).toEqual([expect.stringMatching(text)]);
    }
  });

  test("is not warned of where there is none", async () => {
    const { stack } = setUp();
    const plain = { ...connection, url: URL };
    expect(warnings((await stack.up({ query: insert("A"), connection: plain })).lines)).toEqual([]);
  });
});
