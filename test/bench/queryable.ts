/**
 * `node test/run/queryable.mjs`: how long after the rows answer `create` and `update` return, and what they ask Druid
 * for meanwhile; and how long a refresh and a drop take. On a Druid with its default periods, against a probe that
 * counts the rows every 50 ms.
 */
import { parseArgs } from "node:util";
import * as lifecycle from "../../src/lifecycle";
import { startTestDruid } from "../harness/druid/druid";
import { countRows, ROWS, seen, statementOf } from "./druid";
import { providerOf } from "./provider";

const USAGE = `Usage: node test/run/queryable.mjs [--url URL] [--loads N] [--together N]

  --url URL     a Druid that runs already; without it one is started, with Druid's default periods of a minute
  --loads N     of each kind; 10 if absent
  --together N  so many series of them side by side; 2 if absent
`;
const DEFAULT_PERIOD_MS = 60_000;

interface Measured {
  kind: string;
  /** From the answer to the return. */
  lagMs: number;
  /** From SUCCESS to the answer: Druid's own time. */
  druidMs: number;
  requests: string[];
  /** Whether all rows were there right after the return. */
  complete: boolean;
}

type Provider = ReturnType<typeof providerOf>;

async function measure(
  provider: Provider,
  url: string,
  kind: string,
  load: { dataSource: string; from: number },
  work: (parts: lifecycle.Parts) => Promise<{ id?: string; outs: lifecycle.Properties }>,
) {
  const isThere = async () => (await countRows(url, load.dataSource, load.from)) === ROWS;
  const probe = seen(isThere);
  const { result, watch, returnedAt } = await provider.watched(work);
  const complete = await isThere();
  const answeredAt = await probe;
  const measured: Measured = {
    kind,
    lagMs: returnedAt - answeredAt,
    druidMs: answeredAt - (watch.succeededAt ?? Number.NaN),
    requests: watch.requests,
    complete,
  };
  console.log(
    `${kind}: SUCCESS -> answers ${measured.druidMs} ms, answers -> returns ${measured.lagMs} ms, ` +
      `${watch.requests.length} requests${complete ? "" : ", RETURNED EARLY"}`,
  );
  return { measured, result };
}

async function series(provider: Provider, url: string, name: string, rounds: number): Promise<Measured[]> {
  const all: Measured[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const dataSource = `queryable_${name}_${round}`;
    const urn = (resource: string) =>
      `urn:pulumi:measure::queryable::pulumi-nodejs:dynamic/druid:MsqIngestion::${dataSource}_${resource}`;
    const inputs = (resource: string, query: string) => ({ query, onDelete: "dropDatasource", __urn: urn(resource) });
    const first = inputs("whole", statementOf("REPLACE", dataSource, 1_000));
    const second = inputs("whole", statementOf("REPLACE", dataSource, 2_000));
    const beside = inputs("beside", statementOf("INSERT", dataSource, 3_000));
    const created = await measure(provider, url, "first load", { dataSource, from: 1_000 }, (parts) =>
      lifecycle.create(parts, first),
    );
    const id = String(created.result.id);
    const updated = await measure(provider, url, "REPLACE over rows", { dataSource, from: 2_000 }, (parts) =>
      lifecycle.update(parts, id, created.result.outs, second),
    );
    const added = await measure(provider, url, "INSERT beside rows", { dataSource, from: 3_000 }, (parts) =>
      lifecycle.create(parts, beside),
    );
    all.push(created.measured, updated.measured, added.measured);
    const before = Date.now();
    await provider.watched((parts) => lifecycle.read(parts, id, updated.result.outs));
    console.log(`refresh, rows there: ${Date.now() - before} ms`);
    if (round > 0) continue;
    const start = Date.now();
    const gone = seen(async () => ((await countRows(url, dataSource, 0)) ?? 0) === 0);
    const returned = await provider.watched((parts) => {
      parts.neighbours.forget(urn("beside"));
      return lifecycle.remove(parts, id, updated.result.outs);
    });
    const goneAt = await gone;
    console.log(`drop: rows gone after ${goneAt - start} ms, returns ${returned.returnedAt - goneAt} ms later`);
    const asked = Date.now();
    await provider.watched((parts) => lifecycle.read(parts, id, updated.result.outs));
    console.log(`refresh, rows gone: ${Date.now() - asked} ms`);
  }
  return all;
}

const median = (values: number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

function print(all: Measured[]): void {
  console.log(
    "\n| load | times | answers -> returns: median | max | least | SUCCESS -> answers: median | requests: median | max | early |",
  );
  console.log("|---|---|---|---|---|---|---|---|---|");
  for (const kind of new Set(all.map((one) => one.kind))) {
    const ones = all.filter((one) => one.kind === kind);
    const lags = ones.map(({ lagMs }) => lagMs);
    const requests = ones.map((one) => one.requests.length);
    const druid = median(ones.map(({ druidMs }) => druidMs));
    const early = ones.filter(({ complete }) => !complete).length;
    console.log(
      `| ${kind} | ${ones.length} | ${median(lags)} ms | ${Math.max(...lags)} ms | ${Math.min(...lags)} ms | ` +
        `${(druid / 1000).toFixed(1)} s | ${median(requests)} | ${Math.max(...requests)} | ${early} |`,
    );
  }
  const kinds = new Map<string, number>();
  for (const request of all.flatMap((one) => one.requests)) {
    const name = request.replace(/queryable_\w+/, "{ds}").replace(/query-pulumi[^/]*/, "{task}");
    kinds.set(name, (kinds.get(name) ?? 0) + 1);
  }
  console.log("\nRequests from SUCCESS to the return, of all loads together:");
  for (const [name, count] of [...kinds].sort((a, b) => b[1] - a[1])) console.log(`  ${count} ${name}`);
}

export async function main(args: string[]): Promise<void> {
  const options = { url: { type: "string" }, loads: { type: "string" }, together: { type: "string" } } as const;
  const { values } = parseArgs({ args, options: { ...options, help: { type: "boolean" } } });
  if (values.help) return void process.stdout.write(USAGE);
  const loads = Number(values.loads ?? 10);
  const together = Number(values.together ?? 2);
  const own = values.url === undefined ? await startTestDruid({ coordinatorPeriodMs: DEFAULT_PERIOD_MS }) : undefined;
  const url = values.url ?? own?.url ?? "";
  const provider = providerOf(url);
  const name = Math.random().toString(36).slice(2, 8);
  try {
    const rounds = Array.from({ length: together }, (_, index) => Math.ceil((loads - index) / together));
    const all = await Promise.all(rounds.map((count, index) => series(provider, url, `${name}${index}`, count)));
    print(all.flat());
  } finally {
    await own?.stop();
  }
}
