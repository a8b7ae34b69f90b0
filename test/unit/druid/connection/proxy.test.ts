import { describe, expect, test } from "@jest/globals";
import { proxyFor } from "../../../../src/druid/connection/proxy";

describe("proxyFor()", () => {
  test.each([
    ["https://druid.example.com:9088", { HTTPS_PROXY: "http://p:3128" }, "http://p:3128"],
    ["https://druid.example.com:9088", { https_proxy: "p:3128" }, "https://p:3128"],
    ["http://druid.example.com", { HTTPS_PROXY: "http://p:3128" }, undefined],
    ["http://druid.example.com", { ALL_PROXY: "http://p:1" }, "http://p:1"],
    ["http://druid.example.com", { HTTP_PROXY: "http://p:1", NO_PROXY: "other, .example.com" }, undefined],
    ["http://druid.example.com", { HTTP_PROXY: "http://p:1", NO_PROXY: "example.com" }, "http://p:1"],
    ["http://druid:8888", { HTTP_PROXY: "http://p:1", NO_PROXY: "druid:8081" }, "http://p:1"],
    ["http://druid:8888", { HTTP_PROXY: "http://p:1", NO_PROXY: "druid:8888" }, undefined],
    ["http://[::1]:8888", { HTTP_PROXY: "http://p:1", NO_PROXY: "[::1]" }, undefined],
    ["http://druid:8888", { HTTP_PROXY: "http://p:1", NO_PROXY: "*" }, undefined],
  ])("of %s with %j", (url, env, expected) => {
    expect(proxyFor(url, env)).toBe(expected);
  });
});
