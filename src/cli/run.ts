/** Runs `npx pulumi-druid …`: finds the subcommand, parses its arguments, and prints an error as one line. */
import { parseArgs } from "node:util";
import { messageOf } from "../base/errors";
import { type Outside, type Subcommand, UsageError, type Words } from "./command";
import { COMMANDS } from "./commands";

const PROGRAM = "pulumi-druid";

export async function run(argv: readonly string[], outside: Outside): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    outside.print(overview());
    return name === undefined ? 2 : 0;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) {
    const what = name.startsWith("-") ? "option" : "subcommand";
    outside.complain(
      `Cannot run "${PROGRAM} ${name}": there is no such ${what}; use ${Object.keys(COMMANDS).join(", ")} or --help\n`,
    );
    return 2;
  }
  try {
    const words = wordsOf(command, rest);
    if (words.values.help) {
      outside.print(`Usage: ${PROGRAM} ${name} ${command.usage}\n\n${command.help.trimEnd()}\n`);
      return 0;
    }
    return await command.run(words, outside);
  } catch (error) {
    const isUsage = error instanceof UsageError;
    const text = messageOf(error);
    outside.complain(
      isUsage ? `Cannot run "${PROGRAM} ${name}": ${text}; see "${PROGRAM} ${name} --help"\n` : `${text}\n`,
    );
    return isUsage ? 2 : 1;
  }
}

function overview(): string {
  const width = Math.max(...Object.keys(COMMANDS).map((name) => name.length));
  const lines = Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`);
  return `Usage: ${PROGRAM} SUBCOMMAND [options]\n\n${lines.join("\n")}\n\nSee "${PROGRAM} SUBCOMMAND --help".\n`;
}

function wordsOf(command: Subcommand, args: string[]): Words {
  const options = { ...command.options, help: { type: "boolean", short: "h" } } as const;
  try {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true, strict: true });
    return { values, positionals };
  } catch (error) {
    // Later sentences of Node's message are hints about "--".
    const [first = ""] = String((error as Partial<Error>).message).split(/\.\s/);
    throw new UsageError(first.charAt(0).toLowerCase() + first.slice(1).replace(/\.$/, "").replaceAll("'", '"'));
  }
}
