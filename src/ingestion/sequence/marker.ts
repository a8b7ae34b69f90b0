/**
 * The text in the context of each task of a sequence: whose task it is and what it loads, or, if it does nothing, what
 * it marks. The format must never change, because every release must read what earlier releases wrote.
 */
import type { WriteKind } from "../rules/published";

/** The context key of the text. */
export const CONTEXT_KEY = "pulumiDruid";

/** What a run loads. */
export interface Load {
  content: string;
  kind: WriteKind;
  target: string | undefined;
}

export type Marker = { urn: string } & (
  | ({ is: "run" } & Load)
  /** Fences the number, so that no delayed request can use it. */
  | { is: "mark" }
  /** The datasource was dropped. */
  | { is: "tombstone"; target: string }
  /** The user declared this task the ingestion's run; `runs`: it was still running at that time. */
  | ({ is: "adopted"; taskId: string; runs: boolean } & Load)
  /** The ingestion had another name with this key; the numbers of that key up to `upTo` come before this one. */
  | { is: "from"; key: string; upTo: number }
  /** The ingestion has another name with this key now; later numbers belong to another ingestion. */
  | { is: "to"; key: string }
);

/** A single dash means "none", so a datasource of that name is escaped. */
const encodeName = (target: string | undefined) =>
  target === "-" ? "%2D" : target === undefined ? "-" : encodeURIComponent(target) || "-";
const decodeName = (text: string) => (text === "-" ? undefined : decodeURIComponent(text));

export function writeMarker(marker: Marker): string {
  const { urn } = marker;
  switch (marker.is) {
    case "run":
      return `${marker.content} ${marker.kind} ${encodeName(marker.target)} ${urn}`;
    case "mark":
      return `mark - ${urn}`;
    case "tombstone":
      return `tombstone ${encodeName(marker.target)} ${urn}`;
    case "adopted": {
      const { taskId, runs, content, kind, target } = marker;
      return `${runs ? "adopts" : "adopted"} ${encodeName(taskId)} ${content} ${kind} ${encodeName(target)} ${urn}`;
    }
    case "from":
      return `from ${marker.key} ${marker.upTo} ${urn}`;
    case "to":
      return `to ${marker.key} ${urn}`;
  }
}

const KINDS: readonly string[] = ["INSERT", "EXPORT", "REPLACE", "REPLACE_PART", "SELECT"] satisfies WriteKind[];
const isKind = (text: string): text is WriteKind => KINDS.includes(text);

/** Undefined for any text that is not ours. */
export function readMarker(text: unknown): Marker | undefined {
  if (typeof text !== "string") return undefined;
  const [verb = "", ...words] = text.split(" ");
  try {
    if (/^v\d+:/.test(verb)) return loadOf([verb, ...words], (load, urn) => ({ is: "run", ...load, urn }));
    switch (verb) {
      case "mark":
        return ended(words, 1, ([none], urn) => (none === "-" ? { is: "mark", urn } : undefined));
      case "tombstone":
        return ended(words, 1, ([of = ""], urn) => {
          const target = decodeName(of);
          return target === undefined ? { is: "mark", urn } : { is: "tombstone", target, urn };
        });
      case "adopts":
      case "adopted":
        return loadOf(words.slice(1), (load, urn) => {
          const taskId = decodeName(words[0] ?? "");
          return taskId ? { is: "adopted", taskId, runs: verb === "adopts", ...load, urn } : undefined;
        });
      case "from":
        return ended(words, 2, ([key = "", upTo = ""], urn) =>
          key && /^\d+$/.test(upTo) ? { is: "from", key, upTo: Number(upTo), urn } : undefined,
        );
      case "to":
        return ended(words, 1, ([key = ""], urn) => (key ? { is: "to", key, urn } : undefined));
    }
  } catch {
    // A broken percent-escape: not written by us.
  }
  return undefined;
}

/** The URN comes last, because it may contain spaces. */
function ended(
  words: readonly string[],
  count: number,
  make: (words: readonly string[], urn: string) => Marker | undefined,
): Marker | undefined {
  const urn = words.slice(count).join(" ");
  return words.length > count && urn !== "" ? make(words.slice(0, count), urn) : undefined;
}

function loadOf(words: readonly string[], make: (load: Load, urn: string) => Marker | undefined): Marker | undefined {
  return ended(words, 3, ([content = "", kind = "", target = ""], urn) => {
    if (!/^v\d+:\S+$/.test(content) || !isKind(kind) || target === "") return undefined;
    return make({ content, kind, target: decodeName(target) }, urn);
  });
}
