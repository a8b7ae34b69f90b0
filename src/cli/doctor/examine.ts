/** Looks at everything, from the way there to the settings. What cannot be looked at becomes a finding, not an error. */
import { messageOf } from "../../base/errors";
import { type Finding, warning } from "./finding";
import type { Looker } from "./looker";
import { reach } from "./reach";
import { rights } from "./rights";
import { role } from "./role";
import { segments } from "./segments";
import { servers } from "./servers";
import { settings } from "./settings";
import { slots } from "./slots";

export async function examine(looker: Looker): Promise<Finding[]> {
  const way = await reach(looker);
  if (isHopeless(way)) return way;
  const kind = await orFinding("router", role(looker));
  if (isHopeless(kind)) return [...way, ...kind];
  const findings = [...way, ...kind];
  // One after the other: a doctor is called when a cluster is not well.
  for (const [id, look] of LOOKS) findings.push(...(await orFinding(id, look(looker))));
  return findings;
}

const LOOKS = [
  ["versions", servers],
  ["load", rights],
  ["slots", slots],
  ["segments", segments],
  ["settings", settings],
] as const;

const isHopeless = (findings: readonly Finding[]) => findings.some(({ level }) => level === "problem");

function orFinding(id: string, look: Promise<Finding[]>): Promise<Finding[]> {
  return look.catch((error) => {
    const [cause = "", ...next] = messageOf(error).split("; ");
    const mend = next.join("; ") || "mend that, and run doctor again";
    return [warning(id, cause, "Whether this stops an ingestion is not known.", mend)];
  });
}
