/**
 * What has been decided so far in an operation, by URN, and the options that decide. Shared by all who decide:
 * planner.ts, replacement.ts and deletes.ts.
 */
import type { Diagnostic } from "./events";
import type { Provider } from "./provider";
import type { Resource } from "./resource";
import { type Place, Selection } from "./urn";

/** The operation cannot go on, and the user has been told why. */
export class Bail extends Error {}
/** Only the resource at hand cannot: a preview goes on to the others. */
export class Invalid extends Bail {}

export interface PlanOptions {
  place: Place;
  dryRun: boolean;
  targets: readonly string[];
  targetDependents: boolean;
  replace: readonly string[];
  /** `registered`: for a resource that the program has asked for. */
  provider: (registered: boolean) => Promise<Provider>;
  report: (diagnostic: Pick<Diagnostic, "severity" | "urn" | "message">) => void;
}

export class Decisions {
  /** What the state has, by URN, without what is only waiting to be deleted. */
  readonly olds: ReadonlyMap<string, Resource>;
  /** Asked for by the program. */
  readonly urns = new Set<string>();
  readonly creates = new Set<string>();
  readonly sames = new Set<string>();
  readonly updates = new Set<string>();
  readonly replaces = new Set<string>();
  readonly deletes = new Set<string>();
  /** Deleted ahead of their turn, because something they depend on is replaced. */
  readonly condemned = new Set<Resource>();
  /** From the URN in the state to the URN in this operation, where they differ, and back. */
  readonly renamed = new Map<string, string>();
  readonly formerly = new Map<string, string>();
  readonly targets: Selection;
  readonly forced: Selection;
  /** Something was reported that makes the operation fail, though it went on. */
  failed = false;

  constructor(
    readonly options: PlanOptions,
    /** What the state has, each after what it needs. */
    readonly resources: readonly Resource[],
  ) {
    this.olds = new Map(resources.filter((one) => !one.delete).map((one) => [one.urn, one]));
    this.targets = new Selection(options.targets);
    this.forced = new Selection(options.replace);
  }

  /** Whether something is done with it that is not a deletion, under this name or a new one. */
  operatedOn(urn: string): boolean {
    const now = this.renamed.get(urn) ?? urn;
    return this.sames.has(now) || this.updates.has(now) || this.replaces.has(now);
  }

  /** Whether one was named that neither the state nor the program has; each is reported. */
  misses({ literals }: Selection): boolean {
    const missing = literals.filter((urn) => !this.olds.has(urn) && !this.urns.has(urn));
    for (const urn of missing) this.error("", `the stack has no resource "${urn}"; is a $ in it quoted for the shell?`);
    return missing.length > 0;
  }

  error(urn: string, message: string): void {
    this.failed = true;
    this.options.report({ severity: "error", urn, message });
  }
}
