/** Names of resources: urn:pulumi:<stack>::<project>::<type, below its parents' types>::<name>. */
export const STACK_TYPE = "pulumi:pulumi:Stack";

export interface Place {
  stack: string;
  project: string;
}

const parts = (urn: string): string[] => urn.split("::");

/** The type with the types of the parents before it, joined by "$". */
export const qualifiedType = (urn: string): string => parts(urn)[2] ?? "";
export const typeOf = (urn: string): string => qualifiedType(urn).split("$").at(-1) ?? "";
export const nameOf = (urn: string): string => parts(urn).slice(3).join("::");
export const isStack = (urn: string): boolean => qualifiedType(urn) === STACK_TYPE;

/** Children of the stack itself are named as if they had no parent. */
export function urnOf(place: Place, parent: string, type: string, name: string): string {
  const above = parent === "" || isStack(parent) ? "" : `${qualifiedType(parent)}$`;
  return `urn:pulumi:${place.stack}::${place.project}::${above}${type}::${name}`;
}

/** The URN of a resource of this type and name, were it below that parent, in the same stack and project. */
export function belowParent(parent: string, urn: string): string {
  const [stack, project] = parts(urn);
  return `${stack}::${project}::${qualifiedType(parent)}$${typeOf(urn)}::${nameOf(urn)}`;
}

/** URNs asked for on the command line, word for word or with `*` (not over a colon) and `**` (over anything). */
export class Selection {
  readonly #literals: Set<string>;
  readonly #patterns: RegExp[];

  constructor(wanted: readonly string[]) {
    this.#literals = new Set(wanted.filter((one) => !one.includes("*")));
    this.#patterns = wanted.filter((one) => one.includes("*")).map(pattern);
  }

  get literals(): string[] {
    return [...this.#literals];
  }

  /** False where nothing was asked for. */
  get constrained(): boolean {
    return this.#literals.size > 0 || this.#patterns.length > 0;
  }

  /** Whether it was asked for by name or pattern. */
  has(urn: string): boolean {
    return this.#literals.has(urn) || this.#patterns.some((one) => one.test(urn));
  }

  add(urn: string): void {
    this.#literals.add(urn);
  }
}

function pattern(text: string): RegExp {
  const quoted = text
    .split("**")
    .map((piece) =>
      piece
        .split("*")
        .map((literal) => literal.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"))
        .join("[^:]*"),
    )
    .join(".*");
  return new RegExp(`^${quoted}$`);
}
