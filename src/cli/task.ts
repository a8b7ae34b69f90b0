/** `pulumi-druid task`: shows a SQL task, running or ended. */
import { type Subcommand, UsageError } from "./command";
import { CONNECTION_HELP, CONNECTION_OPTIONS, connect } from "./connect";

export const task: Subcommand = {
  summary: "show a SQL task of Druid: its stages over time, rows, workers, warnings and error",
  usage: "ID [options]",
  help: `\
Shows a SQL task of Druid, running or ended.

${CONNECTION_HELP}
`,
  options: CONNECTION_OPTIONS,
  async run(words, outside) {
    const [id, ...others] = words.positionals;
    if (id === undefined) throw new UsageError("the ID of a task is missing");
    if (others.length > 0) throw new UsageError("only one task can be shown");
    return connect(words, outside, async (client) => {
      const status = await client.status(id);
      if (status === undefined) throw new Error(`Cannot show task "${id}" on "${client.url}": Druid does not know it`);
      outside.print(`${id}: ${status.statusCode}\n`);
      return 0;
    });
  },
};
