// What a subcommand meets in a test: it prints into texts, and Druid is what the test hands it.
import type { Outside } from "../../../src/cli/command";
import { run } from "../../../src/cli/run";

const nothing: Outside["druid"] = () => {
  throw new Error("no Druid in this test");
};

/** The exit code and all that was printed by `pulumi-druid …words`. */
export async function cli(words: string[], more: Partial<Outside> = {}) {
  let out = "";
  let err = "";
  const code = await run(words, {
    print: (text) => {
      out += text;
    },
    complain: (text) => {
      err += text;
    },
    save: async () => undefined,
    env: {},
    clock: { now: () => 0, sleep: async () => undefined },
    columns: undefined,
    druid: nothing,
    inspector: nothing as never,
    ...more,
  });
  return { code, out, err };
}
