import type { Part } from "../part";

export const many: Part = async () => ({ tables: [], goals: {} });
