/** Guesses which known word a misspelled one was meant to be. Pure. */

const DISTANCE_MAX = 2;
/** Shorter words resemble too many others. */
const LENGTH_MIN = 3;

/** The word of `known` that differs in the fewest letters; undefined if each differs in too many. Ignores case. */
export function closest(word: string, known: readonly string[]): string | undefined {
  if (word.length < LENGTH_MIN) return undefined;
  const max = word.length < 8 ? 1 : DISTANCE_MAX;
  const near = known.map((name) => ({ name, distance: distance(word.toLowerCase(), name.toLowerCase()) }));
  return near.filter((one) => one.distance <= max).sort((a, b) => a.distance - b.distance)[0]?.name;
}

/** Levenshtein distance, in which swapping two neighbouring letters counts as one step. */
function distance(one: string, other: string): number {
  let [beforeLast, last] = [[] as number[], Array.from({ length: other.length + 1 }, (_, index) => index)];
  for (let i = 1; i <= one.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const cost = one[i - 1] === other[j - 1] ? 0 : 1;
      let steps = Math.min((row[j - 1] ?? 0) + 1, (last[j] ?? 0) + 1, (last[j - 1] ?? 0) + cost);
      const isSwap = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      if (isSwap) steps = Math.min(steps, (beforeLast[j - 2] ?? 0) + 1);
      row.push(steps);
    }
    [beforeLast, last] = [last, row];
  }
  return last[other.length] ?? 0;
}
