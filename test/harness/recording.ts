// Keeps what a server answers, made equal from run to run where that can be: no address, port, path or date of the
// machine that recorded it stays.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface Recorded {
  request: { method: string; path: string };
  status: number;
  /** As sent; null where the server names none. */
  contentType: string | null;
  /** Parsed where it is JSON, else the text. */
  body: unknown;
}

/** Texts of the recording machine, and what stands for each. */
export type Replacements = readonly (readonly [actual: string | RegExp, shown: string])[];

const ISO_DATE = /(?<!\d)20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g;
const FIRST_DATE_MS = Date.UTC(2024, 0, 1);

export class Recording {
  private readonly answers = new Map<string, Recorded>();
  private readonly startedAt = new Date().toISOString();

  constructor(private readonly baseUrl: string) {}

  /** Sends a request, keeps its answer under `name` if one is given, and returns it as it came. */
  async ask(
    name: string | undefined,
    method: string,
    path: string,
    options: { body?: unknown; headers?: Record<string, string> } = {},
  ): Promise<Recorded> {
    const response = await fetch(`${this.baseUrl}${path}`, {
      method,
      redirect: "manual",
      headers: { accept: "application/json", "content-type": "application/json", ...options.headers },
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
      signal: AbortSignal.timeout(60_000),
    });
    const contentType = response.headers.get("content-type");
    const text = await response.text();
    const answer = { request: { method, path }, status: response.status, contentType, body: parsed(text) };
    if (name !== undefined) this.answers.set(name, answer);
    return answer;
  }

  /**
   * The answers by name, with all replacements, and with this run's dates replaced by fixed ones in the same order.
   */
  finished(replacements: Replacements): Map<string, Recorded> {
    const texts = [...this.answers].map(([name, answer]) => [name, JSON.stringify(answer, null, 2)] as const);
    const dates = texts.flatMap(([, text]) => text.match(ISO_DATE) ?? []).filter((date) => date >= this.startedAt);
    const inOrder = [...new Set(dates)].sort();
    const shown = new Map(inOrder.map((date, index) => [date, new Date(FIRST_DATE_MS + index * 1000).toISOString()]));
    const finish = (text: string) => {
      const dated = text.replace(ISO_DATE, (date) => shown.get(date) ?? date);
      return replacements.reduce((result, [actual, to]) => result.replaceAll(actual, to), dated);
    };
    return new Map(texts.map(([name, text]) => [name, JSON.parse(finish(text)) as Recorded]));
  }
}

/** Writes one file an answer, and removes those of an earlier recording. */
export function writeRecorded(directory: string, answers: ReadonlyMap<string, Recorded>): void {
  mkdirSync(directory, { recursive: true });
  for (const file of readdirSync(directory)) if (file.endsWith(".json")) rmSync(join(directory, file));
  for (const [name, answer] of answers) {
    writeFileSync(join(directory, `${name}.json`), `${JSON.stringify(answer, null, 2)}\n`);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
