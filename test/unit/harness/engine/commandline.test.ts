import { describe, expect, test } from "@jest/globals";
import { parseCommandLine } from "../../../harness/engine/commandline";
import { Selection } from "../../../harness/engine/urn";

describe("the command line", () => {
  test("is a command and its options", () => {
    const { engine, yes } = parseCommandLine(["up", "--yes", "-C", "/x", "-s", "prod"], {}) ?? {};
    expect(yes).toBe(true);
    expect(engine).toMatchObject({ command: "up", cwd: "/x", stateFile: "/x/.pulumi-local/prod.json" });
  });

  test("is read in Pulumi's words", () => {
    const words = [
      "up",
      "-C",
      "/x",
      "-s",
      "prod",
      "-c",
      "a=b=c",
      "--secret-config",
      "k=",
      "-t",
      "u",
      "--target-replace",
      "v",
      "--yes",
      "-p",
      "2",
    ];
    expect(parseCommandLine(words, {})).toMatchObject({
      yes: true,
      engine: {
        command: "up",
        cwd: "/x",
        stateFile: "/x/.pulumi-local/prod.json",
        config: { a: "b=c" },
        secretConfig: { k: "" },
        target: ["u", "v"],
        replace: ["v"],
        parallel: 2,
      },
    });
    expect(parseCommandLine(["preview", "-C", "/x"], { PULUMI_LOCAL_STATE: "/s" })?.engine.stateFile).toBe(
      "/s/dev.json",
    );
    expect(parseCommandLine(["--help"], {})).toBeUndefined();
  });

  test.each([
    [["import"], "not in this engine"],
    [["up", "more"], "unexpected"],
    [["up", "-c", "novalue"], "KEY=VALUE"],
    [["up", "-p", "many"], "--parallel"],
    [["up", "--unheard-of"], 'the option "--unheard-of" is not in this engine'],
  ])("%j is refused", (words, message) => {
    expect(() => parseCommandLine(words, {})).toThrow(message);
  });
});

describe("targets", () => {
  test("are URNs or patterns, in which one star stops at a colon", () => {
    const urn = "urn:pulumi:dev::p::a:b:C::name";
    expect(new Selection([urn]).has(urn)).toBe(true);
    expect(new Selection(["**C::name"]).has(urn)).toBe(true);
    expect(new Selection(["urn:pulumi:dev::p::a:*:C::*"]).has(urn)).toBe(true);
    expect(new Selection(["urn:*::name"]).has(urn)).toBe(false);
    expect(new Selection(["**::nam"]).has(urn)).toBe(false);
    expect(new Selection([]).constrained).toBe(false);
  });
});
