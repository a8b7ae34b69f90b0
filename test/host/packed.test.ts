// Every method of the provider as users meet it: the packed package, installed into an empty project, in the SDK's own
// provider process, against a fake Druid on a socket. What each method decides is tested elsewhere.
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { systemClock } from "../../src/base/clock";
import { FakeDruid, type ServedFake, serveFake } from "../harness/fake";
import { emptyProject, install, packInto } from "../harness/packed";
import { InitFailed, type Properties, type ProviderProcess, startProvider } from "../harness/provider-process";

const URN = "urn:pulumi:dev::shop::pulumi-nodejs:dynamic/druid:MsqIngestion::wiki";
const SQL = 'REPLACE INTO "wiki" OVERWRITE ALL SELECT * FROM "raw" PARTITIONED BY DAY';
const inputs = {
  query: SQL,
  __provider: 'exports.handler = () => require("pulumi-druid/provider");',
  __urn: URN,
  __organization: "acme",
  __secretQuery: false,
};

describe("the packed provider in the SDK's process", () => {
  const project = emptyProject();
  // As long as the run has to last it lasts, however slow this machine is.
  let aheadMs = 0;
  const fake = new FakeDruid({ clock: { ...systemClock, now: () => systemClock.now() + aheadMs } });
  let served: ServedFake | undefined;
  let started: ProviderProcess[] = [];

  beforeAll(async () => {
    fake.tables.add("raw");
    fake.plan({ runMs: 50, endMs: 10, loadDelayMs: 10 });
    install(project, packInto(project.folder).tarball);
    served = await serveFake(fake);
  });
  afterEach(async () => {
    await Promise.all(started.map(({ stop }) => stop()));
    started = [];
  });
  afterAll(async () => {
    await served?.stop();
    project.remove();
  });

  /** A fresh process, as each of Pulumi's phases starts one. */
  async function start(): Promise<ProviderProcess> {
    const provider = await startProvider({ cwd: project.folder, env: { CI: "" } });
    started.push(provider);
    await provider.configure({ "druid:url": served?.url ?? "" });
    return provider;
  }

  async function checked(news: Properties, olds: Properties = {}): Promise<Properties> {
    const { check } = await start();
    const answer = await check({ urn: URN, olds, news });
    expect(answer.failures).toEqual([]);
    return answer.inputs;
  }

  test("goes through a whole life: check, diff, create, read, update, delete", async () => {
    const news = await checked(inputs);
    expect(news).toMatchObject({ ...inputs, statement: { kind: "REPLACE", dataSource: "wiki", partitionedBy: "DAY" } });
    expect(fake.tasks).toEqual([]);

    const { create, diff, read, update, delete: remove } = await start();
    const { id, properties: first } = await create({ urn: URN, properties: news });
    expect(id).toMatch(/^pulumi-wiki-[0-9a-f]{10}$/);
    expect(first).toMatchObject({ ...inputs, taskId: `query-${id}-1`, state: "SUCCESS", number: 1, key: id });
    expect(fake.contentsOf("wiki")).toEqual([SQL]);

    const same = await diff({ urn: URN, id, olds: first, news });
    expect(same).toEqual({ changes: false, replaces: [], deleteBeforeReplace: expect.any(Boolean) });
    const there = await read({ urn: URN, id, properties: first });
    expect(there).toMatchObject({ id, properties: { state: "SUCCESS", __provider: inputs.__provider } });

    const changed = { ...news, query: `${SQL} CLUSTERED BY page` };
    expect(await diff({ urn: URN, id, olds: first, news: changed })).toMatchObject({ changes: true, replaces: [] });
    const { properties: second } = await update({ urn: URN, id, olds: first, news: changed });
    expect(second).toMatchObject({ taskId: `query-${id}-2`, state: "SUCCESS", number: 2 });
    expect(fake.contentsOf("wiki")).toEqual([changed.query]);

    await remove({ urn: URN, id, properties: second });
    expect(fake.running).toEqual([]);
    expect(fake.contentsOf("wiki")).toEqual([changed.query]);
  });

  test("tells all faults of the inputs at once", async () => {
    const { check } = await start();
    const { failures } = await check({ urn: URN, news: { ...inputs, query: "DROP TABLE wiki", onDelete: "drop" } });
    expect(failures.map(({ reason }) => reason)).toEqual([
      expect.stringContaining('"onDelete"'),
      expect.stringContaining('"query"'),
    ]);
  });

  test("an interrupted create leaves its task running, and the next update picks it up", async () => {
    const urn = `${URN}-slow`;
    fake.plan("slow", { runMs: 600_000 });
    const news = await checked({ ...inputs, __urn: urn, query: SQL.replace("wiki", "slow") });
    const { create, cancel } = await start();
    const created = create({ urn, properties: news }).catch((error) => error);
    await until(() => fake.running.length === 1);
    await cancel();
    const failure: InitFailed = await created;
    expect(failure).toBeInstanceOf(InitFailed);
    expect(failure.reasons).toEqual([
      `Cannot create ingestion "wiki-slow" on "${served?.url}": Pulumi was asked to stop (task "query-${failure.id}-1" keeps running in Druid; the next \`pulumi up\` resumes it)`,
    ]);
    expect(failure.properties).toMatchObject({ state: "RUNNING", number: 1, __provider: inputs.__provider });
    expect(fake.running).toHaveLength(1);

    const next = await start();
    const { id, properties: olds } = failure;
    expect(await next.diff({ urn, id, olds, news })).toMatchObject({ changes: true });
    const updated = next.update({ urn, id, olds, news });
    await next.logged(({ message }) => message.startsWith("Joining task"));
    aheadMs = 600_000;
    const { properties } = await updated;
    expect(properties).toMatchObject({ taskId: `query-${id}-1`, state: "SUCCESS" });
    expect(fake.contentsOf("slow")).toEqual([news.query]);
    expect(fake.ledger.filter(({ dataSource }) => dataSource === "slow")).toHaveLength(1);
  });
});

/** Whatever the machine does beside it; what never comes ends with the test. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}
