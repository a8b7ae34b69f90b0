/** Two promises with a figure each: done means queryable, and state stays small. */
import { expect, test } from "@jest/globals";
import { useWorld } from "./use-world";
import { csv, ingestion, load } from "./world";

const ROWS = 20_000;
const PROBE_EVERY_MS = 50;
const world = useWorld();

test("create returns once the rows answer, not before and not much after; its outputs take under 4 KB", async () => {
  const stack = world.stack();
  const target = `figures_${stack.name}`;
  const program = (from: number) =>
    ingestion("figures", { query: load("REPLACE", target, world.files.text(`/figures-${from}.csv`, csv(ROWS, from))) });
  const lag = async (from: number, row: RegExp) => {
    const run = stack.start("up", program(from));
    const returned = run.says(row).then(Date.now);
    const answeredAt = await seen(async () => (await world.count(target, `"n" >= ${from}`)) === ROWS);
    const returnedAt = await returned;
    await run.ended;
    return returnedAt - answeredAt;
  };
  const create = await lag(0, /figures created/);
  // The old rows answer all the time here: a table that answers proves nothing.
  const update = await lag(1_000_000, /figures updated/);
  const inputs = ["query", "__provider", "__urn", "__organization", "__timeouts", "__secretQuery"];
  const { outputs } = stack.resource("figures");
  const kept = Object.fromEntries(Object.entries(outputs).filter(([name]) => !inputs.includes(name)));
  const bytes = Buffer.byteLength(JSON.stringify(kept));
  process.stdout.write(
    `rows answer -> create returns: ${create} ms; rows answer -> update returns: ${update} ms; outputs: ${bytes} bytes\n`,
  );
  expect(create).toBeGreaterThan(-PROBE_EVERY_MS * 2);
  expect(update).toBeGreaterThan(-PROBE_EVERY_MS * 2);
  expect(bytes).toBeLessThan(4_096);
});

/** When a probe, asked every 50 ms, first says yes. */
async function seen(probe: () => Promise<boolean>): Promise<number> {
  for (;;) {
    if (await probe()) return Date.now();
    await new Promise((done) => setTimeout(done, PROBE_EVERY_MS));
  }
}
