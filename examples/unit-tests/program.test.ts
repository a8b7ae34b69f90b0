/** Run with `npm test`: checks what the program declares, with Pulumi's mocks in place of the engine and Druid. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import { statementOf } from "pulumi-druid";

let program: typeof import("./index");

before(async () => {
  await pulumi.runtime.setMocks(
    {
      newResource: ({ name, inputs }) => ({
        id: name,
        // The provider does not run here, so the mock provides the outputs that tests read.
        state: { ...inputs, statement: statementOf(inputs.query), state: "SUCCESS", taskId: `query-${name}-1` },
      }),
      call: () => ({}),
    },
    "shop",
    "test",
  );
  program = require("./index");
});

const known = <T>(output: pulumi.Output<T>) => new Promise<T>((done) => output.apply((value) => done(value as T)));

test("it replaces one datasource as a whole, by day", async () => {
  const { kind, dataSource, overwrite, partitionedBy } = await known(program.pages.statement);
  assert.deepEqual([kind, dataSource, overwrite, partitionedBy], ["REPLACE", "pages", "ALL", "DAY"]);
});

test("it reads from the web alone", async () => {
  const { sources } = await known(program.pages.statement);
  assert.deepEqual(sources, [{ type: "http", address: "https://example.com/pages.json" }]);
});
