import { describe, expect, test } from "@jest/globals";
import { connect } from "../../../src/cli/connect";
import type { ResolvedConnection } from "../../../src/druid/connection/connection";
import { cli } from "./outside";

const ENV = { DRUID_URL: "http://druid:8888", DRUID_USERNAME: "ann", DRUID_PASSWORD: "hunter22" };

/** The connection that `--url` and the environment lead to. */
async function reached(url: string | undefined, env: Record<string, string>): Promise<ResolvedConnection | undefined> {
  let connection: ResolvedConnection | undefined;
  const words = ["task", "x", ...(url === undefined ? [] : ["--url", url])];
  await cli(words, {
    env,
    druid(found) {
      connection = found;
      throw new Error("enough");
    },
  });
  return connection;
}

describe("connect()", () => {
  test("takes address and login from the environment", async () => {
    expect(await reached(undefined, ENV)).toMatchObject({ url: "http://druid:8888", username: "ann" });
    expect(await reached("http://druid:8888/", ENV)).toMatchObject({ url: "http://druid:8888", username: "ann" });
  });

  test("never sends the environment's login to another server", async () => {
    const connection = await reached("http://other:8888", ENV);
    expect(connection).toMatchObject({ url: "http://other:8888" });
    expect(JSON.stringify(connection)).not.toContain("hunter22");
  });

  test("says where to set an address if there is none", async () => {
    const { code, err } = await cli(["task", "x"]);
    expect(code).toBe(1);
    expect(err).toContain("DRUID_URL");
  });

  test("removes the secrets of the connection from errors", async () => {
    const outside = { env: ENV, druid: () => ({}) } as never;
    const failing = connect({ values: {}, positionals: [] }, outside, async () => {
      throw new Error("Cannot do it with hunter22");
    });
    await expect(failing).rejects.toThrow("Cannot do it with [secret]");
  });
});
