/**
 * Remembers the other ingestions of the stack and the deletes of this process, during one `pulumi up`. It is needed
 * because Pulumi shows a provider one resource at a time, and a drop must not remove the rows of another ingestion.
 */
import { adds, type WriteKind } from "../ingestion/rules/published";

/** What the program declares for one ingestion. */
export interface Plan {
  dataSource: string;
  /** Drops the datasource on delete. */
  drops: boolean;
  kind: WriteKind;
  /** The recorded datasource, if it differs from `dataSource`: the ingestion moves away from it. */
  leaves?: { dataSource: string; drops: boolean } | undefined;
}

/** One ingestion leaves a datasource that another one loads into. */
export interface Clash {
  dataSource: string;
  leaver: string;
  loader: string;
  /** Whether the leaver drops the datasource with all rows; otherwise its rows stay there with those of the other. */
  drops: boolean;
}

export class Neighbours {
  private readonly plans = new Map<string, Plan>();
  /** URNs that move to another datasource: of thousands hardly one does. */
  private readonly leavers = new Set<string>();
  private readonly givenUp = new Map<string, number>();
  private readonly keys = new Map<string, string>();
  private readonly fromState = new Set<string>();
  private readonly impacts = new Map<string, readonly string[]>();
  private readonly standing = new Map<string, { number: number; created: boolean }>();

  /** Records that the URN was in state when this process began: if it is later checked as new, it is being replaced. */
  rememberFromState(urn: string): void {
    this.fromState.add(urn);
  }

  wasInState(urn: string): boolean {
    return this.fromState.has(urn);
  }

  /** Keeps the lines about an update's impact until `diff` knows whether it runs. */
  keepImpact(urn: string, lines: readonly string[]): void {
    this.impacts.set(urn, lines);
  }

  takeImpact(urn: string): readonly string[] {
    const lines = this.impacts.get(urn) ?? [];
    this.impacts.delete(urn);
    return lines;
  }

  /** Records what a URN will load. */
  plan(urn: string, plan: Plan): void {
    this.plans.set(urn, plan);
    if (plan.leaves === undefined) this.leavers.delete(urn);
    else this.leavers.add(urn);
  }

  /** As `plan`, for a check without old inputs (a new ingestion or a replacement); keeps a move that was recorded. */
  planNew(urn: string, plan: Plan): void {
    this.plan(urn, { ...plan, leaves: this.leftBy(urn) });
  }

  /** The datasource that a URN moves away from. */
  leftBy(urn: string): Plan["leaves"] {
    return this.plans.get(urn)?.leaves;
  }

  /** Records the one datasource that a URN loads into. */
  rememberTarget(urn: string, dataSource: string | undefined, drops: boolean): void {
    const known = this.plans.get(urn);
    if (dataSource === undefined) this.unplan(urn);
    else this.plan(urn, { kind: "REPLACE", ...known, dataSource, drops });
  }

  /** Records the key that a URN has in state; after a rename by alias this is the key of its old name. */
  rememberKey(urn: string, key: string | undefined): void {
    if (key !== undefined) this.keys.set(urn, key);
  }

  /** Another URN that has this key. */
  holderOf(key: string, urn: string): string | undefined {
    return [...this.keys].find(([other, held]) => other !== urn && held === key)?.[0];
  }

  forget(urn: string): void {
    this.unplan(urn);
    this.keys.delete(urn);
  }

  private unplan(urn: string): void {
    this.plans.delete(urn);
    this.leavers.delete(urn);
  }

  knows(urn: string): boolean {
    return this.plans.has(urn);
  }

  /** Whether it was seen in state; if it is then checked as if it were new, it is being replaced. */
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
   * Moves whose delete conflicts with the load of another ingestion. Pulumi may run the two in any order, so a drop
   * could remove new rows, and rows that are kept would mix with those of an ingestion that moves in.
   */
  clashesOf(urn: string): Clash[] {
    const own = this.plans.get(urn);
    if (!own) return [];
    const clashes: Clash[] = [];
    for (const other of own.leaves === undefined ? this.leavers : this.plans.keys()) {
      const plan = this.plans.get(other);
      if (other === urn || plan === undefined) continue;
      clashes.push(...clash(urn, own, other, plan), ...clash(other, plan, urn, own));
    }
    return clashes;
  }

  /** Records that a delete has dealt with the sequence up to this number: rows published so far no longer count. */
  giveUp(key: string, target: string | undefined, number: number): void {
    const name = mapKey(key, target);
    this.givenUp.set(name, Math.max(number, this.givenUp.get(name) ?? 0));
  }

  /** Records that the ingestion with this key and target is in state, or was just created, with this number. */
  rememberNumber(key: string | undefined, target: string | undefined, number: number, created = false): void {
    if (key !== undefined) this.standing.set(mapKey(key, target), { number, created });
  }

  /** The recorded ingestion if its number is higher: it has replaced the one with `number`, and may own its rows. */
  standsBeyond(key: string, target: string | undefined, number: number): { created: boolean } | undefined {
    const found = this.standing.get(mapKey(key, target));
    return found !== undefined && found.number > number ? found : undefined;
  }

  givenUpTo(key: string, target: string | undefined): number | undefined {
    return this.givenUp.get(mapKey(key, target));
  }
}

function clash(leaver: string, { leaves }: Plan, loader: string, plan: Plan): Clash[] {
  if (leaves === undefined || leaves.dataSource !== plan.dataSource) return [];
  const movesIn = plan.leaves !== undefined && adds(plan.kind);
  if (!leaves.drops && !movesIn) return [];
  return [{ dataSource: leaves.dataSource, leaver, loader, drops: leaves.drops }];
}

const mapKey = (key: string, target: string | undefined): string => `${key}\n${target ?? "-"}`;
