/**
 * Druid's segment timeline: a newer version hides older ones wherever it has rows or a tombstone. Pure.
 */
import type { QueryablePart } from "../../druid/client";

export interface Segment {
  id: string;
  /** ISO 8601, as sent by Druid. */
  start: string;
  end: string;
  version: string;
  partition: number;
  /** Tombstones hide older segments and have no rows. */
  isTombstone?: boolean;
}

/**
 * Parses `<datasource>_<start>_<end>_<version>[_<partition>]`; the partition is omitted if 0; names may contain `_`.
 */
export function segmentOf(dataSource: string, id: string): Segment | undefined {
  if (!id.startsWith(`${dataSource}_`)) return undefined;
  const [start, end, ...rest] = id.slice(dataSource.length + 1).split("_");
  const partition = rest.length > 1 && /^\d+$/.test(rest.at(-1) ?? "") ? Number(rest.pop()) : 0;
  if (start === undefined || end === undefined || rest.length === 0) return undefined;
  return { id, start, end, version: rest.join("_"), partition };
}

/** Of a year without four digits, which JavaScript writes with a sign and six. */
const OTHER_YEAR = /^(-?)(\d{4,6})(?=-)/;

/** Druid's interval for all of time exceeds the range of a Date. */
export function timeOf(text: string): number {
  const time = Date.parse(
    text.replace(OTHER_YEAR, (year, minus: string, digits: string) =>
      minus === "" && digits.length === 4 ? year : `${minus || "+"}${digits.padStart(6, "0")}`,
    ),
  );
  if (!Number.isNaN(time)) return time;
  return text.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

interface Span {
  from: number;
  to: number;
}

const spanOf = ({ start, end }: { start: string; end: string }): Span => ({ from: timeOf(start), to: timeOf(end) });

const inTime = (a: Span, b: Span) => Number(a.from > b.from) - Number(a.from < b.from);

const meet = (a: Span, b: Span) => a.from < b.to && b.from < a.to;

export function overlaps(a: Segment, b: Segment): boolean {
  return meet(spanOf(a), spanOf(b));
}

/** The segments that no newer ones hide. */
export function notOvershadowed(segments: readonly Segment[]): Segment[] {
  const versions = new Map<string, Segment[]>();
  for (const segment of segments) {
    const same = versions.get(segment.version);
    if (same === undefined) versions.set(segment.version, [segment]);
    else same.push(segment);
  }
  const newestFirst = [...versions.keys()].sort((a, b) => (a < b ? 1 : -1));
  const hidden = new Cover();
  return newestFirst.flatMap((version) => {
    const visible = (versions.get(version) ?? []).filter((segment) => !hidden.has(spanOf(segment)));
    for (const segment of visible) hidden.add(spanOf(segment));
    return visible;
  });
}

/** A set of instants, stored as sorted spans that neither overlap nor touch. */
class Cover {
  readonly #spans: Span[] = [];

  has({ from, to }: Span): boolean {
    const span = this.#spans[this.#firstThatEnds(from)];
    return span !== undefined && span.from <= from && span.to >= to;
  }

  add(span: Span): void {
    const first = this.#firstThatEnds(span.from);
    let { from, to } = span;
    let behind = first;
    for (let next = this.#spans[behind]; next !== undefined && next.from <= to; next = this.#spans[behind]) {
      from = Math.min(from, next.from);
      to = Math.max(to, next.to);
      behind += 1;
    }
    this.#spans.splice(first, behind - first, { from, to });
  }

  #firstThatEnds(from: number): number {
    return firstIndex(this.#spans.length, (index) => (this.#spans[index] as Span).to >= from);
  }
}

/** Binary search for the first index at which `holds` is true. */
function firstIndex(length: number, holds: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * The segments of whose interval the Broker serves some part neither from them nor from a newer version. A Broker does
 * not show tombstones; a tombstone is effective when the Broker no longer uses anything older there.
 */
export function notQueryable(
  segments: readonly Segment[],
  parts: readonly QueryablePart[],
  tombstones: readonly Segment[] = [],
): Segment[] {
  const inOrder = parts.map((part) => ({ ...part, ...spanOf(part) })).sort(inTime);
  const answers = (segment: Segment, { version, partitions }: QueryablePart) =>
    version > segment.version || (version === segment.version && partitions.has(segment.partition));
  const hiding = tombstones.map(({ version, ...rest }) => ({ version, span: spanOf(rest) }));
  const isHidden = ({ version }: Segment, gap: Span) => {
    const hidden = new Cover();
    for (const { version: newer, span } of hiding) if (newer > version && meet(span, gap)) hidden.add(span);
    return hidden.has(gap);
  };
  return segments.filter((segment) => {
    const { from, to } = spanOf(segment);
    let reached = from;
    for (let at = firstIndex(inOrder.length, (index) => (inOrder[index] as Span).to > from); reached < to; at += 1) {
      const part = inOrder[at];
      const next = Math.min(to, part?.from ?? to);
      if (next > reached && !segment.isTombstone && !isHidden(segment, { from: reached, to: next })) return true;
      if (part === undefined || part.from >= to) return false;
      if (segment.isTombstone ? part.version < segment.version : !answers(segment, part)) return true;
      reached = part.to;
    }
    return false;
  });
}

/** These limits keep the answer moderate and the URL below Jetty's limit of 8 kB. */
const SEGMENTS_PER_LOOKUP = 2_000;
const INTERVALS_PER_LOOKUP = 30;

interface Stretch extends Span {
  start: string;
  end: string;
  segments: number;
}

/**
 * The intervals to request from a Broker, grouped by request. They do not overlap, so the answers can be concatenated.
 */
export function lookupsOf(segments: readonly Segment[]): string[][] {
  const lookups: Stretch[][] = [];
  let inLookup = 0;
  for (const stretch of overlapping(segments)) {
    const lookup = lookups.at(-1);
    inLookup += stretch.segments;
    const last = lookup?.at(-1);
    if (lookup === undefined || inLookup > SEGMENTS_PER_LOOKUP || lookup.length >= INTERVALS_PER_LOOKUP) {
      lookups.push([stretch]);
      inLookup = stretch.segments;
    } else if (last?.to === stretch.from) {
      Object.assign(last, { end: stretch.end, to: stretch.to });
    } else lookup.push(stretch);
  }
  return lookups.map((lookup) => lookup.map(({ start, end }) => `${start}/${end}`));
}

/** Merges overlapping segments into stretches of time, in order. */
function overlapping(segments: readonly Segment[]): Stretch[] {
  const spans = segments.map(({ start, end }) => ({ start, end, segments: 1, ...spanOf({ start, end }) }));
  const stretches: Stretch[] = [];
  for (const span of spans.sort(inTime)) {
    const last = stretches.at(-1);
    if (last === undefined || span.from >= last.to) {
      stretches.push(span);
      continue;
    }
    last.segments += 1;
    if (span.to > last.to) Object.assign(last, { end: span.end, to: span.to });
  }
  return stretches;
}
