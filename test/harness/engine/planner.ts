/**
 * Decides what has to be done for a resource that the program asks for: one registration at a time, in the order they
 * come in, each with the provider's `check` and `diff`. It only decides; steps.ts does.
 */
import { aliasUrns } from "./aliases";
import { Bail, type Decisions, Invalid } from "./decisions";
import { applyReplaceOnChanges, difference, ignoring, isTriggered, type Verdict } from "./difference";
import { hangsOn } from "./graph";
import { copy, hasUnknowns, withoutUnknowns } from "./properties";
import { deletionsBefore } from "./replacement";
import { type Goal, needs, type Resource, wanted } from "./resource";
import { createStep, deleteStep, replaceStep, type Step, sameStep, skippedCreateStep, updateStep } from "./steps";
import { isStack, Selection, urnOf } from "./urn";

/** Answers the program: what the resource is now, or that nothing is known of it. */
export type Complete = (resource: Resource, unknown?: boolean) => void;

export class Planner {
  readonly #so: Decisions;
  /** Not created, because they are no targets. */
  readonly #skipped = new Set<string>();
  /** The targets, and with `targetDependents` whatever turned out to depend on them. */
  readonly #reached: Selection;

  constructor(decisions: Decisions) {
    this.#so = decisions;
    this.#reached = new Selection(decisions.options.targets);
  }

