/**
 * When two worlds are the same. What no longer bears on anything is left out, so that operations may follow each other
 * without end and the worlds are still finite in number.
 */
import { FLAG, into, isFree, numberOf, type Operation, type Saved, type Setting, type World } from "./world";

/** The same text for worlds that have the same future, up to the names of contents and of numbers, and mishaps to come. */
export function textOf(setting: Setting, world: World): string {
  const { flying, rows, record, flags, operation } = world;
  const { tasks, renumber } = bearing(setting, world);
  const names = new Names(setting);
  let text = "";
  for (let at = 0; at < tasks.length; at += 2) text += tasks.charAt(at) + names.of(tasks.charAt(at + 1));
  for (const request of flying) {
    const number = numberOf(request);
    // Where its number is taken it will be refused.
    if (isFree(world, number)) text += `,${renumber(number)}${request.at(-2)}${names.of(request.at(-1) ?? "")}`;
  }
  text += "|";
  let moot = 0;
  for (const target in rows) {
    const last = rows[target] ?? "";
    text += names.of(last);
    // Where there are no rows, whatever is published next comes once.
    if (last === "-") moot |= into(target, FLAG.wished | FLAG.unsure);
  }
  text += `${flags & ~moot}|`;
  if (record) text += textOfSaved(record, names, renumber, isRunOf(world, record));
  return operation ? text + textOfOperation(operation, record, names, renumber) : text;
}

const bit = (value: boolean): string => (value ? "1" : "0");

type Renumber = (number: number) => number;

function textOfSaved(saved: Saved, names: Names, renumber: Renumber, isRunOf: boolean): string {
  const { number, state, content, task, adopted, rowsKnown, published } = saved;
  const run = isRunOf ? renumber(task) : 0;
  return `${renumber(number)}${state}${names.of(content)}${run}${bit(adopted)}${bit(rowsKnown)}${names.ofAll(published)}`;
}

function textOfOperation(op: Operation, record: Saved | undefined, names: Names, renumber: Renumber): string {
  const {
    phase,
    wanted,
    rows,
    askedOf,
    givenUpTo,
    drops,
    touched,
    blind,
    numbers,
    number,
    run,
    saved,
    recorded,
    replaces,
  } = op;
  const asked = `${rows}${renumber(askedOf)};${renumber(givenUpTo)}${bit(drops)}${bit(touched)}${bit(blind)}${bit(replaces)}`;
  let text = `|${phase}${names.of(wanted)}${asked};${numbers.map(renumber)};${renumber(number)};${renumber(run)}|`;
  if (saved) text += textOfSaved(saved, names, renumber, true);
  if (recorded !== record && recorded.number > 0) text += `|${textOfSaved(recorded, names, renumber, true)}`;
  return text + names.ofAll(op.published);
}

/** Contents into one target are the same by any other name. */
class Names {
  private readonly names = new Map<string, string>();

  constructor(private readonly setting: Setting) {}

  of(content: string): string {
    const target = this.setting.targets[content];
    if (target === undefined) return content;
    let name = this.names.get(content);
    if (name === undefined) {
      let before = 0;
      for (const other of this.names.keys()) if (this.setting.targets[other] === target) before += 1;
      name = `${before}${target}`;
      this.names.set(content, name);
    }
    return name;
  }

  ofAll(contents: readonly string[]): string {
    return contents.length === 1
      ? this.of(contents[0] ?? "")
      : contents
          .map((content) => this.of(content))
          .sort()
          .join();
  }
}

/** The task on record counts as long as it may be read or kept. */
const isRunOf = (world: World, { state, task, adopted }: Saved): boolean =>
  state === "RUNNING" || adopted || (task > 0 && world.tasks[2 * task - 2] === "S");

/** Letters of the contents that still bear on anything. */
export function contentsIn(setting: Setting, world: World): Set<string> {
  const { flying, rows, record } = world;
  const letters = [...bearing(setting, world).tasks, ...flying.join(""), ...Object.values(rows)];
  if (record) letters.push(record.content, ...record.published);
  return new Set(letters.filter((letter) => letter in setting.targets));
}

/** The last number of which only an account from the beginning can still take notice. */
function accountedUpTo({ tasks, record, operation: op }: World): number {
  if (record) return record.state === "RUNNING" && !record.adopted ? record.number - 1 : record.number;
  if (!op) return tasks.length / 2;
  if (op.phase === "observe") return op.askedOf;
  if (op.phase === "cancel") return Math.min(...op.numbers) - 1;
  if (op.phase === "follow") return op.number - 1;
  return op.phase === "load" ? (op.saved?.number ?? 0) : op.number;
}

/**
 * The tasks as far as they bear on what is to come, numbered anew. An account from the beginning forgets whatever comes
 * before a SUCCESS or a tombstone.
 */
function bearing(setting: Setting, world: World): { tasks: string; renumber: Renumber } {
  const { tasks, record, operation, flying } = world;
  const accounted = accountedUpTo(world);
  let firstLate = Number.POSITIVE_INFINITY;
  for (const request of flying) firstLate = Math.min(firstLate, numberOf(request));
  const runs = [record && isRunOf(world, record) ? record.task : 0, operation?.saved?.task, operation?.run];
  let sealed = "";
  let unknown = "";
  const left: number[] = [];
  let kept = "";
  for (let number = Math.max(accounted, tasks.length / 2); number > 0; number -= 1) {
    const what = tasks.charAt(2 * number - 2) || ".";
    const of = tasks.charAt(2 * number - 1) || ".";
    const target = what === "T" ? of : (setting.targets[of] ?? "");
    let isLeft: boolean;
    // A number that is free may still be taken by a late request.
    if (what === ".") isLeft = number < firstLate;
    else {
      const isSpent = what === "U" || what === "M" || (what === "X" && unknown.includes(of));
      isLeft = (isSpent || (what !== "R" && sealed.includes(target))) && !runs.includes(number);
    }
    if (what === "S" || what === "T") sealed += target;
    if (what === "X") unknown += of;
    if (number <= accounted && isLeft) left.push(number);
    else kept = what + of + kept;
  }
  const renumber = (number: number): number => {
    let before = 0;
    for (const other of left) if (other <= number) before += 1;
    return number - before;
  };
  return { tasks: kept, renumber };
}
