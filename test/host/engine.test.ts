import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "@jest/globals";
import { LAZY_SDK } from "../harness/lazy-sdk";
import { InitFailed, type ProviderProcess, startProvider } from "../harness/provider-process";

const URN = "urn:pulumi:dev::shop::acme:data:Lake$pulumi-nodejs:dynamic/druid:MsqIngestion::wiki";
const DECLARED = "urn:pulumi:dev::shop::pulumi-nodejs:dynamic/druid:MsqIngestion::wiki";
const hidden = { __provider: 'exports.handler = () => require("./provider.js");', __urn: DECLARED };

/**
 * A busy machine is late by itself, so that what takes its time is tried a few times: one shows what the code can do.
 * Gives the first result that is good, or the last one. What must never happen, no try may do.
 */
async function bestOf<T>(tries: number, attempt: () => Promise<T>, isGood: (result: T) => boolean): Promise<T> {
  const result = await attempt();
  return isGood(result) || tries === 1 ? result : bestOf(tries - 1, attempt, isGood);
}

describe.each([
  ["3.248", "@pulumi/pulumi"],
  ["3.270", "pulumi-newest"],
])("in the dynamic provider process of SDK %s", (_version, sdk) => {
  let started: ProviderProcess[] = [];

  let folders: string[] = [];

  /** Where a provider tells what became of its create, for a test to read when the process is gone. */
  function fileToTell(): string {
    const folder = mkdtempSync(join(tmpdir(), "host-"));
    folders.push(folder);
    return join(folder, "told");
  }

  async function start(env: NodeJS.ProcessEnv = {}): Promise<ProviderProcess> {
    const provider = await startProvider({
      cwd: join(__dirname, "fixtures", "project"),
      sdk,
      env: { CI: "", ...LAZY_SDK, ...env },
    });
    started.push(provider);
    await provider.configure({});
    // The first call loads the provider, as Pulumi's own check does.
    await provider.check({ urn: URN, news: hidden });
    return provider;
  }

  afterEach(async () => {
    await Promise.all(started.map(({ stop }) => stop()));
    started = [];
    for (const folder of folders) rmSync(folder, { recursive: true });
    folders = [];
  });

  test("the first call knows its URN as the program declared it, later ones as the engine has it", async () => {
    const { check, create, update, read, logged, delete: remove } = await start();
    expect(await logged(({ message }) => message === `checks ${DECLARED}`)).toMatchObject({ urn: DECLARED });
    await check({ urn: URN, news: hidden });
    expect(await logged(({ urn }) => urn === URN)).toMatchObject({ severity: "debug", message: `checks ${DECLARED}` });
    expect((await create({ urn: URN, properties: hidden })).properties).toMatchObject({ seenUrn: URN });
    expect((await update({ urn: URN, id: "one", olds: hidden, news: hidden })).properties).toMatchObject({
      seenUrn: URN,
    });
    expect((await read({ urn: URN, id: "one", properties: hidden })).properties).toMatchObject({ seenUrn: URN });
    await remove({ urn: URN, id: "one", properties: hidden });
    expect(await logged(({ message }) => message === "deletes")).toMatchObject({ urn: URN });
  });

  test("two creates at once are told apart, and the URN's symbol is not stored", async () => {
    const { create } = await start();
    const seen = await Promise.all([1, 2, 3].map((n) => create({ urn: `${URN}${n}`, properties: { ...hidden, n } })));
    expect(seen.map(({ properties }) => properties)).toEqual(
      [1, 2, 3].map((n) => ({ ...hidden, n, seenUrn: `${URN}${n}` })),
    );
  });

  test("log lines last, status lines pass and come at most once a second", async () => {
    const { create, logged, logs } = await start();
    await create({ urn: URN, properties: hidden });
    await logged(({ message }) => message === "line 0");
    expect(logs.filter(({ severity }) => severity !== "debug")).toEqual([
      { severity: "warning", urn: URN, message: "creates", ephemeral: false },
      { severity: "info", urn: URN, message: "line 0", ephemeral: true },
    ]);
  });

  test("a proxy in the environment does not stand between provider and engine", async () => {
    const { logged } = await start({
      http_proxy: "http://127.0.0.1:9",
      grpc_proxy: "http://127.0.0.1:9",
      no_proxy: "",
    });
    await logged(({ message }) => message.startsWith("checks"));
  });

  test("Cancel ends a create within 100 ms with a state to resume from", async () => {
    const interrupt = async (): Promise<number> => {
      const { check, create, cancel, logged } = await start();
      const called = Date.now();
      await check({ urn: URN, news: hidden });
      // A call that does nothing takes less than 10 ms on a quiet machine.
      const slowness = Math.max(1, (Date.now() - called) / 10);
      const created = create({ urn: URN, properties: { ...hidden, mode: "wait" } }).catch((error) => error);
      await logged(({ message }) => message === "creates");
      const asked = Date.now();
      await cancel();
      const failure = await created;
      expect(failure).toBeInstanceOf(InitFailed);
      expect(failure).toMatchObject({
        id: "one",
        properties: { __provider: hidden.__provider, state: "RUNNING", kind: "interrupted" },
        reasons: ["Pulumi was asked to stop"],
      });
      return (failure.properties.abortedAt - asked) / slowness;
    };
    expect(await bestOf(5, interrupt, (ms) => ms < 100)).toBeLessThan(100);
  });

  test("SIGINT ends an idle process at once and without a complaint", async () => {
    const end = async (): Promise<number> => {
      const { interrupt, exited, output } = await start();
      const asked = Date.now();
      interrupt();
      expect(await exited).toEqual({ code: 0, signal: null });
      expect(output()).toBe("");
      return Date.now() - asked;
    };
    expect(await bestOf(3, end, (ms) => ms < 2_000)).toBeLessThan(2_000);
  });

  test("SIGINT lets a create come to an end, then ends the process", async () => {
    const file = fileToTell();
    const end = async (): Promise<unknown> => {
      const { create, interrupt, exited, logged } = await start();
      const created = create({ urn: URN, properties: { ...hidden, mode: "wait", file } }).catch((error) => error);
      await logged(({ message }) => message === "creates");
      interrupt();
      expect(await exited).toEqual({ code: 0, signal: null });
      expect(readFileSync(file, "utf8")).toBe("interrupted");
      return created;
    };
    const answered = (failure: unknown) => failure instanceof InitFailed;
    expect(await bestOf(3, end, answered)).toMatchObject({ properties: { kind: "interrupted" } });
  });

  test("SIGINT ends the process within 5 s even when a create does not come to an end", async () => {
    const end = async (): Promise<number> => {
      const { create, interrupt, exited, logged } = await start();
      create({ urn: URN, properties: { ...hidden, mode: "stubborn" } }).catch(() => {});
      await logged(({ message }) => message === "creates");
      const asked = Date.now();
      interrupt();
      await exited;
      return Date.now() - asked;
    };
    const tookMs = await bestOf(3, end, (ms) => ms < 5_000);
    expect(tookMs).toBeGreaterThan(3_500);
    expect(tookMs).toBeLessThan(5_000);
  });

  test("no process is left 10 s after the engine died, whatever it was doing", async () => {
    const orphan = async (mode: string) => {
      const { create, killEngine, exited, logged } = await start();
      if (mode !== "idle") {
        create({ urn: URN, properties: { ...hidden, mode } }).catch(() => {});
        await logged(({ message }) => message === "creates");
      }
      const died = Date.now();
      killEngine();
      await exited;
      return Date.now() - died;
    };
    const orphans = async () => Math.max(...(await Promise.all(["idle", "wait", "stubborn"].map(orphan))));
    expect(await bestOf(2, orphans, (ms) => ms < 10_000)).toBeLessThan(10_000);
  });

  test("a create whose engine died changes nothing more", async () => {
    const file = fileToTell();
    const orphan = async (): Promise<string> => {
      const { create, killEngine, exited, logged } = await start();
      writeFileSync(file, "");
      const properties = { ...hidden, mode: "assert", afterMs: 50, file };
      const created = create({ urn: URN, properties }).catch((error) => error);
      await logged(({ message }) => message === "creates");
      killEngine();
      await exited;
      // Nobody is left to hear the answer, so the process ends whether it has left or not.
      expect(await created).toBeInstanceOf(Error);
      const told = readFileSync(file, "utf8");
      expect(told).not.toBe("changed");
      return told;
    };
    expect(await bestOf(3, orphan, (told) => told === "orphaned")).toBe("orphaned");
  });

  test("an engine that lives is never mistaken for a dead one", async () => {
    const { create } = await start();
    const { properties } = await create({ urn: URN, properties: { ...hidden, mode: "assert", afterMs: 2_500 } });
    expect(properties).toMatchObject({ seenUrn: URN });
  });
});
