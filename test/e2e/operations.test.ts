/**
 * Each of Pulumi's operations that moves, renames, retains, replaces or forgets a resource. Each acts on its own
 * INSERT, whose row count reveals a second load. With `ENGINE=pulumi` the commands of Pulumi's CLI do it.
 */
import { expect, test } from "@jest/globals";
import type { State, TestStack } from "../harness/stack";
import { commands, named, taken } from "./commands";
import { useWorld } from "./use-world";
import { csv, ingestion, load } from "./world";

const ROWS = 10;
const world = useWorld();

/** An ingestion by the name of what is done to it, into a datasource of that name. */
const source = (stack: TestStack, content: string): string =>
  world.files.text(`/operations-${content}-${stack.name}.csv`, csv(ROWS, content.charCodeAt(0) * 1_000));
const into = (stack: TestStack, act: string, content = "A"): string =>
  load("INSERT", `${act}_${stack.name}`, source(stack, content));
const organization = (name: string): string =>
  `require("@pulumi/pulumi/runtime/state").getStore().settings.options.organization = "${name}";\n`;
const one = (stack: TestStack, act: string, options = "{}", { content = "A", name = act } = {}): string =>
  ingestion(name, { query: into(stack, act, content) }, options);

test("rows after operations that move, rename, retain, replace or forget what has loaded them", async () => {
  const stack = world.stack();
  const other = world.stack({ beside: stack });
  const all = (...programs: string[]): string => programs.join("");
  const retained = "{ retainOnDelete: true }";
  await stack.must(
    "up",
    all(
      ...["renamed", "moved", "deleted", "tainted", "imported", "ignored", "anchor"].map((act) => one(stack, act)),
      one(stack, "retained", retained),
      one(stack, "kept", retained),
      one(stack, "left", retained),
      one(stack, "pulled", "{ deletedWith: anchor }"),
      one(stack, "parented"),
    ),
  );
  const urnOf = (act: string): string => stack.resource(act).urn;
  let old: State["resources"] = [];
  stack.editState((state) => {
    old = state.resources.filter(named("imported"));
  });

  commands.rename(stack, urnOf("renamed"), "named");
  commands.forget(stack, urnOf("deleted"));
  commands.taint(stack, urnOf("tainted"));
  commands.move(stack, other, urnOf("moved"));
  const rest = all(
    one(stack, "renamed", "{}", { name: "named" }),
    one(stack, "deleted"),
    one(stack, "tainted"),
    one(stack, "imported", "{}", { content: "B" }),
    one(stack, "ignored", '{ ignoreChanges: ["query"] }', { content: "B" }),
    one(stack, "kept", retained),
    'const group = new pulumi.ComponentResource("acme:data:Group", "group");\n',
    one(stack, "parented", "{ parent: group, aliases: [{ parent: pulumi.rootStackResource }] }"),
  );
  const moves = ingestion("left", { query: load("INSERT", `went_${stack.name}`, source(stack, "A")) }, retained);
  const preview = await stack.must("preview", all(rest, moves));
  expect(preview.output).toContain(`This ingestion has already loaded these rows into "tainted_${stack.name}"`);
  expect(preview.output).toContain("Nothing will run: the ingestion was renamed or moved");
  const kept = urnOf("kept");
  await stack.must("up", all(rest, moves), "--replace", kept);
  await other.must("up", one(stack, "moved"));

  commands.renameProject(other, "other");
  const nothing = "Nothing will run: the ingestion was renamed";
  expect((await other.must("up", one(stack, "moved"))).output).toContain(nothing);
  // An organization of a backend of our own cannot have another name, but what the program is told of it can.
  const renamed = all(organization("renamed"), one(stack, "moved"));
  expect((await other.must("up", renamed)).output).toContain(nothing);
  await other.must("destroy", renamed);
  await other.must("up", renamed);

  // Removed above, retained or with what they hang on, and declared again; an old state imported.
  stack.editState((state) => {
    expect(taken(state, "imported")).toHaveLength(1);
    state.resources.push(...old);
  });
  const again = all(
    rest,
    moves,
    one(stack, "anchor"),
    one(stack, "retained", retained),
    one(stack, "pulled", "{ deletedWith: anchor }"),
  );
  await stack.must("up", again);
  await stack.must("up", again, "--expect-no-changes");
  await stack.must("up", all(again, one(stack, "extra")), "--target", kept);

  const counted: Record<string, number> = {};
  const acts = ["renamed", "moved", "deleted", "tainted", "imported", "ignored", "kept", "parented", "left", "went"];
  for (const act of [...acts, "anchor", "retained", "pulled", "extra"]) {
    counted[act] = (await world.count(`${act}_${stack.name}`)) / ROWS;
  }
  expect(counted).toEqual({
    ...{ renamed: 1, moved: 1, deleted: 1, ignored: 1, kept: 1, parented: 1, anchor: 1, retained: 1, pulled: 1 },
    // Told in preview.
    tainted: 2,
    // A and B, each once.
    imported: 2,
    // Its replacement loads elsewhere, and the old rows are retained.
    ...{ left: 1, went: 1 },
    // No target.
    extra: 0,
  });
});

test("a first create that was killed, then `destroy`: its rows arrive, and the next `pulumi up` finds them", async () => {
  const stack = world.stack();
  const drip = world.files.drip(`/operations-killed-${stack.name}.csv`);
  drip.write(csv(ROWS));
  const program = ingestion("killed", { query: load("INSERT", `killed_${stack.name}`, drip.url) });
  const run = stack.start("up", program);
  await drip.readers();
  run.child.kill("SIGKILL");
  await run.ended;
  await stack.must("destroy", program);
  drip.end();
  await stack.must("up", program);
  expect(await world.count(`killed_${stack.name}`)).toBe(ROWS);
});

test("`replaceWith` and `replacementTrigger` replace as `--replace` does: told in preview", async () => {
  const stack = world.stack();
  const drop = { onDelete: "dropDatasource" };
  const declare = (act: string, options: string, more: object = {}): string =>
    ingestion(act, { query: into(stack, act), ...more }, options);
  const program = (trigger: number): string =>
    one(stack, "base") +
    declare("along", "{ replaceWith: [base] }") +
    declare("alongDrop", "{ replaceWith: [base] }", drop) +
    declare("triggered", `{ replacementTrigger: ${trigger} }`) +
    declare("triggeredDrop", `{ replacementTrigger: ${trigger} }`, drop);
  await stack.must("up", program(1));
  await stack.must("up", program(1), "--expect-no-changes");
  const replace = ["--replace", stack.resource("base").urn];
  const preview = await stack.must("preview", program(2), ...replace);
  for (const act of ["base", "along", "triggered"]) {
    expect(preview.output).toContain(`This ingestion has already loaded these rows into "${act}_${stack.name}"`);
  }
  await stack.must("up", program(2), ...replace);
  await stack.must("up", program(2), "--expect-no-changes");
  const counted: Record<string, number> = {};
  for (const act of ["base", "along", "alongDrop", "triggered", "triggeredDrop"]) {
    counted[act] = (await world.count(`${act}_${stack.name}`)) / ROWS;
  }
  expect(counted).toEqual({ base: 2, along: 2, triggered: 2, alongDrop: 1, triggeredDrop: 1 });
});
