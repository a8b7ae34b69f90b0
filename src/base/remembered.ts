/** Pulumi asks about the same text several times in a row, in check and in diff: it need not be read each time. */

/** More than run side by side; with the length of their texts, a bound on what is kept. */
const TEXTS_MAX = 500;
const CHARACTERS_MAX = 10_000_000;

/**
 * The same function, which keeps what it made of the latest texts. Callers share a result, so nobody may change it.
 * `more` must follow from the text.
 */
export function remembered<T, More extends unknown[] = []>(
  make: (text: string, ...more: More) => T,
): (text: string, ...more: More) => T {
  const known = new Map<string, T>();
  let characters = 0;
  return (text, ...more) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const made = make(text, ...more);
    known.set(text, made);
    characters += text.length;
    for (const oldest of known.keys()) {
      if (known.size <= TEXTS_MAX && characters <= CHARACTERS_MAX) break;
      known.delete(oldest);
      characters -= oldest.length;
    }
    return made;
  };
}
