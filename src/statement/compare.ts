/**
 * Finds the lines in which two versions of a query differ. Compares tokens, so that white space, line ends and comments
 * make no difference. Pure.
 */
import { type Token, tokenize } from "../base/tokens";

export interface ChangedLines {
  /**
   * Lines of the old text, counted from 1, that contain something the new text lacks. `before`: the line of the new
   * text above which a diff shows the old line; undefined for the end.
   */
  removed: RemovedLine[];
  added: number[];
}

export interface RemovedLine {
  line: number;
  before: number | undefined;
}

/** With more differences, the texts count as different queries. Limits time and memory. */
const DIFFERENCES_MAX = 1_000;

/**
 * The lines that contain a difference. With `whole`, also the lines of the other text to which their unchanged tokens
 * belong, so that removed and added lines form a diff. Undefined if the texts have little in common.
 */
export function changedLines(before: string, after: string, { whole = false } = {}): ChangedLines | undefined {
  const [old, now] = [before, after].map((sql) => tokenize(sql).tokens) as [Token[], Token[]];
  const kept = common(
    old.map(({ text }) => text),
    now.map(({ text }) => text),
  );
  if (kept === undefined) return undefined;
  const [inOld, inNow] = [new Set(kept.map(([one]) => one)), new Set(kept.map(([, other]) => other))];
  const [inLine, nowInLine] = [firstLines(before, old), firstLines(after, now)];
  const removed = new Set(old.flatMap((token, index) => (inOld.has(index) ? [] : linesOf(token, inLine[index]))));
  const added = new Set(now.flatMap((token, index) => (inNow.has(index) ? [] : linesOf(token, nowInLine[index]))));
  const pairs = kept.map(([one, other]) => [inLine[one] ?? 0, nowInLine[other] ?? 0] as const);
  for (let size = -1; whole && size !== removed.size + added.size; ) {
    size = removed.size + added.size;
    for (const [one, other] of pairs) {
      if (added.has(other)) removed.add(one);
      if (removed.has(one)) added.add(other);
    }
  }
  const inOrder = (lines: Set<number>) => [...lines].sort((a, b) => a - b);
  return {
    removed: inOrder(removed).map((line) => ({ line, before: pairs.find(([one]) => one >= line)?.[1] })),
    added: inOrder(added),
  };
}

/** How many lines a reader would call changed: a line that was removed and added again counts once. */
export function changedLineCount({ removed, added }: ChangedLines): number {
  return Math.max(removed.length, added.length);
}

/** The line in which each token begins, in one pass. */
function firstLines(sql: string, tokens: readonly Token[]): number[] {
  let line = 1;
  let end = 0;
  return tokens.map(({ offset }) => {
    line += lineEnds(sql.slice(end, offset));
    end = offset;
    return line;
  });
}

function linesOf({ text }: Token, first = 1): number[] {
  return Array.from({ length: lineEnds(text) + 1 }, (_, index) => first + index);
}

const lineEnds = (text: string): number => text.match(/\r\n|\r|\n/g)?.length ?? 0;

/** Pairs of indices of a longest common subsequence, by Myers' greedy algorithm. */
function common(old: readonly string[], now: readonly string[]): [number, number][] | undefined {
  const shorter = Math.min(old.length, now.length);
  let head = 0;
  while (head < shorter && old[head] === now[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && old[old.length - 1 - tail] === now[now.length - 1 - tail]) tail += 1;
  const middle = between(old.slice(head, old.length - tail), now.slice(head, now.length - tail));
  if (middle === undefined) return undefined;
  return [
    ...Array.from({ length: head }, (_, index) => [index, index] as [number, number]),
    ...middle.map(([one, other]) => [one + head, other + head] as [number, number]),
    ...Array.from(
      { length: tail },
      (_, index) => [old.length - tail + index, now.length - tail + index] as [number, number],
    ),
  ];
}

function between(old: readonly string[], now: readonly string[]): [number, number][] | undefined {
  /** For each number of differences: how far each diagonal was followed. */
  const trace: Map<number, number>[] = [];
  let reached = new Map<number, number>([[1, 0]]);
  for (let differences = 0; differences <= Math.min(DIFFERENCES_MAX, old.length + now.length); differences += 1) {
    trace.push(new Map(reached));
    const next = new Map(reached);
    for (let diagonal = -differences; diagonal <= differences; diagonal += 2) {
      const [below, above] = [reached.get(diagonal - 1) ?? -1, reached.get(diagonal + 1) ?? -1];
      const isDown = diagonal === -differences || (diagonal !== differences && below < above);
      let x = isDown ? above : below + 1;
      while (x < old.length && x - diagonal < now.length && old[x] === now[x - diagonal]) x += 1;
      next.set(diagonal, x);
      if (x >= old.length && x - diagonal >= now.length) return backtrack(trace, old.length, now.length);
    }
    reached = next;
  }
  return undefined;
}

function backtrack(trace: readonly Map<number, number>[], oldLength: number, nowLength: number): [number, number][] {
  const pairs: [number, number][] = [];
  let [x, y] = [oldLength, nowLength];
  for (let differences = trace.length - 1; differences >= 0; differences -= 1) {
    const reached = trace[differences] as Map<number, number>;
    const diagonal = x - y;
    const [below, above] = [reached.get(diagonal - 1) ?? -1, reached.get(diagonal + 1) ?? -1];
    const isDown = diagonal === -differences || (diagonal !== differences && below < above);
    const from = isDown ? diagonal + 1 : diagonal - 1;
    const fromX = differences === 0 ? 0 : (reached.get(from) ?? 0);
    const fromY = differences === 0 ? 0 : fromX - from;
    while (x > fromX && y > fromY) {
      x -= 1;
      y -= 1;
      pairs.push([x, y]);
    }
    [x, y] = [fromX, fromY];
  }
  return pairs.reverse();
}
