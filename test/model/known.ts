/**
 * The worlds that were reached, how each was, and what of mishaps and operations could still come. The same world with
 * more of them to come has all the futures of one with fewer.
 */
import { isAsMuch } from "./left";

export class Known {
  private readonly left = new Map<string, number | number[]>();
  private from = new Int32Array(1024);
  private way = new Uint8Array(1024);
  size = 0;

  /** Its number; undefined where nothing new can come of it. `way` says which step from world `from` led to it. */
  add(text: string, left: number, from: number, way: number): number | undefined {
    const before = this.left.get(text);
    if (before === undefined) this.left.set(text, left);
    else if (typeof before === "number") {
      if (isAsMuch(before, left)) return undefined;
      this.left.set(text, isAsMuch(left, before) ? left : [before, left]);
    } else {
      for (const one of before) if (isAsMuch(one, left)) return undefined;
      before.push(left);
    }
    if (this.size === this.from.length) this.grow();
    this.from[this.size] = from;
    this.way[this.size] = way;
    this.size += 1;
    return this.size - 1;
  }

  waysTo(id: number): number[] {
    const ways: number[] = [];
    for (let at = id; at > 0; at = this.from[at] ?? 0) ways.unshift(this.way[at] ?? 0);
    return ways;
  }

  private grow(): void {
    const { from, way } = this;
    this.from = new Int32Array(2 * from.length);
    this.from.set(from);
    this.way = new Uint8Array(2 * way.length);
    this.way.set(way);
  }
}
