/**
 * Each of Pulumi's operations that moves, renames, retains, replaces or forgets a resource. Each acts on its own
 * INSERT, whose row count reveals a second load. Where the CLI would change the state, the test changes the local
 * engine's file as Pulumi's source does.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { TestStack } from "../harness/stack";
import { csv, ingestion, load, startWorld, type World } from "./world";

const ROWS = 10;
let world: World;

beforeAll(async () => {
  world = await startWorld();
}, 240_000);
afterAll(() => world.stop());

interface Stored {
  urn: string;
  parent?: string;
  taint?: boolean;
}
interface State {
  resources: Stored[];
}
const stateFile = (stack: TestStack): string => join(stack.folder, ".state", `${stack.name}.json`);
const stateOf = (stack: TestStack): State =>
  existsSync(stateFile(stack)) ? JSON.parse(readFileSync(stateFile(stack), "utf8")) : { resources: [] };
function edit(stack: TestStack, change: (state: State) => void): void {
  const state = stateOf(stack);
  change(state);
  writeFileSync(stateFile(stack), JSON.stringify(state));
}
const named =
  (name: string) =>
  ({ urn }: Stored): boolean =>
    urn.endsWith(`::${name}`);
const taken = (state: State, name: string): Stored[] => {
  const found = state.resources.filter(named(name));
  state.resources = state.resources.filter((one) => !found.includes(one));
  return found;
};

/** An ingestion by the name of what is done to it, into a datasource of that name. */
const source = (stack: TestStack, content: string): string =>
  world.files.text(`/operations-${content}-${stack.name}.csv`, csv(ROWS, content.charCodeAt(0) * 1_000));
const into = (stack: TestStack, act: string, content = "A"): string =>
  load("INSERT", `${act}_${stack.name}`, source(stack, content));
const one = (stack: TestStack, act: string, options = "{}", { content = "A", name = act } = {}): string =>
  ingestion(name, { query: into(stack, act, content) }, options);

const onOurEngine = process.env.ENGINE === "pulumi" ? test.skip : test;

onOurEngine(
  "rows after operations that move, rename, retain, replace or forget what has loaded them",
  async () => {
    const [stack, other] = [world.stack(), world.stack()];
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
    const [old] = stateOf(stack).resources.filter(named("imported"));

    // `state rename`, `state move` to another stack, `state delete`, `state taint`.
    edit(other, (there) => {
      edit(stack, (here) => {
        expect(taken(here, "deleted")).toHaveLength(1);
        for (const found of here.resources.filter(named("renamed"))) found.urn = found.urn.replace(/renamed$/, "named");
        for (const found of here.resources.filter(named("tainted"))) found.taint = true;
        there.resources = here.resources.filter(({ urn }) => urn.includes("::pulumi:pulumi:Stack::"));
        there.resources.push(...taken(here, "moved"));
      });
      const text = JSON.stringify(there.resources).replaceAll(
        `urn:pulumi:${stack.name}::`,
        `urn:pulumi:${other.name}::`,
      );
      there.resources = JSON.parse(text.replaceAll(`::e2e-${stack.name}"`, `::e2e-${other.name}"`));
    });
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
    const kept = stack.resource("kept").urn;
    await stack.must("up", all(rest, moves), "--replace", kept);
    await other.must("up", one(stack, "moved"));

    // A renamed project: Pulumi writes the URNs anew.
    const project = join(other.folder, "Pulumi.yaml");
    writeFileSync(project, readFileSync(project, "utf8").replace("name: e2e", "name: other"));
    edit(other, (state) => {
      const text = JSON.stringify(state.resources).replaceAll("::e2e::", "::other::");
      state.resources = JSON.parse(text.replaceAll(`::e2e-${other.name}"`, `::other-${other.name}"`));
    });
    expect((await other.must("up", one(stack, "moved"))).output).toContain(
      "Nothing will run: the ingestion was renamed",
    );

    // Removed above, retained or with what they hang on, and declared again; an old state imported.
    edit(stack, (state) => {
      const [now] = taken(state, "imported");
      expect(now).toBeDefined();
      if (old) state.resources.push(old);
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
  },
  600_000,
);

onOurEngine(
  "a first create that was killed, then `destroy`: its rows arrive, and the next `pulumi up` finds them",
  async () => {
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
  },
  240_000,
);
