/** Each test spends most of its time starting processes: more than a few at once only make all of them slow. */
const waiting: (() => void)[] = [];
let free = 2;

export async function inSlot<T>(work: () => Promise<T>): Promise<T> {
  if (free > 0) free--;
  else await new Promise<void>((go) => waiting.push(go));
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next === undefined) free++;
    else next();
  }
}
