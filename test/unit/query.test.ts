import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { druidQuery, druidQueryOutput, sql } from "../../src";
import { isKnown, known } from "./sql/known";

describe("druidQuery()", () => {
  let server: Server;
  let url = "";
  const asked: unknown[] = [];

  beforeAll(async () => {
    server = createServer(async (request, response) => {
      let body = "";
      for await (const chunk of request) body += chunk;
      asked.push([request.url, JSON.parse(body)]);
      response.writeHead(200, { "content-type": "application/json" }).end('[{"n":1,"none":null}]');
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  test("asks a Broker and returns rows as objects", async () => {
    const rows = await druidQuery<{ n: number }>(sql`SELECT ${"it's"}`, { url }, { sqlTimeZone: "UTC" });
    expect(rows).toEqual([{ n: 1, none: null }]);
    const body = { query: "SELECT 'it''s'", resultFormat: "object", context: { sqlTimeZone: "UTC" } };
    expect(asked.splice(0)).toEqual([["/druid/v2/sql", body]]);
  });

  test("refuses secrets and unknown values, since its rows are plain", async () => {
    await expect(druidQuery(sql`SELECT ${pulumi.secret("x")}`, { url })).rejects.toThrow(
      "Cannot run a query on Druid: the query is a secret, and the rows would not be one; use druidQueryOutput",
    );
    const unknown = pulumi.output(pulumi.unknown) as unknown as pulumi.Output<string>;
    await expect(druidQuery(sql`SELECT ${unknown}`, { url })).rejects.toThrow(/is not known yet/);
    expect(asked).toEqual([]);
  });

  test("refuses an output that became a text, and fails in one line", async () => {
    const asking = druidQuery(`SELECT ${pulumi.output(1)}`, { url });
    await expect(asking).rejects.toThrow(
      /^Cannot run a query on Druid: the query contains an output as text: .*sql`…`/,
    );
    expect(await asking.catch((error) => pulumi.RunError.isInstance(error))).toBe(true);
    const away = druidQuery("SELECT 1", { url: "ftp://router" });
    expect(await away.catch((error) => pulumi.RunError.isInstance(error))).toBe(true);
    expect(asked).toEqual([]);
  });

  test("is secret or unknown as an output, if its inputs are", async () => {
    const rows = druidQueryOutput<{ n: number }>(sql`SELECT ${pulumi.secret("x")}`, { url });
    expect(await known(rows)).toEqual([{ n: 1, none: null }]);
    expect(await pulumi.isSecret(rows)).toBe(true);
    expect(asked.splice(0)).toHaveLength(1);
    const plain = druidQueryOutput("SELECT 1", { url: pulumi.output(url) });
    expect(await pulumi.isSecret(plain)).toBe(false);
    expect(await known(plain)).toHaveLength(1);
    const unknown = pulumi.output(pulumi.unknown) as unknown as pulumi.Output<string>;
    expect(await isKnown(druidQueryOutput(sql`SELECT ${unknown}`, { url }))).toBe(false);
    expect(asked).toHaveLength(1);
  });
});
