import type { Part } from "../part";

export const waiting: Part = async () => ({ tables: [], goals: {} });
