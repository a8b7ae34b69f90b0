/**
 * The data of the fake Druid: segments, when they can be queried, and a ledger of everything that was published, so
 * that a test can say "these contents, in this order, and nothing twice". OVERWRITE WHERE is taken for OVERWRITE ALL.
 */
import type { Timeline } from "./timeline";

/** All that the fake has is of all time. */
export const ALL_TIME = "-146136543-09-08T08:23:32.096Z/146140482-04-24T15:36:27.903Z";

export interface FakeSegment {
  id: string;
  dataSource: string;
  version: string;
  partition: number;
  rows: number;
  publishedAtMs: number;
  /** From here on it can be queried. */
  loadedAtMs: number;
  used: boolean;
  unusedAtMs: number;
  /** From here on the broker has forgotten it. */
  goneAtMs: number;
  overshadowed: boolean;
  overshadowedAtMs: number;
  taskId: string;
}

/** One thing that changed a datasource. */
export interface LedgerEntry {
  what: "insert" | "replace" | "export" | "drop";
  dataSource: string;
  /** The query's text; for a drop empty. */
  content: string;
  rows: number;
  taskId: string;
  context: Record<string, unknown>;
  atMs: number;
}

export interface Publication extends Omit<LedgerEntry, "atMs"> {
  segments: number;
  loadDelayMs: number;
}

export interface FakeRule {
  type: string;
  [more: string]: unknown;
}

const LOAD_FOREVER: FakeRule = {
  tieredReplicants: { _default_tier: 2 },
  useDefaultTierForNull: true,
  type: "loadForever",
};
const DROPS = /^drop/;

