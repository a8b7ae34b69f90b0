import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { connectHost, urnOf } from "../../../src/host";
import { findSdk } from "../../../src/host/sdk";
import { hearCancel, rememberUrns } from "../../../src/host/sdk-patches";

const MAIN = require.resolve("@pulumi/pulumi/cmd/dynamic-provider/index.js");

describe("connectHost()", () => {
  test("is silent and always alive outside a provider process", async () => {
    const host = connectHost();
    expect(connectHost()).toBe(host);
    host.log("error", "urn", "nobody hears this");
    host.status("urn", "nor this");
    await host.assertAlive();
    expect(await host.during(async () => 1)).toBe(1);
    expect(host.signal.aborted).toBe(false);
    expect(process.listenerCount("SIGINT")).toBe(0);
  });
});

describe("findSdk()", () => {
  test("takes the last address, which stands behind flags in some versions", () => {
    const argv = ["node", MAIN, "--logtostderr", "-v=9", "--tracing", "127.0.0.1:1", "127.0.0.1:4242"];
    expect(findSdk(MAIN, argv)?.address).toBe("127.0.0.1:4242");
  });

  test.each([
    ["the process is another one", join(__dirname, "index.js"), ["node", "x", "127.0.0.1:1"]],
    ["no address was given", MAIN, ["node", "x", "--tracing"]],
    ["the SDK is laid out otherwise", "/nowhere/cmd/dynamic-provider/index.js", ["node", "x", "127.0.0.1:1"]],
    ["nobody knows the main module", undefined, ["node", "x", "127.0.0.1:1"]],
  ])("finds nothing where %s", (_why, main, argv) => {
    // A default would stand in for an undefined argument.
    expect(main === undefined ? findSdk(undefined, argv) : findSdk(main, argv)).toBeUndefined();
  });
});

describe("hearCancel()", () => {
  test("does without where grpc has no such method any more", () => {
    const prototype = {};
    hearCancel({ prototype }, () => {});
    expect(prototype).toEqual({});
  });

  test("passes everything on and hears Cancel alone", () => {
    class Server {
      name = "server";
      _retrieveHandler(path: string) {
        return `${this.name} ${path}`;
      }
    }
    let heard = 0;
    hearCancel({ prototype: Server.prototype as unknown as Record<string, unknown> }, () => {
      heard += 1;
    });
    expect(new Server()._retrieveHandler("/pulumirpc.ResourceProvider/Create")).toBe(
      "server /pulumirpc.ResourceProvider/Create",
    );
    expect(heard).toBe(0);
    expect(new Server()._retrieveHandler("/pulumirpc.ResourceProvider/Cancel")).toMatch(/Cancel$/);
    expect(heard).toBe(1);
  });
});

describe("urnOf()", () => {
  test("prefers what the engine said over what the program declared", () => {
    class CreateRequest {
      getUrn() {
        return "exact";
      }
      getProperties() {
        return { toJavaScript: () => ({ __urn: "declared" }) };
      }
    }
    rememberUrns({ CreateRequest: { prototype: CreateRequest.prototype as unknown as Record<string, unknown> } });
    const props = new CreateRequest().getProperties().toJavaScript();
    expect(urnOf(props)).toBe("exact");
    expect(Object.keys(props)).toEqual(["__urn"]);
    expect(JSON.stringify(props)).toBe('{"__urn":"declared"}');
    expect(urnOf({ ...props })).toBe("exact");
  });

  test("falls back on the hidden input, and to nothing where that is unknown", () => {
    expect(urnOf({ __urn: "declared" })).toBe("declared");
    expect(urnOf({})).toBeUndefined();
    expect(urnOf({ __urn: { unknown: true } })).toBeUndefined();
  });

  test("survives messages without properties and messages that look otherwise", () => {
    class ReadRequest {
      getUrn() {
        return "exact";
      }
      getProperties() {
        return undefined;
      }
    }
    rememberUrns({ ReadRequest: { prototype: ReadRequest.prototype as unknown as Record<string, unknown> } });
    expect(new ReadRequest().getProperties()).toBeUndefined();
  });
});
