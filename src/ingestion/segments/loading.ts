/** State of one wait for segments: which must be queryable, and which are still missing at the Broker. */
import { onDatasource } from "../../druid/permission";
import type { Session } from "../session";
import { lookAtBroker, lookByList, type Missing, onDemandAmong } from "./at-broker";
import { hasDropRule } from "./rows";
import { lookupsOf, overlaps, type Segment } from "./timeline";
import { allowed, mayBeLate, segmentsOf, usedSegments, usedSegmentsInFull } from "./used";

export interface Expected {
  /** Undefined if there is no report. */
  rows: number | undefined;
  /** The intervals that a REPLACE overwrites; undefined means all of time. */
  within?: readonly string[] | undefined;
}

/**
 * When the missing segments are first compared with the metadata again; later comparisons each at three times the age.
 */
const LOOK_AGAIN_MS = 1_000;
/** Without a report it is unknown whether rows were written; for this long "no segment" may mean "not yet". */
const UNKNOWN_ROWS_MS = 10_000;
/** Two, because the first refresh that ends may have begun before the publish. */
const COORDINATOR_LOOKS = 2;

export class Loading {
  readonly #session: Session;
  readonly #dataSource: string;
  readonly #expected: Expected;
  /** The segments missing at first, or their replacements; at the end a single look must show all of them. */
  #awaited: Segment[] = [];
  #missing: Segment[] | undefined;
  #tombstones: Segment[] = [];
  #onDemand: number | undefined = 0;
  #total = 0;
  #isDropped = false;
  #isUnproven = false;
  #lookAgainAtMs = LOOK_AGAIN_MS;
  #coordinatorLooks = 0;
  readonly #said = new Set<string>();

  constructor(session: Session, dataSource: string, expected: Expected) {
    this.#session = session;
    this.#dataSource = dataSource;
    this.#expected = expected;
  }

  get total(): number {
    return this.#total;
  }

  get pending(): number {
    return this.#missing?.length ?? 0;
  }

  /** Undefined if the Broker does not tell. */
  get onDemand(): number | undefined {
    return this.#onDemand;
  }

  get isEmpty(): boolean {
    return this.#total === 0;
  }

  /** A datasource that has only tombstones or on-demand segments has no table to query. */
  get isToAnswer(): boolean {
    return this.#total > (this.#onDemand ?? 0) + this.#tombstones.length;
  }

  progress(): string {
    if (this.isEmpty) return "waiting for segments: the metadata lists none yet";
    return `waiting for segments: ${this.#total - this.pending} of ${this.#total} can be queried`;
  }

