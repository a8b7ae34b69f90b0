// What the provider process is told of a resource's names, in programs on the SDK's own processes.
import { describe, expect, test } from "@jest/globals";
import { hiddenInputs } from "../../src/lifecycle/state";
import { diagnostics, inProject, insert, operations, SDKS, stored } from "./project";

const TYPE = "pulumi-nodejs:dynamic/druid:MsqIngestion";
const urn = (rest: string, place = "dev::case"): string => `urn:pulumi:${place}::${rest}`;

const LAKE = `
  class Lake extends pulumi.ComponentResource {
    constructor(name, opts) { super("acme:data:Lake", name, {}, opts); }
  }
  const ingestion = (name, opts, table = name) =>
    new MsqIngestion(name, { query: 'INSERT INTO "' + table + '" SELECT * FROM "raw" PARTITIONED BY DAY' }, opts);
`;

describe.each(SDKS)("with SDK %s", (_version, sdk) => {
  test("ingestions in one component do not wait for each other", () =>
    inProject(sdk, async ({ fake, run }) => {
      const up = await run(
        "up",
        `${LAKE}
        const lake = new Lake("lake");
        ingestion("a", { parent: lake });
        ingestion("b", { parent: lake });`,
      );
      expect(up).toMatchObject({ exit: 0 });
      expect(fake.contentsOf("a")).toEqual([insert("a")]);
      expect(fake.contentsOf("b")).toEqual([insert("b")]);
      expect(stored(up, "a")).not.toHaveProperty("dependencies");
      expect(stored(up, "a").inputs.__urn).toBe(urn(`acme:data:Lake$${TYPE}::a`));
    }));

  test("the provider gets the former URNs that Pulumi's engine looks for", () =>
    inProject(sdk, async ({ run }) => {
      const up = await run(
        "up",
        `${LAKE}
        const above = new Lake("above", { aliases: [{ name: "over" }] });
        const lake = new Lake("lake", { parent: above, aliases: [{ name: "pond" }] });
        const other = new Lake("other", { aliases: [{ type: "acme:old:Lake" }] });
        const root = { aliases: [
          { name: "name" }, "${urn(`${TYPE}::word`)}", pulumi.output({ name: "output" }), Promise.resolve({ name: pulumi.output("deep") }),
          { type: "acme:old:Load" }, { stack: "old" }, { project: "past", stack: "old" }, { parent: other }, { parent: other.urn },
        ] };
        ingestion("plain");
        ingestion("root", root);
        ingestion("lake-pages", { parent: lake, aliases: [{ name: "lake-posts" }, { parent: undefined }, { stack: "old" }] });
        ingestion("added", { transformations: [({ props, opts }) => ({ props, opts: { ...opts, aliases: [{ name: "first" }] } })] });`,
      );
      expect(diagnostics(up)).toBe("[]");
      const former = (name: string) => hiddenInputs(stored(up, name).inputs).aliases;
      expect(stored(up, "plain").inputs).not.toHaveProperty("__formerUrns");
      expect(former("plain")).toEqual([]);
      expect(former("root")).toEqual([
        urn(`${TYPE}::name`),
        urn(`${TYPE}::word`),
        urn(`${TYPE}::output`),
        urn(`${TYPE}::deep`),
        urn("acme:old:Load::root"),
        urn(`${TYPE}::root`, "old::case"),
        urn(`${TYPE}::root`, "old::past"),
        urn(`acme:data:Lake$${TYPE}::root`),
        urn(`acme:old:Lake$${TYPE}::root`),
      ]);
      expect(former("added")).toEqual([urn(`${TYPE}::first`)]);
      const below = `acme:data:Lake$acme:data:Lake$${TYPE}`;
      expect(former("lake-pages")).toEqual([
        urn(`${below}::lake-posts`),
        urn(`${TYPE}::lake-pages`),
        urn(`${below}::lake-pages`, "old::case"),
        // By the aliases of the parent and of its parent, which change the front of the name with them.
        urn(`${below}::pond-pages`),
        urn(`${below}::pond-posts`),
      ]);
    }));

  test("an alias makes no difference, and a renamed ingestion is found by it", () =>
    inProject(sdk, async ({ fake, run }) => {
      await run("up", `${LAKE} ingestion("a");`);
      const renamed = await run("up", `${LAKE} ingestion("b", { aliases: [{ name: "a" }] }, "a");`);
      // Once, so that its runs are noted under the new name.
      expect(operations(renamed)).toEqual(["update b"]);
      const more = await run("up", `${LAKE} ingestion("b", { aliases: [{ name: "a" }, { name: "c" }] }, "a");`);
      expect(operations(more)).toEqual(["same b"]);
      expect(hiddenInputs(stored(more, "b").inputs).aliases).toEqual([urn(`${TYPE}::a`), urn(`${TYPE}::c`)]);
      const without = await run("up", `${LAKE} ingestion("b", {}, "a");`);
      expect(operations(without)).toEqual(["same b"]);
      expect(fake.ledger).toHaveLength(1);
    }));
});
