/** Programs that declare many resources of one kind: ours, and the peers' ordinary dynamic resources. */

/** Of one length, so that one name can stand in place of another. */
export const nameOf = (index: number): string => `item${String(index).padStart(5, "0")}`;

/** What the peers' program and ours declare alike. */
const declared = (count: number) => `
const queryOf = (name) => \`REPLACE INTO "\${name}" OVERWRITE ALL
SELECT TIME_PARSE("timestamp") AS __time, channel, page, SUM(added) AS added
FROM TABLE(EXTERN(
  '{"type":"http","uris":["https://data.example.com/\${name}.json.gz"]}',
  '{"type":"json"}'
)) EXTEND ("timestamp" VARCHAR, channel VARCHAR, page VARCHAR, added BIGINT)
GROUP BY 1, 2, 3
PARTITIONED BY DAY
CLUSTERED BY channel\`;
const nameOf = ${nameOf};
const names = Array.from({ length: ${count} }, (_, index) => nameOf(index));
`;

export interface Kind {
  name: string;
  /** Of so many resources. */
  program(count: number): string;
}

export const ours: Kind = {
  name: "MsqIngestion",
  program: (count) => `const { MsqIngestion } = require("pulumi-druid");
${declared(count)}
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

/** Has each output that ours has; `outs.json` beside the program gives their values. */
export const likeOurs = (outputs: readonly string[]): Kind => ({
  name: "dynamic.Resource, same inputs and outputs",
  program: (count) => `${PROVIDER}${declared(count)}
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
  program: (count) => `${PROVIDER}${declared(count)}
class One extends pulumi.dynamic.Resource {
  constructor(name, args) {
    super(provider, name, args);
  }
}
for (const name of names) new One(name, { query: queryOf(name) });
`,
};
