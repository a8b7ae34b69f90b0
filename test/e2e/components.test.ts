/** Ingestions in components, as most programs of some size have them: rows counted, on the CLI too. */
import { expect, test } from "@jest/globals";
import { useWorld } from "./use-world";
import { csv, load } from "./world";

const ROWS = 20;
const world = useWorld();

test("two in one component are loaded, and the component's rename loads nothing again", async () => {
  const stack = world.stack();
  const [first, second] = ["first", "second"].map((name) => `${name}_${stack.name}`);
  const program = (name: string, opts: string) => `
    class Lake extends pulumi.ComponentResource {
      constructor(name, opts) {
        super("acme:data:Lake", name, {}, opts);
        ${[first, second]
          .map((target, index) => {
            const query = load("INSERT", target ?? "", world.files.text(`/${target}.csv`, csv(ROWS)));
            return `new MsqIngestion(name + "-${index}", { query: ${JSON.stringify(query)} }, { parent: this });`;
          })
          .join("\n        ")}
      }
    }
    new Lake("${name}", ${opts});`;
  await stack.must("up", program("lake", "{}"));
  const counts = async () => [await world.count(first ?? ""), await world.count(second ?? "")];
  expect(await counts()).toEqual([ROWS, ROWS]);
  const renamed = program("sea", '{ aliases: [{ name: "lake" }] }');
  await stack.must("up", renamed);
  await stack.must("up", renamed, "--expect-no-changes");
  expect(await counts()).toEqual([ROWS, ROWS]);
  const { inputs, urn } = stack.resource("sea-0");
  expect(inputs.__formerUrns).toEqual([urn.replace("::sea-0", "::lake-0")]);
});
