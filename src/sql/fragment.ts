/** Marks an output as SQL, so that a template that contains it does not quote it like a value. */
import * as pulumi from "@pulumi/pulumi";
import { list, literal, ValueFault } from "./literal";
import type { Piece, PieceKind } from "./template";

/** Registered globally, so that several copies of this package in one program share it. */
const KIND = Symbol.for("pulumi-druid.sql");

export function fragment(sql: pulumi.Input<string>, kind: PieceKind): pulumi.Output<string> {
  return Object.defineProperty(pulumi.output(sql), KIND, { value: kind }) as pulumi.Output<string>;
}

/** Undefined for a value that must be quoted. */
export function kindOf(value: unknown): PieceKind | undefined {
  if (!pulumi.Output.isInstance(value) || !(KIND in value)) return undefined;
  return (value as unknown as Record<symbol, PieceKind>)[KIND];
}

/** What a value becomes in a template. Throws faults of plain values at once, those of outputs when they resolve. */
export function pieceOf(value: unknown, name: string): pulumi.Input<Piece> {
  if (pulumi.Output.isInstance(value)) {
    const kind = kindOf(value);
    if (kind === undefined) return value.apply((known) => pieceOf(known, name)) as pulumi.Output<Piece>;
    return (value as pulumi.Output<string>).apply((text) => ({ text, kind }));
  }
  if (value instanceof Promise) return value.then((known) => pulumi.output(pieceOf(known, name))) as Promise<never>;
  if (!Array.isArray(value)) return { text: named(name, () => literal(value)), kind: "token" };
  const items = value.map((item, index) => {
    const itemName = `item ${index + 1} of ${name}`;
    if (Array.isArray(item)) named(itemName, () => refuse("is a list within a list, which SQL does not have"));
    return pieceOf(item, itemName);
  });
  if (items.length === 0) named(name, () => list([]));
  return pulumi
    .output(items)
    .apply((pieces) => ({ text: list((pieces as Piece[]).map(({ text }) => text)), kind: "list" as const }));
}

/** Runs `write`; if it finds a fault in a value, adds the value's name to the error. */
export function named<T>(name: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    throw error instanceof ValueFault ? new pulumi.RunError(`Cannot build the SQL: ${name} ${error.message}`) : error;
  }
}

export function refuse(reason: string): never {
  throw new ValueFault(reason);
}
