/** Compares what preview predicts with what happens, by counting rows with SQL before and after. */
import { expect, test } from "@jest/globals";
import { told } from "./told";
import { useWorld } from "./use-world";
import { csv, extern, ingestion, load } from "./world";

const world = useWorld();

const number = (text = "") => Number(text.replaceAll(",", ""));

/** A Broker knows the rows of new segments a few seconds late. */
async function counted(target: string, rows: number): Promise<void> {
  const sum = `SELECT SUM("num_rows") AS "n" FROM sys.segments WHERE "datasource" = '${target}' AND "is_overshadowed" = 0`;
  for (const endsAt = Date.now() + 300_000; ; ) {
    const [row] = await world.sql(sum);
    if (row?.n === rows) return;
    if (Date.now() > endsAt) throw new Error(`The Broker has counted ${row?.n} of ${rows} rows`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

test("a run does what the impact in preview said", async () => {
  const stack = world.stack();
  const target = `impact_${stack.name}`;
  const [all, days] = [world.files.text("/all.csv", csv(240)), world.files.text("/days.csv", csv(34, 1_000))];
  const first = load("INSERT", target, all).replace("PARTITIONED BY ALL", "PARTITIONED BY DAY");
  const overwrite = (by: string, column = "") => `REPLACE INTO "${target}"
    OVERWRITE WHERE __time >= TIMESTAMP '2024-01-02' AND __time < TIMESTAMP '2024-01-04'
    SELECT TIME_PARSE("t") AS __time, "n"${column} FROM ${extern(days)}
    WHERE TIME_PARSE("t") >= TIMESTAMP '2024-01-02' PARTITIONED BY ${by}`;

  const created = await told(stack, "Impact: creates", ingestion("part", { query: first, onDelete: "dropDatasource" }));
  expect(created.output).toContain("Why: runs because it is new");
  expect(created.output).toContain(`Impact: creates "${target}"`);
  expect(created.output).not.toContain("warning");
  await stack.must("up", ingestion("part", { query: first }));
  await counted(target, 240);

  const part = ingestion("part", { query: overwrite("DAY", ', CAST("n" AS DOUBLE) AS "share"') });
  const { output } = await told(stack, "Impact: replaces", part);
  const [, replaced, segments, stays] =
    /Impact: replaces (?:about )?([\d,]+) rows, (\d+) segments, [\d.]+ kB of "impact_\w+": 2024-01-02 to 2024-01-04 \((?:about )?([\d,]+) rows outside stay\)/.exec(
      output,
    ) ?? [];
  expect([number(replaced), number(segments), number(stays)]).toEqual([48, 2, 192]);
  expect(output).toContain("Schema: +share DOUBLE; the new rows have no name VARCHAR");
  expect(output).not.toContain("OVERWRITE ALL");
  await stack.must("up", part);
  expect(await world.count(target)).toBe(number(stays) + 10);

  const whole = load("REPLACE", target, all).replace("PARTITIONED BY ALL", "PARTITIONED BY MONTH");
  await stack.must("up", ingestion("part", { query: whole }));
  await counted(target, 240);
  // One segment is a month now: Druid hides two days of it, and keeps the rest.
  const inside = await told(stack, "Impact: replaces", ingestion("part", { query: overwrite("DAY") }));
  expect(inside.output).toMatch(
    /Impact: replaces the part that lies in this time of 1 segment with (?:about )?240 rows of "impact_\w+": 2024-01-02 to 2024-01-04/,
  );
  expect(inside.output).toContain("PARTITIONED BY changes from MONTH to DAY");
  await stack.must("up", ingestion("part", { query: overwrite("DAY") }));
  expect(await world.count(target)).toBe(240 - 48 + 10);
});

test("formatting, key order, ignoreChanges, protect and --target run nothing", async () => {
  const stack = world.stack();
  const [one, two] = [`one_${stack.name}`, `two_${stack.name}`];
  const source = world.files.text("/same.csv", csv(100));
  const query = load("INSERT", one, source);
  const context = { maxNumTasks: 2, finalizeAggregations: true };
  const other = (rows: number) => ingestion("other", { query: load("INSERT", two, source, `WHERE "n" < ${rows}`) });
  const program = (args: object, options = "{}", rows = 100) =>
    ingestion("same", { query, context, ...args }, options) + other(rows);
  const rows = async () => [await world.count(one), await world.count(two)];
  await stack.must("up", program({}));
  expect(await rows()).toEqual([100, 100]);

  const again = {
    query: `/* x */ ${query.replaceAll("\n", " \n\t")} -- y`,
    context: { finalizeAggregations: true, maxNumTasks: 2 },
  };
  await stack.must("up", program(again), "--expect-no-changes");
  const changed = { query: load("INSERT", one, source, 'WHERE "n" < 7') };
  await stack.must("up", program(changed, '{ ignoreChanges: ["query"] }'), "--expect-no-changes");
  await stack.must("up", program(changed, "{}", 5), "--target", stack.resource("other").urn);
  expect(await rows()).toEqual([100, 105]);

  await stack.must("up", program({}, "{ protect: true }", 5));
  const destroyed = await stack.run("destroy", program({}, "{ protect: true }", 5));
  expect(destroyed.exit).not.toBe(0);
  expect(await rows()).toEqual([100, 105]);
  await stack.must("up", program({}, "{}", 5));
  const runs = (await world.tasks(stack.resource("same").id)).filter(({ type }) => type === "query_controller");
  expect(runs).toHaveLength(1);
});

const json = (uri: string, columns: string) =>
  `TABLE(EXTERN('${JSON.stringify({ type: "http", uris: [uri] })}', '{"type":"json"}')) EXTEND (${columns})`;

test("a sample tells what is wrong with the data, and waits ten seconds for a source that is not there", async () => {
  const stack = world.stack();
  const lines = ['{"t":1704067200,"user":"a"}', '{"t":17040', '{"user":"b"}'].join("\n");
  const source = json(world.files.text("/sampled.json", lines), '"t" BIGINT, "usr" VARCHAR');
  const load = (name: string, from: string) =>
    `INSERT INTO "${name}_${stack.name}" SELECT MILLIS_TO_TIMESTAMP("t") AS __time, "usr" FROM ${from} PARTITIONED BY DAY`;
  const dead = json("http://127.0.0.1:1/none.json", '"t" BIGINT, "usr" VARCHAR');
  const program =
    ingestion("odd", { query: load("odd", source), validate: "sample" }) +
    ingestion("dead", { query: load("dead", dead), validate: "sample" });
  const { output } = await told(stack, "Sample: 2 of", program);
  expect(output).toMatch(/Sample: 2 of the first 3 rows of "http:\S+sampled.json" can be read/);
  expect(output).toMatch(/1 of the first 3 lines of .* cannot be parsed.*line 2: \{"t":17040 \[sample-lines\]/);
  expect(output).toMatch(/the source has seconds where the query takes them for milliseconds.*\[sample-times\]/);
  expect(output).toMatch(/the data has no "usr" \(did you mean "user"\?\) \[sample-columns\]/);
  expect(output).toMatch(/"http:\/\/127.0.0.1:1\/none.json" gave no row within ten seconds.*\[sample-source\]/);
});

/** What a state holds outside of the wrappings of secrets, which the CLI encrypts. */
function openly(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(openly);
  if (typeof value !== "object" || value === null) return value;
  if ("4dabf18193072939515e22adb298388d" in value) return "[secret]";
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, openly(item)]));
}

test("no word of a secret query, its parameters, its context or its data is shown or stored openly", async () => {
  const stack = world.stack();
  const source = world.files.text(
    "/c4nary.json",
    ['{"t":1,"c4nary":"c4nary-row"}', "c4nary line", '{"t":"c4nary-time"}'].join("\n"),
  );
  const from = json(source.replace("//", "//c4nary-user:c4nary-password@"), '"t" BIGINT, "c4nary" VARCHAR');
  const query = (letter: string, more = "") => `REPLACE INTO "hidden_${stack.name}" OVERWRITE
    WHERE __time >= TIMESTAMP '1960-01-01' AND __time < TIMESTAMP '1980-01-01'
    SELECT MILLIS_TO_TIMESTAMP("t") AS __time, "c4nary", 'c4nary-${letter}' AS "c4nary_${letter}", ? AS "p"${more}
    FROM ${from} WHERE "t" = 1 PARTITIONED BY DAY`;
  const program = (letter: string, more = "") =>
    `new MsqIngestion("hidden", {
      query: pulumi.secret(${JSON.stringify(query(letter, more))}),
      parameters: pulumi.secret(["c4nary-parameter-${letter}"]),
      context: pulumi.secret({ maxNumTasks: 2, maxParseExceptions: 9, "c4nary-key": "c4nary-${letter}" }),
      validate: "sample",
    });
    new MsqIngestion("partly", {
      query: ${JSON.stringify(`REPLACE INTO "partly_${stack.name}" OVERWRITE ALL
        SELECT TIME_PARSE('2024-01-01') AS __time, ? AS "p", CAST(? AS BIGINT) AS "n" PARTITIONED BY DAY`)},
      parameters: pulumi.secret(["c4nary-${letter}", "${more === "" ? 1 : "c4nary"}"]),
      context: pulumi.secret({ note: "c4nary-${letter}" }),
      validate: "sample",
    });`;
  const said: string[] = [];
  for (const [command, letter, more] of [
    ["preview", "A"],
    ["up", "A"],
    ["preview", "B"],
    ["preview", "B", ', "c4nary_missing"'],
    ["up", "B", ', 1 / (CHAR_LENGTH("c4nary") - 10) AS "x"'],
    ["preview", "C"],
    ["destroy", "C"],
  ] as const) {
    const { output } = await stack.run(command, program(letter, more));
    said.push(output);
    if (command === "up") expect(JSON.stringify(openly(JSON.parse(stack.stateText())))).not.toMatch(/c4nary/i);
  }
  const all = said.join("\n");
  expect(all).toContain("Sample: 1 of the first");
  expect(all).toContain("[sample-lines]");
  expect(all).toMatch(/Why: runs because the query, the context and parameters/);
  expect(all).toMatch(/Impact: replaces (?:about )?1 row, /);
  expect(all.match(/.*c4nary.*/gi)).toBeNull();
});
