import { randomUUID } from "node:crypto";
import { expect, test } from "@jest/globals";
import type { Asked } from "./asked";
import { insert, insertUnion, replace, TWO } from "./rows";

export function contractOfPlanning(asked: Asked): void {
  test("explains without running", async () => {
    const dataSource = asked.named("explain");
    const explain = (query: string) => asked.client.explain({ query: `EXPLAIN PLAN FOR ${query}` });
    expect(await explain(`${replace(dataSource, asked.source(TWO), "DAY")} CLUSTERED BY "n"`)).toEqual({
      nativeQueries: 1,
      unitesTables: false,
      columns: [
        { name: "__time", type: "LONG" },
        { name: "n", type: "LONG" },
      ],
      attributes: {
        statementType: "REPLACE",
        targetDataSource: dataSource,
        partitionedBy: "DAY",
        clusteredBy: ["n"],
        replaceTimeChunks: "all",
      },
    });
    const attributes = { statementType: "INSERT", targetDataSource: dataSource, partitionedBy: { type: "all" } };
    expect(await explain(insert(dataSource, asked.source(TWO)))).toMatchObject({ attributes });
    expect((await explain(`SELECT "n" FROM ${asked.source(TWO)}`)).attributes).toEqual({ statementType: "SELECT" });
  });

  test("refuses bad SQL with its place, and what it cannot run", async () => {
    const bad = (label: string, query: string, context = {}) => asked.refusal(label, asked.submit(query, context));
    const missing = await bad("no such table", `INSERT INTO "x"\nSELECT * FROM "no_such" PARTITIONED BY ALL`);
    expect(missing).toMatchObject({ status: 400, errorCode: "invalidInput", position: { line: 2, column: 15 } });
    expect(missing.detail).toMatch(/^Object 'no_such' not found/);
    const dangling = await bad("syntax", "SELECT 1 + FROM");
    expect(dangling).toMatchObject({ status: 400, errorCode: "invalidInput", position: { line: 1, column: 10 } });
    const unknown = asked.since(31)
      ? { status: 400, category: "INVALID_INPUT" }
      : { status: 500, category: "UNCATEGORIZED" };
    expect(await bad("no query", "FOO")).toMatchObject(unknown);
    const query = insert(asked.named("bad"), asked.source(TWO));
    const unpartitioned = await bad("no PARTITIONED BY", query.replace(" PARTITIONED BY ALL", ""));
    expect(unpartitioned.detail).toMatch(/requires a PARTITIONED BY/);
    expect((await bad("one task", query, { maxNumTasks: 1 })).detail).toMatch(
      /maxNumTasks \[1\] cannot be less than 2/,
    );
    expect((await asked.refusal("bad id", asked.submit(query, {}, "a/b"))).status).toBe(400);
    const native = await asked.refusal("native", asked.client.sql({ query }));
    expect(native.detail).toMatch(/^INSERT operations are not supported by requested SQL engine \[native\]/);
  });

  test("takes SET before the statement from 34 on, and refuses it until then", async () => {
    const query = "SET \"pulumiDruid\" = 'set'; SELECT 1 AS a";
    if (asked.since(34)) {
      const { id, status } = await asked.run(query);
      expect(status.statusCode).toBe("SUCCESS");
      expect(await asked.client.payload(id)).toMatchObject({ sqlQueryContext: { pulumiDruid: "set" } });
    } else {
      const position = { line: 1, column: query.indexOf(";") + 1 };
      await expect(asked.submit(query)).rejects.toMatchObject({ status: 400, position });
    }
  });

  test("makes a task of each part of a union before 28, all under one id, and runs the first", async () => {
    const dataSource = asked.named("union");
    const query = insertUnion(dataSource, asked.source(TWO));
    if (asked.since(28)) {
      const refusal = await asked.refusal("union", asked.submit(query));
      expect(refusal).toMatchObject({ status: 400, detail: expect.stringMatching(/SQL requires union/) });
      return;
    }
    expect(await asked.client.explain({ query: `EXPLAIN PLAN FOR ${query}` })).toMatchObject({ nativeQueries: 2 });
    const id = randomUUID();
    const refusal = await asked.refusal("union", asked.submit(query, {}, id));
    expect(refusal).toMatchObject({ status: 500, detail: expect.stringContaining("already exists") });
    expect((await asked.ended(`query-${id}`)).statusCode).toBe("SUCCESS");
  });

  test("reads a union of tables as one since 28", async () => {
    const dataSource = asked.named("tables");
    expect((await asked.run(insert(dataSource, asked.source(TWO)))).status.statusCode).toBe("SUCCESS");
    await asked.count(dataSource, TWO.length);
    const select = `SELECT "n" FROM "${dataSource}"`;
    const query = `INSERT INTO "${dataSource}_all" ${select} UNION ALL ${select} PARTITIONED BY ALL`;
    const plan = await asked.client.explain({ query: `EXPLAIN PLAN FOR ${query}` });
    expect(plan).toMatchObject({ nativeQueries: 1, unitesTables: true });
    const { status, report } = await asked.run(query);
    expect(status.statusCode).toBe(!asked.since(28) ? "FAILED" : "SUCCESS");
    const code = report?.payload.status.errorReport?.error.errorCode;
    expect(code).toBe(!asked.since(28) ? "QueryNotSupported" : undefined);
  });

  test("tells what it is and how much it can run", async () => {
    expect(asked.note("capacity", await asked.client.capacity())?.total).toBeGreaterThanOrEqual(8);
    expect(asked.note("version", await asked.client.version())).toMatch(/^\d+\.\d+/);
  });
}
