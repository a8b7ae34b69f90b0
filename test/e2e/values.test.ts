/** Values that JavaScript has and JSON has not, from the program to the rows. */
import { expect, test } from "@jest/globals";
import { useWorld } from "./use-world";
import { csv, extern } from "./world";

const world = useWorld();

test("a long bigint is loaded with all its digits, and a changed Date loads again", async () => {
  const stack = world.stack();
  const target = `values_${stack.name}`;
  const source = extern(world.files.text(`/${target}.csv`, csv(1)));
  const query = `INSERT INTO "${target}" SELECT TIME_PARSE("t") AS __time, ? AS "long" FROM ${source} PARTITIONED BY ALL`;
  const program = (day: number) =>
    `new MsqIngestion("values", {
      query: ${JSON.stringify(query)}, parameters: [9007199254740993n], triggers: [{ day: new Date(${day}) }],
    });`;
  await stack.must("up", program(1));
  await stack.must("up", program(1), "--expect-no-changes");
  await stack.must("up", program(2));
  const rows = await world.sql(`SELECT CAST("long" AS VARCHAR) AS "long" FROM "${target}"`);
  expect(rows).toEqual([{ long: "9007199254740993" }, { long: "9007199254740993" }]);
});
