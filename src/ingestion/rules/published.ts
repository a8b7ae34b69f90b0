/**
 * What may be in the target: the loads of one ingestion since the target was last emptied or overwritten, oldest first.
 * A REPLACE overwrites what came before it. An INSERT adds: its rows stay beside those of every other one, so each is
 * remembered, or it would be loaded twice when it is wanted again. Pure.
 */
import type { StatementKind } from "../../statement/clauses";

/**
 * Each item is a content (`v1:<hash>`), then `+` where its rows were added to what was there, then `?` where Druid did
 * not tell whether they were published. Empty: nothing is there.
 */
export type Published = readonly string[];

/** How a statement writes. `REPLACE_PART` overwrites an interval only; a SELECT writes nothing. */
export type WriteKind = StatementKind | "REPLACE_PART";

/** Rows that a delete has left behind: they are there, but are not what anybody wants. */
const GIVEN_UP = "given-up";

/** Whether a second run of the same content would add its rows a second time. */
export const adds = (kind: WriteKind): boolean => kind === "INSERT" || kind === "EXPORT";

const isUncertain = (item: string): boolean => item.endsWith("?");
const isAdded = (item: string): boolean => item.endsWith("+") || item.endsWith("+?");
/** The content of an item. */
export const contentOfItem = (item: string): string => item.replace(/\+?\??$/, "");
const doubted = (item: string): string => (isUncertain(item) ? item : `${item}?`);

/** What may be in the target once a run of `content` has ended. */
export function publishedAfter(
  published: Published,
  { content, kind }: { content: string; kind: WriteKind },
  end: "success" | "unpublished" | "unknown" | "lost",
): Published {
  if (end === "unpublished") return published;
  return end === "success" ? afterSuccess(published, content, kind) : afterDoubt(published, content, kind);
}

function afterSuccess(published: Published, content: string, kind: WriteKind): Published {
  if (kind === "REPLACE") return [content];
  const others = published.filter((item) => isAdded(item) && contentOfItem(item) !== content);
  if (adds(kind)) return [...others, `${content}+`];
  // The interval that was overwritten may have been theirs.
  return [...(kind === "REPLACE_PART" ? others.map(doubted) : others), content];
}

function afterDoubt(published: Published, content: string, kind: WriteKind): Published {
  if (adds(kind)) return published.includes(`${content}+`) ? published : withItem(published, `${content}+?`);
  // A load that is there, and is perhaps written over by itself, stays what it is.
  if (published.at(-1) === content) return published;
  const before = kind === "SELECT" ? published : published.map((item) => (isAdded(item) ? doubted(item) : item));
  return withItem(before, `${content}?`);
}

const withItem = (published: Published, item: string): Published => [
  ...published.filter((other) => other !== item),
  item,
];

/**
 * What a delete leaves to the replacement that follows it. What is wanted is to come once more; what else an INSERT has
 * added is there as before.
 */
export function givenUp(published: Published, wanted: { content?: string; kind?: WriteKind }): Published {
  if (published.length === 0) return published;
  if (!wanted.kind || !adds(wanted.kind)) return [GIVEN_UP];
  const others = published.filter((item) => isAdded(item) && contentOfItem(item) !== wanted.content);
  return others.length === published.length ? published : [GIVEN_UP, ...others];
}

/** Whether what is wanted is in the target: for an INSERT at all, for a REPLACE as the last that was loaded. */
export function standing(
  published: Published,
  wanted: { content: string; kind: WriteKind },
): "there" | "perhaps" | "not" {
  if (adds(wanted.kind)) {
    if (published.includes(`${wanted.content}+`)) return "there";
    return published.includes(`${wanted.content}+?`) ? "perhaps" : "not";
  }
  // Going back from the last to the first that is certain: each of these may be the last.
  const certain = published.findLastIndex((item) => !isUncertain(item));
  const last = published.slice(Math.max(0, certain));
  const isAny = last.some((item) => contentOfItem(item) === wanted.content);
  if (!isAny) return "not";
  return certain >= 0 && last.every((item) => contentOfItem(item) === wanted.content) ? "there" : "perhaps";
}
