/**
 * The text that each task of a sequence carries in its context: whose it is and what it loads, or what the number is
 * for where the task does nothing. Public for ever: what one release has written the next must find.
 */
import type { WriteKind } from "../rules/published";

/** The context key that the text stands under. */
export const CONTEXT_KEY = "pulumiDruid";

/** What a run loads. */
export interface Load {
  content: string;
  kind: WriteKind;
  target: string | undefined;
}

export type Marker = { urn: string } & (
  | ({ is: "run" } & Load)
  /** Fences the number: nothing late can run under it. */
  | { is: "mark" }
  /** The datasource was dropped. */
  | { is: "tombstone"; target: string }
  /** The user says that this task is the ingestion's run; `runs`: it had not ended when this was written. */
  | ({ is: "adopted"; taskId: string; runs: boolean } & Load)
  /** The ingestion had another name, with this key: its numbers up to `upTo` belong before this one. */
  | { is: "from"; key: string; upTo: number }
  /** The ingestion has another name now: what comes after this one is of somebody else. */
  | { is: "to"; key: string }
);

/** A lone dash says that there is none, so a datasource of that name is written otherwise. */
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

/** Undefined for whatever is not ours. */
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

/** The URN is the rest, since it may hold spaces. */
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
