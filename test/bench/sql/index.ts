import type { Part } from "../part";

export const sql: Part = async () => ({ tables: [], goals: {} });