  async plan(goal: Goal, complete: Complete): Promise<Step[]> {
    const { place } = this.#so.options;
    if (goal.parent !== "" && !this.#so.urns.has(goal.parent))
      throw new Error(`could not find parent resource ${goal.parent}`);
    const urn = urnOf(place, goal.parent, goal.type, goal.name);
    if (this.#so.urns.has(urn)) {
      this.#so.error(urn, `Duplicate resource URN "${urn}"; try giving it a unique name`);
      throw new Bail();
    }
    this.#so.urns.add(urn);
    const { old, alias, invalid } = this.#find(goal, urn);
    const made = wanted(goal, urn, alias === undefined ? [] : [alias]);
    const steps = await this.#decide(goal, old, made, complete, invalid);
    this.#refuseSkipped(steps);
    return steps;
  }

  /** The resource in the state, by its URN or else by one of its aliases. */
  #find(goal: Goal, urn: string): { old: Resource | undefined; alias: string | undefined; invalid: boolean } {
    let invalid = false;
    if (this.#so.renamed.has(urn)) {
      invalid = true;
      this.#so.error(urn, `Duplicate resource "${urn}": another resource has taken it over by an alias`);
    }
    const aliases = aliasUrns(this.#so.options.place, goal, goal.aliases, this.#so.formerly);
    const found = [urn, ...aliases].find((one) => this.#so.olds.has(one));
    if (found === undefined || found === urn) return { old: this.#so.olds.get(urn), alias: undefined, invalid };
    if (this.#so.urns.has(found) || this.#so.renamed.has(found)) {
      invalid = true;
      this.#so.error(urn, `Duplicate resource alias "${found}" applied to resource with URN "${urn}"`);
    }
    this.#so.renamed.set(found, urn);
    this.#so.formerly.set(urn, found);
    return { old: this.#so.olds.get(found), alias: found, invalid };
  }

  async #decide(
    goal: Goal,
    old: Resource | undefined,
    made: Resource,
    complete: Complete,
    invalid: boolean,
  ): Promise<Step[]> {
    const { urn } = made;
    const recreating = this.#so.deletes.has(urn);
    const targeted = isStack(urn) || this.#isTargeted(made);
    const forced = this.#so.forced.has(urn) || old?.taint === true;
    if (old !== undefined)
      made.inputs = ignoring(goal.ignoreChanges, old.inputs, made.inputs, (text) => this.#cannotIgnore(urn, text));
    if (made.custom) {
      await this.#so.options.provider(true);
      if (!targeted) made.inputs = old?.inputs ?? {};
      else if (old === undefined || recreating || forced) invalid = !(await this.#check(made, {}, goal)) || invalid;
      else invalid = !(await this.#check(made, old.inputs, { ...goal, inputs: made.inputs })) || invalid;
    }
    if (invalid) throw new Invalid();
    const answer = (): void => complete(made);
    if (recreating && old !== undefined) {
      this.#so.deletes.delete(urn);
      this.#so.replaces.add(urn);
      return [replaceStep(old, made, []), createStep(made, answer, { old, keepOld: false, keys: [] })];
    }
    if (this.#so.targets.constrained && this.#isTargeted(made)) this.#reached.add(urn);
    if (old === undefined) {
      if (targeted) {
        this.#so.creates.add(urn);
        return [createStep(made, answer)];
      }
      this.#so.sames.add(urn);
      this.#skipped.add(urn);
      return [skippedCreateStep(made, () => complete(made, true))];
    }
    if (!targeted) return this.#untouched(old, urn, complete);
    return this.#change(goal, old, made, answer, forced);
  }

  #isTargeted(made: Resource): boolean {
    if (!this.#so.targets.constrained || this.#so.targets.has(made.urn)) return true;
    if (!this.#so.options.targetDependents) return false;
    return hangsOn(made, this.#reached);
  }

  /** Outside the targets: as it is in the state, and before it whatever it needs and the program no longer names. */
  #untouched(old: Resource, urn: string, complete: Complete): Step[] {
    const steps: Step[] = [];
    const keep = (one: Resource, answer?: Complete): void => {
      if (one.delete) return;
      for (const name of [urn, one.urn]) this.#so.sames.add(name);
      this.#so.urns.add(one.urn);
      for (const need of [one.parent, ...needs(one)]) {
        const other = this.#so.olds.get(need);
        if (
          other !== undefined &&
          !this.#so.sames.has(need) &&
          !this.#so.operatedOn(need) &&
          !this.#so.creates.has(need)
        )
          keep(other);
      }
      const kept = copy(one);
      steps.push(sameStep(one, kept, () => answer?.(kept)));
    };
    keep(old, complete);
    return steps;
  }

  async #change(goal: Goal, old: Resource, made: Resource, answer: () => void, forced: boolean): Promise<Step[]> {
    const { urn } = made;
    const verdict = await this.#verdict(goal, old, made, forced);
    if (verdict.replaces.length > 0 || old.pendingReplacement) {
      return this.#replace(goal, old, made, answer, verdict, forced);
    }
    if (verdict.changes || old.initErrors.length > 0) {
      this.#so.updates.add(urn);
      return [updateStep(old, made, answer)];
    }
    this.#so.sames.add(urn);
    return [sameStep(old, made, answer)];
  }

  async #verdict(goal: Goal, old: Resource, made: Resource, forced: boolean): Promise<Verdict> {
    const because = (key: string): Verdict => ({
      changes: true,
      replaces: [key],
      changed: [],
      deleteBeforeReplace: false,
    });
    const triggered = isTriggered(old.replacementTrigger, made.replacementTrigger);
    if (triggered && hasUnknowns(made.replacementTrigger) && !this.#so.options.dryRun) {
      this.#so.error(made.urn, `the replacementTrigger of "${made.urn}" is not known`);
      throw new Bail();
    }
    let verdict: Verdict;
    if (triggered) verdict = because("replacementTrigger");
    else if (forced) verdict = because("id");
    else if (made.replaceWith.some((other) => this.#so.replaces.has(other))) verdict = because("replaceWith");
    else if (made.deletedWith !== "" && this.#so.replaces.has(made.deletedWith)) verdict = because("deletedWith");
    else if (old.custom !== made.custom) verdict = because("provider");
    else
      verdict = await difference(
        made.custom ? await this.#so.options.provider(true) : undefined,
        old,
        old.inputs,
        made.inputs,
        goal.ignoreChanges,
        made.urn,
      );
    return applyReplaceOnChanges(verdict, goal.replaceOnChanges, old.initErrors.length > 0);
  }

  async #replace(
    goal: Goal,
    old: Resource,
    made: Resource,
    answer: () => void,
    verdict: Verdict,
    forced: boolean,
  ): Promise<Step[]> {
    const { urn } = made;
    if (made.protect && old.protect) {
      this.#so.error(
        urn,
        `unable to replace resource "${urn}"\nas it is protected. To unprotect it, take the protect option out of the program and run up`,
      );
      if (!this.#so.options.dryRun) throw new Bail();
    }
    this.#so.replaces.add(urn);
    // What was carried over from the old one does not hold for a new one, so the inputs are checked afresh.
    if (made.custom && !forced && !(await this.#check(made, {}, goal))) throw new Invalid();
    const keys = verdict.replaces;
    if (!(goal.deleteBeforeReplace ?? verdict.deleteBeforeReplace)) {
      return [createStep(made, answer, { old, keepOld: true, keys }), replaceStep(old, made, keys)];
    }
    const steps = await deletionsBefore(this.#so, old);
    if (!old.pendingReplacement) {
      this.#so.deletes.add(old.urn);
      steps.push(deleteStep(old, { pendingReplacement: true }));
    }
    return [...steps, replaceStep(old, made, keys), createStep(made, answer, { old, keepOld: false, keys })];
  }

  /** Fills in the inputs as the provider wants them; false, with a message for each, where it refuses. */
  async #check(made: Resource, olds: Resource["inputs"], goal: Goal): Promise<boolean> {
    const provider = await this.#so.options.provider(true);
    const news = this.#so.options.dryRun ? goal.inputs : withoutUnknowns(goal.inputs);
    const { inputs, failures } = await provider.check(made.urn, olds, news);
    made.inputs = inputs;
    for (const { property, reason } of failures) {
      const where = property === "" ? " has a problem" : `: property ${property} has a problem`;
      this.#so.error(made.urn, `${made.type} resource "${goal.name}"${where}: ${reason}`);
    }
    return failures.length === 0;
  }

  #cannotIgnore(urn: string, paths: string): void {
    const message = `cannot ignore changes in added or removed elements of the path: "${paths}"`;
    this.#so.options.report({ severity: "info", urn, message });
  }

  /** With targets, nothing may need what is not there because it is no target. */
  #refuseSkipped(steps: readonly Step[]): void {
    if (!this.#so.targets.constrained && !this.#so.forced.constrained) return;
    for (const { new: made, urn } of steps) {
      if (made === undefined || this.#skipped.has(urn)) continue;
      for (const need of [made.parent, ...needs(made)].filter((one) => this.#skipped.has(one))) {
        this.#so.error(
          urn,
          `Resource "${urn}" depends on "${need}", which was not named by --target and does not exist yet`,
        );
        if (!this.#so.options.dryRun) throw new Bail();
        this.#skipped.delete(need);
      }
    }
  }
}
