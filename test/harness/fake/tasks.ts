/** The tasks of the fake Druid: locks, slots, running, publishing, ending, and what an Overlord forgets. */
import type { Failure, Plan } from "./plan";
import type { FakeStatement } from "./statements";
import type { Timeline } from "./timeline";
import type { Warehouse } from "./warehouse";

export interface FakeTask {
  id: string;
  type: "query_controller" | "noop";
  /** Druid's own placeholder for SELECT and exports is a name too. */
  dataSource: string;
  statement: FakeStatement | undefined;
  query: string;
  context: Record<string, unknown>;
  plan: Plan;
  createdAtMs: number;
  stage: "WAITING" | "PENDING" | "RUNNING" | "ENDED";
  /** Besides the controller. */
  workersWanted: number;
  workersLaunched: number;
  /** The controller runs. */
  launchedAtMs?: number;
  /** All workers run. */
  ranAtMs?: number;
  publishedAtMs?: number;
  endedAtMs?: number;
  statusCode: "RUNNING" | "SUCCESS" | "FAILED";
  errorMsg?: string;
  failure?: Failure;
  cancelled?: boolean;
  /** An INSERT that has allocated its segments. */
  appends?: boolean;
  /** Run again under its id after a restart: the report tells of that run only. */
  secondLife?: boolean;
}

const CANCELED: Failure = { fault: "Canceled", message: "Query canceled by user or by task shutdown." };
/** The share of a run after which an INSERT allocates its segments. */
const ALLOCATES = 0.6;
/** What Druid 27 waits for a worker. */
const WORKER_START_LIMIT_MS = 510_000;

export class Tasks {
  readonly all = new Map<string, FakeTask>();
  /** Every id that was ever taken, and those taken again after they were forgotten. */
  readonly #taken = new Set<string>();
  readonly takenTwice = new Set<string>();
  capacity = 8;
  /** While the Overlord is away nothing is published and nothing ends. */
  awayUntilMs = 0;
  #queue: { task: FakeTask; role: "controller" | "worker" }[] = [];
  readonly #timeline: Timeline;
  readonly #warehouse: Warehouse;
  readonly #note: (trouble: string) => void;

  constructor(timeline: Timeline, warehouse: Warehouse, note: (trouble: string) => void) {
    this.#timeline = timeline;
    this.#warehouse = warehouse;
    this.#note = note;
  }

  get running(): FakeTask[] {
    return [...this.all.values()].filter((task) => task.statusCode === "RUNNING");
  }

  get slotsUsed(): number {
    return this.running.reduce((sum, task) => sum + Number(task.stage === "RUNNING") + task.workersLaunched, 0);
  }

