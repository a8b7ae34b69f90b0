/** The transcript in README.md: what `npm run quickstart` prints, without what repeats or does not help a reader. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";

const root = resolve(__dirname, "../..");
const BLOCK = /(<!-- transcript: .*-->\n+```console\n)([\s\S]*?)(```)/;
const WIDTH = 120;
export const SECTIONS = [
  "pulumi preview: what the SQL will do",
  "pulumi up: load and wait until the rows can be queried",
  "A second pulumi up changes nothing",
];

/** Lines that a reader of the README can do without. */
const LEFT_OUT = [
  /^(Previewing update|Updating|Duration)/,
  /pulumi:pulumi:Stack/,
  /^ {6}\+ (query|url|onDelete|dataSource):/,
  /^ {4}(segmentLoad|segmentReport|\w+: \[unknown\])/,
  /the task is starting|published, reading the report/,
];

/** Said by each command, and worth reading once. */
const REPEATED = /Why:|Impact:|^ {4}(taskId|rowsWritten):/;

/** The sections of README in an output of the quickstart. */
export function shortened(raw: string): string {
  const seen = new Set<string>();
  const sections = raw.split(/^== /m).flatMap((section) => {
    const [title = "", ...lines] = section.split("\n");
    if (!SECTIONS.includes(title)) return [];
    const kept = withoutDiagnostics(lines)
      .filter((line) => line.trim() !== "" && !LEFT_OUT.some((one) => one.test(line)))
      .map((line) => line.replace("pulumi-nodejs:dynamic/druid:MsqIngestion ", "").trimEnd())
      .map((line) => line.replace(/http:\/\/127\.0\.0\.1:\d+\/(?=\S*\.csv)/g, "http://files/"))
      .map((line) => line.replace(/http:\/\/127\.0\.0\.1:\d+/g, "http://router:8888"))
      .filter((line) => !(REPEATED.test(line) && seen.has(line)));
    for (const line of kept) seen.add(line);
    const told = kept.filter((line, index) => line !== "Outputs:" || kept[index + 1]?.startsWith("    "));
    return [[`== ${title}`, ...told.map(wrapped)].join("\n")];
  });
  return `${sections.join("\n\n")}\n`;
}

/** The block that repeats at the end what stands beside the rows. */
function withoutDiagnostics(lines: string[]): string[] {
  const from = lines.indexOf("Diagnostics:");
  const to = from < 0 ? -1 : lines.findIndex((line, index) => index > from && /^(Outputs|Resources):/.test(line));
  return from < 0 ? lines : [...lines.slice(0, from), ...lines.slice(to)];
}

function wrapped(line: string): string {
  if (line.length <= WIDTH) return line;
  const at = line.lastIndexOf(", ", WIDTH - 1) + 1;
  if (at === 0 || !line.includes("{")) return line;
  return `${line.slice(0, at)}\n${wrapped(`${" ".repeat(line.indexOf("{") + 2)}${line.slice(at + 1)}`)}`;
}

/** What stands in README.md now. */
export function transcript(): string {
  const [, , block] = BLOCK.exec(readFileSync(join(root, "README.md"), "utf8")) ?? [];
  if (block === undefined) throw new Error("Cannot find the transcript in README.md: its comment is missing");
  return block;
}

/** Runs the quickstart on the local engine, whose output does not depend on the version of a CLI. */
export async function writeTranscript(): Promise<void> {
  const withoutCli = (process.env.PATH ?? "").split(delimiter).filter((one) => !existsSync(join(one, "pulumi")));
  const child = spawn(process.execPath, [join(root, "test/run/quickstart.mjs")], {
    cwd: root,
    env: { ...process.env, PATH: withoutCli.join(delimiter) },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.on("data", (data) => (output += String(data)));
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`Cannot write the transcript: the quickstart ended with exit ${code}:\n${output}`);
  const path = join(root, "README.md");
  writeFileSync(
    path,
    readFileSync(path, "utf8").replace(BLOCK, (_, head, __, tail) => head + shortened(output) + tail),
  );
}
