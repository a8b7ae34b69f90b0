/** The operations of a Pulumi provider, one function each. */
export { create, update } from "./apply";
export { check } from "./check";
export { diff } from "./diff";
export { Neighbours } from "./neighbours";
export type { Parts } from "./parts";
export { read } from "./read";
export { remove } from "./remove";
export type { Properties } from "./state";
