/** The shape of an answer: which keys, and which kind of value behind each. What the fake answers must fit Druid's. */

export type Shape = string | { [key: string]: Shape } | Shape[];

export function shapeOf(value: unknown): Shape {
  if (value === null || value === undefined) return "null";
  if (Array.isArray(value)) return value.length === 0 ? [] : [value.map(shapeOf).reduce(merged)];
  if (typeof value !== "object") return typeof value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .map(([key, inner]) => [key, shapeOf(inner)]),
  );
}

function merged(one: Shape, other: Shape): Shape {
  if (typeof one === "string" || typeof other === "string" || Array.isArray(one) || Array.isArray(other)) return one;
  return { ...other, ...one };
}

/** What of `fake` the real answer does not have, one line each; and where `whole`, also what the fake lacks. */
export function differences(fake: Shape, real: Shape, whole: boolean, path = "$"): string[] {
  if (typeof fake === "string" || typeof real === "string") {
    const same = JSON.stringify(fake) === JSON.stringify(real);
    return same ? [] : [`${path}: ${JSON.stringify(fake)} in the fake, ${JSON.stringify(real)} in Druid`];
  }
  if (Array.isArray(fake) || Array.isArray(real)) {
    if (!Array.isArray(fake) || !Array.isArray(real)) return [`${path}: an array in one only`];
    const [one, other] = [fake[0], real[0]];
    return one === undefined || other === undefined ? [] : differences(one, other, whole, `${path}[]`);
  }
  const missing = Object.keys(real).filter((key) => whole && !(key in fake));
  return [
    ...missing.map((key) => `${path}.${key}: missing in the fake`),
    ...Object.entries(fake).flatMap(([key, inner]) => {
      const other = real[key];
      return other === undefined
        ? [`${path}.${key}: in the fake only`]
        : differences(inner, other, whole, `${path}.${key}`);
    }),
  ];
}
