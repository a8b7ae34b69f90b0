import type { Part } from "../part";

export const start: Part = async () => ({ tables: [], goals: {} });
