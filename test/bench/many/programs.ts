/** Programs that declare many resources of one kind: ours, and the peers' ordinary dynamic resources. */

/** What the peers' program and ours declare alike. */
const DECLARED = (from: number, to: number) => `
const queryOf = (name) => \`REPLACE INTO "\${name}" OVERWRITE ALL
SELECT TIME_PARSE("timestamp") AS __time, channel, page, SUM(added) AS added
FROM TABLE(EXTERN(
  '{"type":"http","uris":["https://data.example.com/\${name}.json.gz"]}',
  '{"type":"json"}'
)) EXTEND ("timestamp" VARCHAR, channel VARCHAR, page VARCHAR, added BIGINT)
GROUP BY 1, 2, 3
PARTITIONED BY DAY
CLUSTERED BY channel\`;
const names = Array.from({ length: ${to} }, (_, index) => "item" + String(index).padStart(5, "0")).slice(${from});
`;

export interface Kind {
  name: string;
  program(from: number, to: number): string;
}

export const ours: Kind = {
  name: "MsqIngestion",
  program: (from, to) => `const { MsqIngestion } = require("pulumi-druid");
${DECLARED(from, to)}
for (const name of names) new MsqIngestion(name, { query: queryOf(name), context: { maxNumTasks: 3 } });
`,
};

/** Of the kind that Pulumi's guide shows: each operation in a few lines, and no more. */
const PROVIDER = `const pulumi = require("@pulumi/pulumi");
const provider = {
  async check(olds, news) {
    const failures = typeof news.query === "string" ? [] : [{ property: "query", reason: "must be a string" }];
    return { inputs: news, failures };
  },
  async diff(id, olds, news) {
    const changes = olds.query !== news.query || JSON.stringify(olds.context) !== JSON.stringify(news.context);
    return { changes };
  },
  async create(inputs) {
    const { readFileSync, existsSync } = require("node:fs");
    const outs = existsSync("outs.json") ? JSON.parse(readFileSync("outs.json", "utf8")) : {};
    return { id: "made", outs: { ...outs, ...inputs } };
  },
  async update(id, olds, news) {
    return { outs: { ...olds, ...news } };
  },
  async delete() {},
};
`;

/** Has each output that ours has; \`outs.json\` beside the program gives their values. */
export const likeOurs = (outputs: readonly string[]): Kind => ({
  name: "dynamic.Resource, same inputs and outputs",
  program: (from, to) => `${PROVIDER}${DECLARED(from, to)}
const outputs = ${JSON.stringify(outputs)};
class Same extends pulumi.dynamic.Resource {
  constructor(name, args) {
    super(provider, name, { ...Object.fromEntries(outputs.map((output) => [output, undefined])), ...args });
  }
}
for (const name of names) new Same(name, { query: queryOf(name), context: { maxNumTasks: 3 } });
`,
});

export const single: Kind = {
  name: "dynamic.Resource, one property",
  program: (from, to) => `${PROVIDER}${DECLARED(from, to)}
class One extends pulumi.dynamic.Resource {
  constructor(name, args) {
    super(provider, name, args);
  }
}
for (const name of names) new One(name, { query: queryOf(name) });
`,
};
