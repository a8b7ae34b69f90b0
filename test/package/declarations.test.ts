// What a program's author reads of the package: its declarations, and what an editor shows of them.

import { dirname, join, relative, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import ts from "typescript";
import { emptyProject, link, packInto } from "../harness/packed";

describe("the declarations", () => {
  const project = emptyProject();
  beforeAll(() => link(project, packInto(project.folder).tarball));
  afterAll(() => project.remove());

  test("hovering shows each output as it is, and what the class does", () => {
    const program = `import { MsqIngestion } from "pulumi-druid";
      const wiki = new MsqIngestion("wiki", { query: "" });
      [wiki.taskId, wiki.rowsWritten, wiki.report, wiki.segmentLoad, wiki.statement, wiki.context, wiki.onDelete];`;
    const hover = hoverIn(project.write("program.ts", program));
    expect(hover("wiki.taskId")).toMatch(/: Output<string \| undefined>\n/);
    // How every number reads: Pulumi's own alias is gone once it is resolved.
    expect(hover("wiki.rowsWritten")).toMatch(/: OutputInstance<number \| undefined>\n/);
    expect(hover("wiki.report")).toMatch(/: Output<RunReport \| undefined>\nSummary of the run/);
    expect(hover("wiki.segmentLoad")).toMatch(/: Output<SegmentLoad \| undefined>\n/);
    expect(hover("wiki.statement")).toMatch(/: Output<Statement>\n/);
    expect(hover("wiki.context")).toMatch(/: Output<QueryContext \| undefined>\n/);
    expect(hover("wiki.onDelete")).toMatch(/: Output<"keepData" \| "dropDatasource" \| undefined>\n/);
    expect(hover("new MsqIngestion")).toMatch(/\nDeclares a SQL-based ingestion into Apache Druid/);
  });

  test("hovering shows the types that sql, queries and backfills return", () => {
    const program = `import { druidQueryOutput, MsqBackfill, sql } from "pulumi-druid";
      const text = sql\`SELECT \${1}\`;
      const rows = druidQueryOutput<{ n: number }>(text);
      const days = new MsqBackfill("days", { from: "2024-01", to: "2025-01", every: "P1D", query: (day) => sql.raw(day.name) });
      [text, rows, days.rowsWritten, days.intervals, days.ingestions];`;
    const hover = hoverIn(project.write("author.ts", program));
    expect(hover("const text")).toMatch(/: Output<string>\n/);
    expect(hover("const rows")).toMatch(/: Output<\{\s+n: number;\s+\}\[\]>\n/);
    expect(hover("sql")).toMatch(/\nWrites SQL in a template string/);
    expect(hover("days.rowsWritten")).toMatch(/: OutputInstance<number>\nSum of the rows written for all intervals/);
    expect(hover("days.intervals")).toMatch(/: Output<Record<string, BackfillResult>>\n/);
    expect(hover("days.ingestions")).toMatch(/: Readonly<Record<string, MsqIngestion>>\n/);
  });

  test("nothing that a program can reach by them needs zod or axios", () => {
    const root = join(project.folder, "node_modules", "pulumi-druid", "dist");
    const seen = new Map<string, string[]>();
    const visit = (path: string) => {
      if (seen.has(path)) return;
      const { importedFiles } = ts.preProcessFile(ts.sys.readFile(path) ?? "", true, true);
      const names = importedFiles.map(({ fileName }) => fileName);
      seen.set(path, names);
      for (const name of names.filter((one) => one.startsWith("."))) {
        const file = resolve(dirname(path), name.replace(/\.js$/, ""));
        visit([`${file}.d.ts`, join(file, "index.d.ts")].find(ts.sys.fileExists) ?? file);
      }
    };
    for (const entry of ["index.d.ts", "provider.d.ts"]) visit(join(root, entry));
    expect([...seen.keys()].map((path) => relative(root, path))).toContain("druid/wire/task.d.ts");
    const wrong = [...seen].filter(([, names]) => names.some((name) => /^(zod|axios)/.test(name)));
    expect(wrong.map(([path]) => relative(root, path))).toEqual([]);
  });
});

/** What an editor shows over the last word of the text given. */
function hoverIn(path: string): (text: string) => string {
  const options: ts.CompilerOptions = { module: ts.ModuleKind.Node16, strict: true, skipLibCheck: true, types: [] };
  const service = ts.createLanguageService({
    getCompilationSettings: () => options,
    getScriptFileNames: () => [path],
    getScriptVersion: () => "1",
    getScriptSnapshot: (file) => {
      const text = ts.sys.readFile(file);
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
    },
    getCurrentDirectory: () => dirname(path),
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    fileExists: ts.sys.fileExists,
    readFile: ts.sys.readFile,
    directoryExists: ts.sys.directoryExists,
    getDirectories: ts.sys.getDirectories,
    realpath: (file) => ts.sys.realpath?.(file) ?? file,
  });
  return (text) => {
    const at = (ts.sys.readFile(path) ?? "").indexOf(text) + text.length - 1;
    const info = service.getQuickInfoAtPosition(path, at);
    return `${ts.displayPartsToString(info?.displayParts)}\n${ts.displayPartsToString(info?.documentation)}`;
  };
}
