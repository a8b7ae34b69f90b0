import type { Part } from "../part";

export const done: Part = async () => ({ tables: [], goals: {} });
