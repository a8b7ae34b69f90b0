// Options that would take rows away, in programs on the SDK's own processes: refused, wherever they are set.
import { describe, expect, test } from "@jest/globals";
import { diagnostics, inProject, insert, operations, SDKS } from "./project";

const ONE = `new MsqIngestion("a", { query: '${insert("a")}', onDelete: "dropDatasource" });`;
const REPLACE = ["--replace", "**::a"];

describe.each(SDKS)("with SDK %s", (_version, sdk) => {
  test("a transformation of the stack cannot set them", () =>
    inProject(sdk, async ({ run }) => {
      const preview = (option: string) =>
        run(
          "preview",
          `const set = ({ props, opts }) => ({ props, opts: { ...opts, ...${option} } });
           pulumi.runtime.registerStackTransformation(set);
           ${ONE}`,
        );
      const refused = await preview("{ deleteBeforeReplace: false }");
      expect(refused.exit).not.toBe(0);
      expect(diagnostics(refused)).toMatch(/Cannot declare MsqIngestion .*a.* with .*deleteBeforeReplace: false/);
      const other = await preview('{ replaceOnChanges: ["query"] }');
      expect(other.exit).not.toBe(0);
      expect(diagnostics(other)).toMatch(
        /Cannot declare MsqIngestion .*a.* with .*replaceOnChanges.* remove the option/,
      );
    }));

  test("what transformations leave out is there in the end", () =>
    inProject(sdk, async ({ fake, run }) => {
      const program = `
        const bare = ({ props }) => ({ props: { query: props.query, onDelete: props.onDelete }, opts: {} });
        pulumi.runtime.registerStackTransformation(bare);
        ${ONE}`;
      const up = await run("up", program);
      expect(up).toMatchObject({ exit: 0 });
      expect(up.resources?.find(({ urn }) => urn.endsWith("::a"))).toMatchObject({
        additionalSecretOutputs: ["published"],
        inputs: { __organization: "organization", __secretQuery: false },
        outputs: { published: { secret: [expect.stringMatching(/^v1:/)] } },
      });
      // The old one first: its rows are dropped, and loaded again.
      await run("up", program, ...REPLACE);
      expect(fake.ledger.map(({ what }) => what)).toEqual(["insert", "drop", "insert"]);
    }));

  test("behind them, a transform in the engine can: the rows stay, and it is told", () =>
    inProject(sdk, async ({ fake, run }) => {
      // What the engine's transforms do, and the local one has not.
      const createFirst = `
        const { RegisterResourceRequest: { prototype } } = require("@pulumi/pulumi/proto/resource_pb");
        const { setDeletebeforereplace } = prototype;
        prototype.setDeletebeforereplace = function () { return setDeletebeforereplace.call(this, false); };
        ${ONE}`;
      await run("up", ONE);
      const replaced = await run("up", createFirst, ...REPLACE);
      expect(replaced.exit).not.toBe(0);
      expect(operations(replaced)).toEqual(["create-replacement a", "replace a", "delete-replaced a"]);
      expect(diagnostics(replaced)).toMatch(
        /Cannot delete ingestion .*a transform sets .*, so the replacement was created first/,
      );
      const next = await run("up", ONE);
      expect(next).toMatchObject({ exit: 0 });
      expect(diagnostics(next)).toMatch(
        /is not dropped: a transform sets .*, so the replacement was created first and owns the rows of .*a/,
      );
      expect(operations(await run("up", ONE))).toEqual(["same a"]);
      expect(fake.contentsOf("a")).toEqual([insert("a")]);
    }));
});
