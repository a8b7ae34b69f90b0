import { describe, expect, test } from "@jest/globals";
import { covers, parsePath, reset } from "../../../harness/engine/paths";
import { type Properties, secret } from "../../../harness/engine/properties";

describe("paths", () => {
  test.each([
    ["a", ["a"]],
    ["a.b[0].c", ["a", "b", 0, "c"]],
    ['a["odd.key"]', ["a", "odd.key"]],
    ['["with \\"quotes\\""].x', ['with "quotes"', "x"]],
    ["a[*].b", ["a", "*", "b"]],
    ["a.*", ["a", "*"]],
  ])("%s is read", (text, expected) => {
    expect(parsePath(text)).toEqual(expected);
  });

  test.each([".a", "a.", "a[", "a[x]", 'a["b]'])("%s is no path", (text) => {
    expect(parsePath(text)).toBeUndefined();
  });

  test("cover top-level keys", () => {
    expect(covers(["a"], "a")).toBe(true);
    expect(covers(["*"], "a")).toBe(true);
    expect(covers(["a", "b"], "a")).toBe(false);
  });
});

describe("taking old values back", () => {
  const put = (path: string, olds: Properties, news: Properties): { ok: boolean; news: Properties } => {
    const ok = reset(parsePath(path) ?? [], olds, news);
    return { ok, news };
  };

  test.each<[string, string, Properties, Properties, Properties]>([
    ["a value", "a", { a: 1 }, { a: 2 }, { a: 1 }],
    ["a value that was not there", "a", {}, { a: 2 }, {}],
    ["a value that is gone", "a", { a: 1 }, {}, { a: 1 }],
    ["a nested value", "a.b", { a: { b: 1, c: 1 } }, { a: { b: 2, c: 2 } }, { a: { b: 1, c: 2 } }],
    ["an element", "a[1]", { a: [1, 1] }, { a: [2, 2] }, { a: [2, 1] }],
    ["an element that neither has", "a[5]", { a: [1] }, { a: [2] }, { a: [2] }],
    ["every key", "a.*", { a: { b: 1 } }, { a: { b: 2, c: 2 } }, { a: { b: 1 } }],
    [
      "something in every element",
      "a[*].b",
      { a: [{ b: 1 }, { b: 1 }] },
      { a: [{ b: 2 }, { b: 2, c: 2 }] },
      { a: [{ b: 1 }, { b: 1, c: 2 }] },
    ],
    ["a secret, which stays one", "a.b", { a: secret({ b: 1 }) }, { a: { b: 2 } }, { a: { b: secret(1) } }],
  ])("%s", (_what, path, olds, news, expected) => {
    expect(put(path, olds, news)).toEqual({ ok: true, news: expected });
  });

  test.each<[string, string, Properties, Properties]>([
    ["an element that only one side has", "a[1]", { a: [1, 1] }, { a: [2] }],
    ["something in a list of another length", "a[*].b", { a: [{ b: 1 }] }, { a: [{ b: 2 }, { b: 2 }] }],
    ["a place above which nothing is any more", "a.b.c", { a: { b: { c: 1 } } }, { a: {} }],
    ["a place in what is no map any more", "a.b", { a: { b: 1 } }, { a: 2 }],
  ])("is refused for %s", (_what, path, olds, news) => {
    expect(put(path, olds, news).ok).toBe(false);
  });
});
