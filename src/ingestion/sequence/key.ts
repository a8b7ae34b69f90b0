/**
 * Names of an ingestion in Druid: its key and the numbered task ids. They must never change, because every release must
 * find the tasks of earlier releases.
 */
import { createHash } from "node:crypto";

/** `pulumi-<name>-<10 hex>`, computed from the URN and the organization. */
export function keyOf(urn: string, organization: string): string {
  const name = nameOf(urn)
    .slice(0, 24)
    .replace(/[^A-Za-z0-9_-]/g, "-");
  const digest = createHash("sha256").update(`${organization}\n${urn}`).digest("hex");
  return `pulumi-${name}-${digest.slice(0, 10)}`;
}

/** The resource's name: everything after the third `::`, which may itself contain `::`. */
export function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::") || urn;
}

/** Druid puts `query-` before the `sqlQueryId`. */
export const taskIdOf = (key: string, number: number): string => `query-${sqlQueryIdOf(key, number)}`;
export const sqlQueryIdOf = (key: string, number: number): string => `${key}-${number}`;

/** The number of a task in this key's sequence; undefined for any other task. */
export function numberOf(key: string, taskId: string): number | undefined {
  const text = taskId.slice(taskIdOf(key, 0).length - 1);
  const number = Number(text);
  return /^[1-9]\d*$/.test(text) && taskId === taskIdOf(key, number) ? number : undefined;
}

/** Why an operation gives up that finds each of its numbers taken. */
export const IDS_IN_USE = "another process keeps using its task ids; check whether another program runs the same stack";
