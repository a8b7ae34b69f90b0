/**
 * What this process has seen of other ingestions and of its own deletes. Memory of one `pulumi up` only: Pulumi tells
 * a provider of one resource at a time, and a drop must not take a neighbour's rows.
 */
export class Neighbours {
  private readonly loads = new Map<string, { dataSource: string; drops: boolean }>();
  private readonly givenUp = new Map<string, number>();
  private readonly keys = new Map<string, string>();
  private readonly standing = new Map<string, { number: number; created: boolean }>();

  /** Remembers which URN loads into which datasource; a URN has one. */
  loadsInto(urn: string, dataSource: string | undefined, drops: boolean): void {
    if (dataSource === undefined) this.loads.delete(urn);
    else this.loads.set(urn, { dataSource, drops });
  }

  /** Remembers the key that a URN has in state: after a rename by alias, that of its old name. */
  has(urn: string, key: string | undefined): void {
    if (key !== undefined) this.keys.set(urn, key);
  }

  /** Another URN that has this key. */
  holderOf(key: string, urn: string): string | undefined {
    return [...this.keys].find(([other, held]) => other !== urn && held === key)?.[0];
  }

  forget(urn: string): void {
    this.loads.delete(urn);
    this.keys.delete(urn);
  }

  /** Other URNs that load into the datasource. */
  others(urn: string, dataSource: string): string[] {
    return [...this.loads]
      .filter(([other, load]) => other !== urn && load.dataSource === dataSource)
      .map(([other]) => other);
  }

  /** Whether any URN that loads into the datasource drops it on delete. */
  droppers(dataSource: string): string[] {
    return [...this.loads].filter(([, load]) => load.dataSource === dataSource && load.drops).map(([urn]) => urn);
  }

  /** A delete has seen the sequence up to this number: what was published up to there was given up. */
  giveUp(key: string, target: string | undefined, number: number): void {
    const name = nameOf(key, target);
    this.givenUp.set(name, Math.max(number, this.givenUp.get(name) ?? 0));
  }

  /** The ingestion of this key that loads into the target stands in state, or is put there, with this number. */
  stands(key: string | undefined, target: string | undefined, number: number, created = false): void {
    if (key !== undefined) this.standing.set(nameOf(key, target), { number, created });
  }

  /** What stands beyond this number: the state that has it is of one that was replaced, and its rows may be the new one's. */
  standsBeyond(key: string, target: string | undefined, number: number): { created: boolean } | undefined {
    const found = this.standing.get(nameOf(key, target));
    return found !== undefined && found.number > number ? found : undefined;
  }

  givenUpTo(key: string, target: string | undefined): number | undefined {
    return this.givenUp.get(nameOf(key, target));
  }
}

const nameOf = (key: string, target: string | undefined): string => `${key}\n${target ?? "-"}`;
