/**
 * What this process has seen of other ingestions and of its own deletes. Memory of one `pulumi up` only: Pulumi tells
 * a provider of one resource at a time, and a drop must not take a neighbour's rows.
 */
import { adds, type WriteKind } from "../ingestion/rules/published";

/** What the program says of one ingestion. */
export interface Plan {
  dataSource: string;
  /** Drops the datasource on delete. */
  drops: boolean;
  kind: WriteKind;
  /** Where it loads by its record, where that is another datasource: it goes from there to `dataSource`. */
  leaves?: { dataSource: string; drops: boolean } | undefined;
}

/** Two ingestions of which one leaves a datasource that the other loads into. */
export interface Clash {
  dataSource: string;
  leaver: string;
  loader: string;
  /** The one who leaves takes all rows along, else they stay beside those of the other. */
  drops: boolean;
}

export class Neighbours {
  private readonly plans = new Map<string, Plan>();
  private readonly givenUp = new Map<string, number>();
  private readonly keys = new Map<string, string>();
  private readonly standing = new Map<string, { number: number; created: boolean }>();

  /** Remembers what a URN is to load. */
  plan(urn: string, plan: Plan): void {
    this.plans.set(urn, plan);
  }

  /** Remembers what a URN is to load that is new, or that was just seen to move. */
  planNew(urn: string, plan: Plan): void {
    const leaves = this.plans.get(urn)?.leaves;
    this.plans.set(urn, { ...plan, leaves });
  }

  /** Remembers which URN loads into which datasource; a URN has one. */
  rememberTarget(urn: string, dataSource: string | undefined, drops: boolean): void {
    const known = this.plans.get(urn);
    if (dataSource === undefined) this.plans.delete(urn);
    else this.plans.set(urn, { kind: "REPLACE", ...known, dataSource, drops });
  }

  /** Remembers the key that a URN has in state: after a rename by alias, that of its old name. */
  rememberKey(urn: string, key: string | undefined): void {
    if (key !== undefined) this.keys.set(urn, key);
  }

  /** Another URN that has this key. */
  holderOf(key: string, urn: string): string | undefined {
    return [...this.keys].find(([other, held]) => other !== urn && held === key)?.[0];
  }

  forget(urn: string): void {
    this.plans.delete(urn);
    this.keys.delete(urn);
  }

  knows(urn: string): boolean {
    return this.plans.has(urn);
  }

  /** It was seen in state: where it is checked as if it were new, it is replaced. */
  isInStack(urn: string): boolean {
    return this.keys.has(urn);
  }

  /** Other URNs that load into the datasource. */
  others(urn: string, dataSource: string): string[] {
    return [...this.plans]
      .filter(([other, plan]) => other !== urn && plan.dataSource === dataSource)
      .map(([other]) => other);
  }

  /** URNs that load into the datasource and drop it on delete. */
  droppers(dataSource: string): string[] {
    return [...this.plans].filter(([, plan]) => plan.dataSource === dataSource && plan.drops).map(([urn]) => urn);
  }

  /**
   * Where the delete that a move to another datasource begins with meets the load of another ingestion: Pulumi runs the
   * two in any order, so a drop could take new rows, and rows that are kept would stand beside those that move in.
   */
  clashesOf(urn: string): Clash[] {
    const own = this.plans.get(urn);
    if (!own) return [];
    return [...this.plans].flatMap(([other, plan]) =>
      other === urn ? [] : [...clash(urn, own, other, plan), ...clash(other, plan, urn, own)],
    );
  }

  /** A delete has seen the sequence up to this number: what was published up to there was given up. */
  giveUp(key: string, target: string | undefined, number: number): void {
    const name = nameOf(key, target);
    this.givenUp.set(name, Math.max(number, this.givenUp.get(name) ?? 0));
  }

  /** The ingestion of this key that loads into the target stands in state, or is put there, with this number. */
  rememberNumber(key: string | undefined, target: string | undefined, number: number, created = false): void {
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

function clash(leaver: string, { leaves }: Plan, loader: string, plan: Plan): Clash[] {
  if (leaves === undefined || leaves.dataSource !== plan.dataSource) return [];
  const movesIn = plan.leaves !== undefined && adds(plan.kind);
  if (!leaves.drops && !movesIn) return [];
  return [{ dataSource: leaves.dataSource, leaver, loader, drops: leaves.drops }];
}
const nameOf = (key: string, target: string | undefined): string => `${key}\n${target ?? "-"}`;