export class Warehouse {
  readonly ledger: LedgerEntry[] = [];
  readonly segments: FakeSegment[] = [];
  readonly rules = new Map<string, FakeRule[]>([["_default", [LOAD_FOREVER]]]);
  /** Names and SQL types of a datasource's columns, if a test sets them. */
  readonly columns = new Map<string, [name: string, type: string][]>();
  /** How long what a REPLACE hid stays used and loaded; a Coordinator that has led for less keeps it so long. */
  overshadowedStayMs = 900_000;
  /** From unused until the broker has forgotten it. */
  dropDelayMs = 300;
  /** From published until the broker lists it as such; what it can query it lists at once. */
  brokerLagMs = 100;
  readonly #timeline: Timeline;

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
  }

  publish({ segments, loadDelayMs, ...entry }: Publication): void {
    const now = this.#timeline.now();
    this.ledger.push({ ...entry, atMs: now });
    if (entry.what === "export") return;
    const before = this.used(entry.dataSource);
    const replaces = entry.what === "replace";
    if (replaces) {
      for (const segment of before) {
        segment.overshadowed = true;
        segment.overshadowedAtMs = Math.min(segment.overshadowedAtMs, now);
      }
    }
    const latest = before.findLast((segment) => !segment.overshadowed);
    const version = latest?.version ?? this.#newVersion();
    const loads = !this.drops(entry.dataSource);
    // An empty REPLACE hides what was there behind one tombstone; over nothing it leaves nothing.
    const count = entry.rows > 0 ? segments : Number(replaces && before.length > 0);
    for (let index = 0; index < count; index += 1) {
      const partition = latest === undefined ? index : latest.partition + 1 + index;
      const suffix = partition === 0 ? "" : `_${partition}`;
      this.segments.push({
        id: `${entry.dataSource}_${ALL_TIME.replace("/", "_")}_${version}${suffix}`,
        dataSource: entry.dataSource,
        version,
        partition,
        rows: Math.floor(entry.rows / count) + (index < entry.rows % count ? 1 : 0),
        publishedAtMs: now,
        loadedAtMs: loads ? now + loadDelayMs : Number.POSITIVE_INFINITY,
        used: true,
        unusedAtMs: Number.POSITIVE_INFINITY,
        goneAtMs: Number.POSITIVE_INFINITY,
        overshadowed: false,
        overshadowedAtMs: Number.POSITIVE_INFINITY,
        taskId: entry.taskId,
      });
    }
    this.#timeline.in(loadDelayMs, () => this.#applyRules(entry.dataSource));
    this.#timeline.in(loadDelayMs + this.overshadowedStayMs, () => {
      for (const segment of before) if (segment.used && segment.overshadowed) this.#retire(segment);
    });
  }

  /** Gives how many were used. */
  markUnused(dataSource: string): number {
    const all = this.segments.filter((segment) => segment.dataSource === dataSource);
    const used = all.filter((segment) => segment.used);
    if (used.length > 0) this.#note(dataSource);
    for (const segment of used) this.#retire(segment);
    return all.length;
  }

  used(dataSource: string): FakeSegment[] {
    return this.segments.filter((segment) => segment.used && segment.dataSource === dataSource);
  }

  /** What was in use at a moment. */
  usedAsOf(dataSource: string, atMs: number): FakeSegment[] {
    return this.segments.filter((segment) => {
      return segment.dataSource === dataSource && segment.publishedAtMs <= atMs && segment.unusedAtMs > atMs;
    });
  }

  /** What the broker lists: metadata with a lag, and what it can still query. */
  atBroker(dataSource?: string): (FakeSegment & { available: boolean; listed: boolean })[] {
    const now = this.#timeline.now();
    return this.segments
      .filter((segment) => dataSource === undefined || segment.dataSource === dataSource)
      .filter(({ goneAtMs, publishedAtMs, loadedAtMs }) => {
        return goneAtMs > now && Math.min(publishedAtMs + this.brokerLagMs, loadedAtMs) <= now;
      })
      .map((segment) => ({
        ...segment,
        available: segment.loadedAtMs <= now,
        listed: segment.publishedAtMs + this.brokerLagMs <= now,
      }));
  }

  /** Copies that the rules want, as told since 27: 0 where hidden, -1 (null in the metadata) before the first round. */
  replicas(segment: FakeSegment): number {
    if (segment.overshadowed) return 0;
    return segment.loadedAtMs <= this.#timeline.now() ? 2 : -1;
  }

  /** What a query is answered with. */
  queryable(dataSource: string): FakeSegment[] {
    const available = this.atBroker(dataSource).filter(({ available }) => available);
    const newest = available.findLast(({ overshadowed }) => !overshadowed)?.version;
    return available.filter(({ version }) => newest === undefined || version === newest);
  }

  /** Rows that a query sees, undefined where the broker does not know the table. */
  rowsAtBroker(dataSource: string): number | undefined {
    const queryable = this.queryable(dataSource);
    return queryable.length === 0 ? undefined : queryable.reduce((sum, { rows }) => sum + rows, 0);
  }

  rulesOf(dataSource: string): FakeRule[] {
    return [...(this.rules.get(dataSource) ?? []), ...(this.rules.get("_default") ?? [])];
  }

  drops(dataSource: string): boolean {
    return DROPS.test(this.rulesOf(dataSource)[0]?.type ?? "");
  }

  /** The contents whose rows stand in the datasource now, oldest first. */
  contentsOf(dataSource: string): string[] {
    const entries = this.ledger.filter((entry) => entry.dataSource === dataSource && entry.what !== "export");
    const start = entries.findLastIndex(({ what }) => what === "drop" || what === "replace");
    return entries.slice(Math.max(0, start)).flatMap(({ what, content }) => (what === "drop" ? [] : [content]));
  }

  #newVersion(): string {
    const taken = new Set(this.segments.map(({ version }) => version));
    let ms = this.#timeline.now();
    while (taken.has(new Date(ms).toISOString())) ms += 1;
    return new Date(ms).toISOString();
  }

  #applyRules(dataSource: string): void {
    if (!this.drops(dataSource)) return;
    for (const segment of this.used(dataSource)) this.#retire(segment);
  }

  #retire(segment: FakeSegment): void {
    segment.used = false;
    segment.unusedAtMs = this.#timeline.now();
    segment.goneAtMs = this.#timeline.now() + this.dropDelayMs;
  }

  #note(dataSource: string): void {
    const atMs = this.#timeline.now();
    this.ledger.push({ what: "drop", dataSource, content: "", rows: 0, taskId: "", context: {}, atMs });
  }
}
