import { describe, expect, test } from "@jest/globals";
import { COMMANDS } from "../../../src/cli/commands";
import { cli } from "./outside";

describe("run()", () => {
  test("lists every subcommand with its purpose", async () => {
    const { code, out, err } = await cli(["--help"]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    for (const name of Object.keys(COMMANDS)) expect(out).toContain(`${name}  `);
    for (const { summary } of Object.values(COMMANDS)) expect(out).toContain(summary);
    expect(out).toMatch(/^Usage: pulumi-druid SUBCOMMAND/);
  });

  test("prints the list and fails without a subcommand", async () => {
    expect(await cli([])).toEqual({ ...(await cli(["--help"])), code: 2 });
  });

  test.each([["tusk"], ["constructor"], ["--verbose"]])("refuses %s in one line", async (name) => {
    const { code, out, err } = await cli([name]);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    const what = name.startsWith("-") ? "option" : "subcommand";
    expect(err).toBe(
      `Cannot run "pulumi-druid ${name}": there is no such ${what}; use ${Object.keys(COMMANDS).join(", ")} or --help\n`,
    );
  });

  test.each(Object.keys(COMMANDS))(
    "%s has a help within 120 columns, and refuses what it does not know",
    async (name) => {
      const help = await cli([name, "--help"]);
      expect(help).toMatchObject({ code: 0, err: "" });
      expect(help.out).toMatch(new RegExp(`^Usage: pulumi-druid ${name} `));
      expect(Math.max(...help.out.split("\n").map((line) => line.length))).toBeLessThanOrEqual(120);
      expect(await cli([name, "--no-such-option"])).toEqual({
        code: 2,
        out: "",
        err: `Cannot run "pulumi-druid ${name}": unknown option "--no-such-option"; see "pulumi-druid ${name} --help"\n`,
      });
    },
  );

  test("shows only the first sentence of Node's message about an option", async () => {
    const { code, err } = await cli(["task", "x", "--url"]);
    expect(code).toBe(2);
    expect(err).toBe(
      'Cannot run "pulumi-druid task": option "--url <value>" argument missing; see "pulumi-druid task --help"\n',
    );
  });
});
