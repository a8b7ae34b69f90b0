/** Recognises values that Pulumi does not know yet: in a preview, or because a dependency is being replaced. */
import { isRecord } from "../../base/json";

/** Pulumi's marker for an unknown object, which it shows as an output. */
export const UNKNOWN_OBJECT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Pulumi's markers, one per type; in practice each may stand for a value of any type. */
const UNKNOWNS = new Set([
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  UNKNOWN_OBJECT,
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

export function isUnknown(value: unknown): boolean {
  return typeof value === "string" && UNKNOWNS.has(value);
}

/** True if the value or anything in it is unknown. */
export function hasUnknown(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasUnknown);
  if (isRecord(value)) return Object.values(value).some(hasUnknown);
  return isUnknown(value);
}