  /** Whether the Broker answers from all expected segments, or none are expected. */
  async isOver(ageMs: number): Promise<boolean> {
    const isTime = ageMs >= this.#lookAgainAtMs;
    if (this.#missing === undefined || (this.isEmpty && isTime)) await this.#begin(await this.#surely());
    else if (isTime && this.pending > 0) await this.#lookAgain(this.#missing);
    else if (!this.isEmpty) await this.#lookOn(this.#missing);
    if (isTime) this.#lookAgainAtMs = ageMs * 3;
    if (!this.isEmpty) return this.pending === 0;
    const { rows } = this.#expected;
    return rows === 0 || (rows === undefined && ageMs >= UNKNOWN_ROWS_MS) || this.#isDropped;
  }

  /** The same with a single look and without waiting. */
  async isOverNow(): Promise<boolean> {
    await this.#begin(await this.#used(this.#expected.within));
    const isOver = this.isEmpty ? this.#expected.rows === 0 : this.pending === 0;
    return isOver && !(await mayBeLate(this.#session));
  }

  async #begin(segments: Segment[]): Promise<void> {
    this.#total = segments.length;
    const missingOf = await this.#look(segments);
    this.#missing = missingOf(segments, []);
    if (this.pending > 0) {
      const known = new Map((await this.#inFull(this.#missing)).map((segment) => [segment.id, segment]));
      this.#tombstones = [...known.values()].filter(({ isTombstone }) => isTombstone);
      const told = this.#missing.map((segment) => known.get(segment.id) ?? segment);
      this.#missing = await this.#withoutOnDemand(missingOf(told, this.#tombstones));
    }
    this.#awaited = this.#missing;
    if (this.isEmpty && this.#expected.rows !== 0) await this.#lookForDropRule();
  }

  async #lookOn(asked: Segment[]): Promise<void> {
    this.#missing = (await this.#look(asked))(asked, this.#tombstones);
    // With several Brokers each look may reach another one, so only a look that shows all segments is proof.
    if (this.pending > 0 || asked.length === this.#awaited.length) return;
    this.#missing = (await this.#look(this.#awaited))(this.#awaited, this.#tombstones);
  }

  /** Compaction, another load, a rule or a person may have removed segments that we are waiting for. */
  async #lookAgain(missing: Segment[]): Promise<void> {
    const used = await this.#inFull(missing);
    const ids = new Set(used.map(({ id }) => id));
    const gone = new Set(missing.filter(({ id }) => !ids.has(id)));
    const awaited = new Set(this.#awaited.map(({ id }) => id));
    const isInstead = (segment: Segment) =>
      !awaited.has(segment.id) && [...gone].some((old) => segment.version > old.version && overlaps(segment, old));
    const instead = used.filter(isInstead);
    this.#total += instead.length - gone.size;
    this.#tombstones = [...this.#tombstones, ...instead.filter(({ isTombstone }) => isTombstone)];
    this.#awaited = [...this.#awaited.filter((segment) => !gone.has(segment)), ...instead];
    this.#awaited = await this.#withoutOnDemand(this.#awaited);
    this.#missing = (await this.#look(this.#awaited))(this.#awaited, this.#tombstones);
    if (gone.size > 0 && instead.length === 0) await this.#lookForDropRule();
  }

  async #lookForDropRule(): Promise<void> {
    this.#isDropped = await hasDropRule(this.#session, this.#dataSource);
    if (!this.#isDropped) return;
    this.#warn(`A drop rule of "${this.#dataSource}" or of the default rules has removed the segments`);
  }

  #warn(message: string): void {
    if (!this.#said.has(message)) this.#session.log("warning", message);
    this.#said.add(message);
  }

  /** The used segments, certainly including everything published before this wait began. */
  async #surely(): Promise<Segment[]> {
    const { client, signal } = this.#session;
    const [used, isLate] = await Promise.all([this.#used(this.#expected.within), mayBeLate(this.#session)]);
    if (!isLate) return used;
    while (this.#coordinatorLooks < COORDINATOR_LOOKS) {
      this.#session.status("waiting for segments: the Coordinator has yet to refresh its metadata");
      if ((await allowed(client.loadStatus(this.#dataSource, { signal }))) === "forbidden") break;
      this.#coordinatorLooks += 1;
    }
    return this.#used(this.#expected.within);
  }

  /** If asking the Coordinator is forbidden, the published segments that a Broker knows have to do. */
  async #used(within: readonly string[] | undefined): Promise<Segment[]> {
    const used = await usedSegments(this.#session, this.#dataSource, within);
    if (used !== "forbidden") return used;
    const { client, signal } = this.#session;
    this.#isUnproven = true;
    this.#warn(
      `Cannot verify that the new rows of "${this.#dataSource}" can be queried: reading its segments from the Coordinator ` +
        `is forbidden, so the Broker's list is used instead; grant ${onDatasource(this.#dataSource, "WRITE")}`,
    );
    return segmentsOf(this.#dataSource, await client.brokerSegments(this.#dataSource, "published", { signal }));
  }

  #inFull(segments: Segment[]): Promise<Segment[]> {
    if (this.#isUnproven) return this.#used(undefined);
    return usedSegmentsInFull(this.#session, this.#dataSource, lookupsOf(segments).flat());
  }

  async #look(segments: Segment[]): Promise<Missing> {
    if (segments.length === 0) return () => [];
    const look = this.#isUnproven ? lookByList : lookAtBroker;
    const missing = await look(this.#session, this.#dataSource, segments);
    if (missing !== undefined) return missing;
    this.#warn(
      `Cannot check which rows of "${this.#dataSource}" can be queried: reading its segments from the Broker is forbidden ` +
        `(they are published and can be queried soon); grant ${onDatasource(this.#dataSource, "READ")}`,
    );
    return () => [];
  }

  async #withoutOnDemand(segments: Segment[]): Promise<Segment[]> {
    if (segments.length === 0) return segments;
    const onDemand = await onDemandAmong(this.#session, this.#dataSource, segments);
    if (onDemand === undefined) this.#onDemand = undefined;
    else if (this.#onDemand !== undefined) this.#onDemand += onDemand.size;
    return onDemand ? segments.filter(({ id }) => !onDemand.has(id)) : segments;
  }
}