  add(fields: Pick<FakeTask, "id" | "type" | "dataSource" | "statement" | "query" | "context" | "plan">): void {
    const wanted = Math.max(1, Number(fields.context.maxNumTasks ?? 2) - 1);
    const task: FakeTask = {
      ...fields,
      createdAtMs: this.#timeline.now(),
      stage: "WAITING",
      workersWanted: fields.type === "noop" ? 0 : wanted,
      workersLaunched: 0,
      statusCode: "RUNNING",
    };
    if (this.#taken.has(task.id)) this.takenTwice.add(task.id);
    this.#taken.add(task.id);
    if (task.plan.vanish) {
      this.#note("vanish");
      return;
    }
    if (task.plan.tasks > 1) this.#note("several tasks");
    this.all.set(task.id, task);
    this.#timeline.in(task.plan.waitingMs, () => this.#advance());
  }

  /** False where the id is not known. */
  shutdown(id: string): boolean {
    const task = this.all.get(id);
    if (task === undefined) return false;
    if (task.statusCode === "RUNNING") {
      task.cancelled = true;
      // Who has published hears of it too late and reports its success, whatever the status says.
      if (task.publishedAtMs === undefined) task.failure = CANCELED;
      this.#end(task, "FAILED", "Shutdown request from user");
    }
    return true;
  }

  /** What runs goes on, or is run again under its id and fails over it; with `forget` every row is lost. */
  restart(how: { forget: boolean; running: "survives" | "fails" }): void {
    for (const task of this.running.filter(() => how.forget || how.running === "fails")) {
      if (task.stage !== "RUNNING" && !how.forget) continue;
      const message = `org.apache.druid.java.util.common.ISE: Task [${task.id}-worker0_0] already exists.`;
      task.secondLife = true;
      task.failure = { fault: "UnknownError", message };
      this.#end(task, "FAILED", `UnknownError: ${message}`);
    }
    if (how.forget) this.all.clear();
  }

  /** Removes the rows of tasks that have ended. */
  cleanHistory(): void {
    for (const task of this.all.values()) if (task.statusCode !== "RUNNING") this.all.delete(task.id);
  }

  /** Gives locks, then slots, to those who have waited longest. */
  #advance(): void {
    const now = this.#timeline.now();
    for (const task of this.running) {
      if (task.stage !== "WAITING" || now < task.createdAtMs + task.plan.waitingMs || this.#locked(task)) continue;
      task.stage = "PENDING";
      this.#timeline.in(task.plan.pendingMs, () => {
        this.#queue.push({ task, role: "controller" });
        this.#assign();
      });
    }
  }

  #assign(): void {
    this.#queue = this.#queue.filter(({ task }) => task.statusCode === "RUNNING");
    while (this.slotsUsed < this.capacity) {
      const next = this.#queue.shift();
      if (next === undefined) return;
      if (next.role === "controller") this.#launch(next.task);
      else this.#launchWorker(next.task);
    }
  }

  #launch(task: FakeTask): void {
    task.stage = "RUNNING";
    task.launchedAtMs = this.#timeline.now();
    if (task.workersWanted === 0) {
      this.#run(task);
      return;
    }
    this.#timeline.in(task.plan.startMs, () => {
      for (let worker = 0; worker < task.workersWanted; worker += 1) this.#queue.push({ task, role: "worker" });
      this.#watchWorkers(task);
      this.#assign();
    });
  }

  #launchWorker(task: FakeTask): void {
    task.workersLaunched += 1;
    if (task.workersLaunched === task.workersWanted) this.#run(task);
    else this.#watchWorkers(task);
  }

  #watchWorkers(task: FakeTask): void {
    const launched = task.workersLaunched;
    this.#timeline.in(WORKER_START_LIMIT_MS, () => {
      if (task.statusCode !== "RUNNING" || task.workersLaunched > launched) return;
      const missing = task.workersWanted - launched;
      const message =
        `Unable to launch [${missing}] workers out of the total [${task.workersWanted}] worker tasks ` +
        `within [510] seconds of the last successful worker launch.`;
      task.failure = { fault: "TaskStartTimeout", message };
      this.#end(task, "FAILED", `TaskStartTimeout: ${message}`);
    });
  }

  #run(task: FakeTask): void {
    task.ranAtMs = this.#timeline.now();
    if (task.statement?.kind === "INSERT" && task.plan.rows > 0) {
      this.#timeline.in(task.plan.runMs * ALLOCATES, () => this.#tell(task, () => this.#allocate(task)));
    }
    this.#timeline.in(task.plan.runMs, () => this.#tell(task, () => this.#finish(task)));
  }

  /** Unless the task has ended meanwhile, and not while there is no Overlord to tell. */
  #tell(task: FakeTask, act: () => void): void {
    if (task.statusCode !== "RUNNING") return;
    const restMs = this.awayUntilMs - this.#timeline.now();
    if (restMs > 0) this.#timeline.in(restMs, () => this.#tell(task, act));
    else act();
  }

  #finish(task: FakeTask): void {
    const { outcome, endMs } = task.plan;
    if (outcome === "success" || outcome.published) this.#publish(task);
    if (outcome !== "success") task.failure = outcome;
    const code = outcome === "success" ? "SUCCESS" : "FAILED";
    const said = outcome === "success" ? undefined : `${outcome.fault}: ${outcome.message ?? "as planned"}`;
    const restMs = task.type === "noop" ? 0 : endMs;
    this.#timeline.in(restMs, () => this.#tell(task, () => this.#end(task, code, said)));
  }

  #publish(task: FakeTask): void {
    task.publishedAtMs = this.#timeline.now();
    const { statement, dataSource, plan, query: content, context, id: taskId } = task;
    if (statement === undefined || statement.kind === "SELECT") return;
    const what = statement.kind === "EXPORT" ? "export" : statement.kind === "REPLACE" ? "replace" : "insert";
    const { rows, segments, loadDelayMs } = plan;
    this.#warehouse.publish({ what, dataSource, content, rows, taskId, context, segments, loadDelayMs });
  }

  #end(task: FakeTask, code: "SUCCESS" | "FAILED", errorMsg?: string): void {
    task.stage = "ENDED";
    task.statusCode = code;
    task.endedAtMs = this.#timeline.now();
    if (errorMsg !== undefined) task.errorMsg = errorMsg.length > 100 ? `${errorMsg.slice(0, 100)}...` : errorMsg;
    if (code === "FAILED" && task.publishedAtMs !== undefined) this.#note("failed after publishing");
    const { historyMs, noReport } = task.plan;
    if (noReport) this.#note("noReport");
    if (historyMs === 0) this.#note("gone at its end");
    if (historyMs !== undefined) this.#timeline.in(historyMs, () => this.all.delete(task.id));
    this.#advance();
    this.#assign();
  }

  /** An INSERT takes no lock before it appends, and fails where a REPLACE has it then. */
  #allocate(task: FakeTask): void {
    if (!this.#replaces(task.dataSource)) {
      task.appends = true;
      return;
    }
    const message = `Cannot allocate segment for dataSource [${task.dataSource}]. This can happen if`;
    task.failure = { fault: "InsertCannotAllocateSegment", message };
    this.#end(task, "FAILED", `InsertCannotAllocateSegment: ${message}`);
  }

  /** REPLACE locks its datasource for itself. */
  #locked(task: FakeTask): boolean {
    if (task.statement?.kind !== "REPLACE") return false;
    const appends = this.running.some((other) => other.appends && other.dataSource === task.dataSource);
    return appends || this.#replaces(task.dataSource);
  }

  #replaces(dataSource: string): boolean {
    return this.running.some((task) => {
      const holds = task.stage === "PENDING" || task.stage === "RUNNING";
      return holds && task.statement?.kind === "REPLACE" && task.dataSource === dataSource;
    });
  }
}
