/**
 * When two worlds are the same. What no longer bears on anything is left out, so that operations may follow each other
 * without end and the worlds are still finite in number.
 */
import type { Published } from "../../src/ingestion/rules/published";
import { type Bearing, bearing, isRunOf } from "./bearing";
import {
  BY_HAND,
  FLAG,
  into,
  isFree,
  type Load,
  numberOf,
  numberOfTask,
  type Remove,
  type Saved,
  type Setting,
  stateAt,
  type World,
} from "./world";

/**
 * The same text for worlds that have the same future, up to the names of contents and of numbers, and mishaps to come.
 */
export function textOf(setting: Setting, world: World): string {
  return new Writer(setting, world).text();
}

/** Of all contents. */
const LETTERS = "ABCD";

const bit = (value: boolean): string => (value ? "1" : "0");

/**
 * Contents into one target are the same by any other name, but for the one that is loaded by hand. So the text has no
 * content in it, but for each content the places where it stands, and these in their own order.
 */
class Writer {
  private readonly bearing: Bearing;
  private readonly places: string[] = ["", "", "", ""];
  private out = "";

  constructor(
    private readonly setting: Setting,
    private readonly world: World,
  ) {
    this.bearing = bearing(setting, world);
  }

  text(): string {
    const { flags, record, operation: op, byHand } = this.world;
    this.tasks();
    this.requests();
    let moot = 0;
    for (const target in this.world.rows) {
      const rows = this.world.rows[target] ?? "-";
      this.rows(rows);
      // Where there are no rows, whatever is published next comes once.
      if (rows === "-") moot |= into(target, FLAG.wished | FLAG.unsure);
    }
    this.out += `${flags & ~moot}${byHand}`;
    this.put(this.world.split, "m");
    if (record) this.saved(record, "r", isRunOf(this.world, record));
    if (op?.is === "remove") this.removal(op);
    else if (op) this.load(op);
    return this.out + this.contents();
  }

  /** A content stands here. */
  private put(content: string, place: string): void {
    const at = content.length === 1 ? LETTERS.indexOf(content) : -1;
    if (at >= 0) this.places[at] += place;
    else this.out += place + content;
  }

  private contents(): string {
    const { targets, byHand } = this.setting;
    const texts: string[] = [];
    for (const content in targets) {
      const places = this.places[LETTERS.indexOf(content)] ?? "";
      texts.push((targets[content] ?? "") + (content === byHand ? "h" : "") + places);
    }
    return texts.sort().join();
  }

  private tasks(): void {
    const { tasks } = this.world;
    const { numbers, unordered, renumber } = this.bearing;
    for (const number of numbers) {
      const what = tasks.charAt(2 * number - 2) || ".";
      if (number <= unordered) this.put(tasks.charAt(2 * number - 1), what);
      else {
        this.out += what;
        if (what !== "." && what !== "M") this.put(tasks.charAt(2 * number - 1), `t${renumber(number)}`);
      }
    }
  }

  private requests(): void {
    for (const request of this.world.flying) {
      const number = numberOf(request);
      // Where its number is taken it will be refused.
      if (!isFree(this.world, number)) continue;
      const at = `,${this.bearing.renumber(number)}`;
      this.out += `${at}${request.at(-2)}`;
      this.put(request.at(-1) ?? "", at);
    }
  }

  private rows(rows: string): void {
    this.out += "|";
    for (const letter of rows) {
      const content = letter.toUpperCase();
      if (letter === content) this.put(letter, "r");
      else if (letter === "x") this.out += letter;
      else this.put(content, "g");
    }
  }

  private saved(saved: Saved, place: string, isRunOf: boolean): void {
    const { number, state, content, taskId, rowsKnown, published, adoptedTaskId, adopts } = saved;
    this.out += `|${this.number(number)}${state}${bit(rowsKnown)}${bit(adopts)}${adoptedTaskId ?? ""}`;
    if (content !== undefined) this.put(content, `c${place}`);
    if (isRunOf) this.run(taskId, place);
    this.published(published, place);
  }

  private run(taskId: string | undefined, place: string): void {
    if (taskId === undefined) return;
    const number = numberOfTask(taskId);
    const { unordered, numbers } = this.bearing;
    if (number === BY_HAND || number > unordered || !numbers.includes(number)) {
      this.out += `#${this.number(number)}${stateAt(this.world, number) === "." ? "." : ""}`;
      return;
    }
    // Of several that have loaded the same, which one.
    const { tasks } = this.world;
    const content = tasks.charAt(2 * number - 1);
    const isSame = (other: number) => other > number && other <= unordered && tasks.charAt(2 * other - 1) === content;
    this.put(content, `#${place}${numbers.filter(isSame).length}${stateAt(this.world, number)}`);
  }

  private number(number: number): string {
    return `:${this.bearing.renumber(number)}`;
  }

  /** An item is a letter and what is known of it, or another word. */
  private published(published: Published, place: string): void {
    for (const item of published) {
      if (item.length > 3) this.out += item;
      else this.put(item.charAt(0), `${place}${item.slice(1)};`);
    }
  }

  private removal({ removal, touched, canceling }: Remove): void {
    const { aim, action } = removal;
    this.out += `|${action.do}${bit(aim.drops)}${bit(touched)}`;
    for (const number of canceling) this.out += this.number(number);
    if (action.do === "mark") this.out += `${this.number(action.number)}${action.tombstone}`;
  }

  /** Which of what the heart knows still bears on anything says the action that it waits for. */
  private load(op: Load): void {
    const { heart, saved, replaces, blind, touched, mustAdopt, canceling } = op;
    const { aim, action, accounted, asked, recorded, before, losses, retried } = heart;
    this.out += `|${action.do}${bit(replaces)}${bit(blind)}`;
    this.put(aim.wanted.content, "w");
    if (aim.adoptTaskId !== undefined) this.out += `a${bit(mustAdopt)}`;
    if (saved) this.saved(saved, "s", true);
    if (action.do === "finish") return;
    this.out += `|${bit(touched)}${losses}${retried > 0 ? `y${retried}` : ""}`;
    if (aim.givenUpTo !== undefined) this.out += `g${this.number(aim.givenUpTo)}`;
    if (recorded !== before) this.saved({ ...recorded, rowsKnown: false, adopts: false }, "d", false);
    switch (action.do) {
      case "cancel":
        for (const number of canceling) this.out += this.number(number);
        this.out += `${asked.rows}${this.number(asked.seenUpTo)}`;
        return;
      case "observe":
        this.out += `${asked.rows}${this.number(asked.seenUpTo)}`;
        return;
      case "askRows":
        this.run(action.taskId, "k");
        this.out += this.number(action.upTo);
        return;
      case "mark":
        this.run(accounted.run?.taskId, "k");
        break;
      case "follow":
        this.out += `${this.number(action.number)}${bit(action.isOwn)}`;
        break;
      case "noteAdopted":
        this.out += bit(action.runs);
        break;
    }
    this.out += this.number(accounted.number);
    this.published(accounted.published, "a");
  }
}

/** Letters of the contents that still bear on anything. */
export function contentsIn(setting: Setting, world: World): Set<string> {
  const { flying, rows, record, split, tasks } = world;
  let letters = flying.join("") + Object.values(rows).join("").toUpperCase() + split + (setting.byHand ?? "");
  for (const number of bearing(setting, world).numbers) letters += tasks.slice(2 * number - 2, 2 * number);
  if (record) letters += (record.content ?? "") + record.published.map((item) => item.charAt(0)).join("");
  return new Set([...letters].filter((letter) => letter in setting.targets));
}
