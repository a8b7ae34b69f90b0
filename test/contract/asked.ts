/** What the contracts ask of either Druid, and the note of what it answered. */
import { randomUUID } from "node:crypto";
import { systemClock } from "../../src/base/clock";
import { DruidHttpError, errorKind } from "../../src/base/errors";
import type { DruidClient } from "../../src/druid/client";
import type { TaskReport, TaskStatus } from "../../src/druid/wire/task";
import { type Shape, shapeOf } from "./shapes";
import type { Target } from "./targets";

const LIMIT_MS = 120_000;

/** Asks until the answer is fit. */
export async function until<T>(ask: () => Promise<T>, fits: (answer: T) => boolean): Promise<T> {
  for (const endsAt = Date.now() + LIMIT_MS; ; ) {
    const answer = await ask();
    if (fits(answer)) return answer;
    if (Date.now() > endsAt) throw new Error(`It stayed ${JSON.stringify(answer)}`);
    await systemClock.sleep(20);
  }
}

export class Asked {
  readonly shapes = new Map<string, Shape>();
  #target: Target | undefined;

  begin(target: Target): void {
    this.#target = target;
  }

  async end(): Promise<void> {
    await this.#target?.stop();
  }

  get #begun(): Target {
    if (this.#target === undefined) throw new Error("There is no Druid to ask");
    return this.#target;
  }

  get url(): string {
    return this.#begun.url;
  }

  /** Whether it answers as releases from `major` on do. */
  since(major: number): boolean {
    return this.#begun.major >= major;
  }

  get client(): DruidClient {
    return this.#begun.client;
  }

  source(lines: string[]): string {
    return this.#begun.source(lines);
  }

  slowSource(): ReturnType<Target["slowSource"]> {
    return this.#begun.slowSource();
  }

  note<T>(label: string, value: T): T {
    this.shapes.set(label, shapeOf(value));
    return value;
  }

  /** Of a run that was not carried through: how far its counters had come, and whether phases are told, is chance. */
  noteUnfinished(label: string, report: TaskReport | undefined): TaskReport | undefined {
    const stages = report?.payload.stages?.map((stage) => ({ ...stage, phase: undefined }));
    this.note(label, report && { ...report, payload: { ...report.payload, stages, counters: undefined } });
    return report;
  }

  /** A datasource of one test alone: the real Druid may be that of many runs. */
  named(name: string): string {
    return `contract_${name}_${randomUUID().slice(0, 8)}`;
  }

  async submit(query: string, context: Record<string, unknown> = {}, sqlQueryId: string = randomUUID()) {
    return (await this.client.submit({ query, context: { ...context, sqlQueryId } })).taskId;
  }

  async ended(id: string): Promise<TaskStatus> {
    const isOver = (status?: TaskStatus) => status !== undefined && status.statusCode !== "RUNNING";
    return (await until(() => this.client.status(id), isOver)) as TaskStatus;
  }

  finalReport(id: string): Promise<TaskReport | undefined> {
    const isFinal = (report?: TaskReport) => ![undefined, "RUNNING"].includes(report?.payload.status.status);
    return until(() => this.report(id), isFinal);
  }

  /** Seldom a worker answers for its live report with an error page, which the Overlord hands on as a 200. */
  async report(id: string): Promise<TaskReport | undefined> {
    try {
      return await this.client.report(id);
    } catch (error) {
      if (errorKind(error) === "unexpectedResponse") return undefined;
      throw error;
    }
  }

  async run(query: string, context?: Record<string, unknown>) {
    const id = await this.submit(query, context);
    return { id, status: await this.ended(id), report: await this.finalReport(id) };
  }

  loaded(dataSource: string) {
    const ask = () => this.client.loadStatus(dataSource);
    return until(ask, (status) => status?.percent === 100);
  }

  /** Waits until a query sees so many rows. */
  async count(dataSource: string, rows: number): Promise<void> {
    const ask = () => this.client.sql({ query: `SELECT COUNT(*) AS n FROM "${dataSource}"` }).catch(() => []);
    await until(ask, ([row]) => row?.n === rows);
  }

  async refusal(label: string, promise: Promise<unknown>): Promise<DruidHttpError> {
    const error = await promise.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof DruidHttpError)) throw new Error(`No refusal but ${error}`);
    const { status, errorCode, category, position, detail } = error;
    this.note(label, { status, errorCode, category, position, detail });
    return error;
  }
}
