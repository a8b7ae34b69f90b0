/** `pulumi-druid review`: writes a review in Markdown, of a preview or of SQL files, for a pull request. */
import { readFile } from "node:fs/promises";
import { messageOf } from "../../base/errors";
import { parseJson } from "../../base/json";
import { WARNING_IDS } from "../../statement/warning";
import { type Outside, type Subcommand, UsageError, type Words } from "../command";
import { CONNECTION_HELP, CONNECTION_OPTIONS, connect } from "../connect";
import { reviewFile } from "./files";
import { type Preview, readPreview } from "./preview-json";
import { idOf, reviewMarkdown, type Section } from "./section";

export const review: Subcommand = {
  summary: "write a review of ingestions in Markdown, for a pull request",
  usage: "[FILE.sql …] [options]",
  help: `\
Writes Markdown about each ingestion: statement, target, rows, schema, why it runs, warnings, and what changed in the
SQL. Without files it reads what Pulumi previews:

  pulumi preview --json | npx pulumi-druid review

With files it reviews their SQL: by the text alone, or with a connection also by Druid's planner and what is in the
target now. Credentials and literals that may be one are not shown.

  --check IDS  exit with 1 if one of these warnings comes, e.g. overwrite-all,drop-datasource; "all" for any. Errors
               always count. The ids are in docs/warnings.md
${CONNECTION_HELP}
`,
  options: { ...CONNECTION_OPTIONS, check: { type: "string", multiple: true } },
  async run(words, outside) {
    const checked = checkedIds(words);
    const whole: { sections: Section[] } & Partial<Preview> =
      words.positionals.length === 0 ? await previewed(outside) : { sections: await files(words, outside) };
    const { sections, hasFailed } = whole;
    outside.print(reviewMarkdown(whole));
    const isFound = (warning: string) => checked === "all" || checked?.has(idOf(warning) ?? "") === true;
    const found = sections.flatMap(({ name, warnings, errors }) => [
      ...(checked === undefined ? [] : errors.map(() => `${name}: it fails`)),
      ...warnings.filter(isFound).map((warning) => `${name}: ${idOf(warning) ?? "a warning"}`),
    ]);
    if (checked !== undefined && hasFailed && sections.every(({ errors }) => errors.length === 0))
      found.push("the preview has failed");
    if (found.length === 0) return 0;
    outside.complain(`Not passed: ${found.join(", ")}\n`);
    return 1;
  },
};

function checkedIds({ values }: Words): Set<string> | "all" | undefined {
  const given = [values.check ?? []].flat().map(String);
  if (given.length === 0) return undefined;
  const ids = given.flatMap((list) => list.split(",")).map((id) => id.trim());
  if (ids.includes("all")) return "all";
  const unknown = ids.find((id) => !(WARNING_IDS as readonly string[]).includes(id));
  if (unknown !== undefined)
    throw new UsageError(`there is no warning "${unknown}"; use ${WARNING_IDS.join(", ")} or all`);
  return new Set(ids);
}

async function previewed(outside: Outside): Promise<Preview> {
  const text = (await outside.input?.()) ?? "";
  const preview = readPreview(parseJson(text));
  if (preview) return preview;
  throw new UsageError(
    "standard input holds no preview: pipe `pulumi preview --json` into it (without --non-interactive logs), or name files of SQL",
  );
}

async function files(words: Words, outside: Outside) {
  const texts = await Promise.all(
    words.positionals.map(async (name) => {
      const sql = await readFile(name, "utf8").catch((error: unknown) => {
        throw new UsageError(`the file "${name}" cannot be read: ${messageOf(error)}`);
      });
      return { name, sql };
    }),
  );
  const isConnected = typeof words.values.url === "string" || outside.env.DRUID_URL !== undefined;
  if (!isConnected) return Promise.all(texts.map(({ name, sql }) => reviewFile(name, sql, undefined)));
  return connect(words, outside, async (client) => {
    const sections = [];
    for (const { name, sql } of texts) sections.push(await reviewFile(name, sql, client));
    return sections;
  });
}
