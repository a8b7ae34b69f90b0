// What of a program's values reaches the provider, in programs on the SDK's own processes.
import { describe, expect, test } from "@jest/globals";
import { diagnostics, inProject, operations, SDKS, stored } from "./project";

const program = (triggers: string, more = ""): string => `
  const query = 'INSERT INTO "a" SELECT * FROM "raw" PARTITIONED BY DAY';
  const triggers = ${triggers};
  new MsqIngestion("a", { query, triggers, ${more} });`;

describe.each(SDKS)("with SDK %s", (_version, sdk) => {
  test("a change of a Date or a bigint loads again, wherever it stands, and stays secret where it was", () =>
    inProject(sdk, async ({ fake, run }) => {
      const text = (day: number, number: number) =>
        program(`[
          new Date(${day}), { deep: [${number}n] }, Promise.resolve([new Date(7)]),
          pulumi.output(1).apply(() => new Date(5)), pulumi.secret(1).apply(() => ({ at: new Date(6) })),
        ]`);
      const first = await run("up", text(1, 2));
      expect(diagnostics(first)).toBe("[]");
      // Of an array with a secret in it Pulumi makes one secret.
      expect(stored(first, "a").inputs.triggers).toEqual({
        secret: [
          "1970-01-01T00:00:00.001Z",
          { deep: ["2"] },
          ["1970-01-01T00:00:00.007Z"],
          "1970-01-01T00:00:00.005Z",
          { at: "1970-01-01T00:00:00.006Z" },
        ],
      });
      expect(operations(await run("up", text(1, 2)))).toEqual(["same a"]);
      expect(operations(await run("up", text(2, 2)))).toEqual(["update a"]);
      expect(operations(await run("up", text(2, 3)))).toEqual(["update a"]);
      expect(fake.ledger).toHaveLength(3);
    }));

  test("what is not known in a preview is none of what is refused", () =>
    inProject(sdk, async ({ run }) => {
      const text = `
        const pages = new MsqIngestion("pages", { query: 'INSERT INTO "p" SELECT * FROM "raw" PARTITIONED BY DAY' });
        ${program("[pages.taskId, { deep: [pages.report.apply((report) => report.rowsWritten)] }]")}`;
      expect(await run("preview", text)).toMatchObject({ exit: 0, diagnostics: [] });
      const up = await run("up", text);
      expect(up).toMatchObject({ exit: 0, diagnostics: [] });
      expect(stored(up, "a").inputs.triggers).toEqual([expect.stringMatching(/^query-/), { deep: [1000] }]);
    }));

  test.each([
    ["in an output", "pulumi.output(1).apply(() => [{ deep: [new Map()] }])"],
    [
      "by a transformation",
      "[]",
      "}, { transformations: [({ props, opts }) => ({ opts, props: { ...props, triggers: [{ deep: [new Map()] }] } })]",
    ],
  ])("what cannot be carried is refused in preview: %s", (_where, triggers, more = "") =>
    inProject(sdk, async ({ run }) => {
      const preview = await run("preview", program(triggers, more));
      expect(preview.exit).not.toBe(0);
      expect(diagnostics(preview)).toContain(
        JSON.stringify(
          'Cannot declare MsqIngestion "a": "triggers[0].deep[0]" is a Map, which Pulumi cannot pass to the provider; write [...map]',
        ).slice(1, -1),
      );
    }),
  );

  test("a Date that pulumi.secret has emptied is told", () =>
    inProject(sdk, async ({ run }) => {
      const preview = await run("preview", program("[pulumi.secret(new Date())]"));
      expect(preview).toMatchObject({ exit: 0 });
      expect(diagnostics(preview)).toMatch(
        /^\[\["warning",.*triggers\[0\].* of MsqIngestion .*is an empty object[^"]*"\]\]$/,
      );
    }));
});
