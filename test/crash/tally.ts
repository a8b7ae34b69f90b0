/** What many rounds come to. */
import type { Outcome } from "./round";

const sum = (rows: Record<string, number>): number => Object.values(rows).reduce((all, one) => all + one, 0);

export class Tally {
  private rounds = 0;
  private points = 0;
  private expected = 0;
  private found = 0;

  add(outcomes: readonly Outcome[]): void {
    this.rounds += 1;
    for (const { reached, expected, found } of outcomes) {
      if (reached) this.points += 1;
      this.expected += sum(expected);
      this.found += sum(found);
    }
  }

  toString(): string {
    const { rounds, points, expected, found } = this;
    return `${rounds} rounds, ${points} ingestions at their points, ${expected} rows expected, ${found} found`;
  }
}
