/**
 * What may be in the target: the loads of one ingestion since the target was last emptied or overwritten, oldest first.
 * A REPLACE overwrites earlier loads. The rows of an INSERT stay there with all others, so each INSERT is recorded:
 * otherwise it would be loaded twice if the program returned to it. Pure.
 */
import type { StatementKind } from "../../statement/clauses";

/**
 * Each item is a content (`v1:<hash>`), followed by `+` if its rows were added to others, and by `?` if it is unknown
 * whether they were published. An empty list means that nothing is there.
 */
export type Published = readonly string[];

/** How a statement writes. `REPLACE_PART` overwrites only an interval; a SELECT writes nothing. */
export type WriteKind = StatementKind | "REPLACE_PART";

/** Stands for rows left behind by a delete: they exist, but match no wanted content. */
const GIVEN_UP = "given-up";

/** Whether a second run of the same content would add its rows a second time. */
export const adds = (kind: WriteKind): boolean => kind === "INSERT" || kind === "EXPORT";

const isUncertain = (item: string): boolean => item.endsWith("?");
export const isAdded = (item: string): boolean => item.endsWith("+") || item.endsWith("+?");
/** The content of an item. */
const contentOfItem = (item: string): string => item.replace(/\+?\??$/, "");
const doubted = (item: string): string => (isUncertain(item) ? item : `${item}?`);

/** What may be in the target after a run of `content` has ended. */
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
  // The overwritten interval may have contained their rows.
  return [...(kind === "REPLACE_PART" ? others.map(doubted) : others), content];
}

function afterDoubt(published: Published, content: string, kind: WriteKind): Published {
  if (adds(kind)) return published.includes(`${content}+`) ? published : withItem(published, `${content}+?`);
  // Loading what was loaded last changes nothing, whether it was published or not.
  if (published.at(-1) === content) return published;
  const before = kind === "SELECT" ? published : published.map((item) => (isAdded(item) ? doubted(item) : item));
  return withItem(before, `${content}?`);
}

const withItem = (published: Published, item: string): Published => [
  ...published.filter((other) => other !== item),
  item,
];

/** The same loads, if it is unknown whether those of this content were complete. */
export const inDoubt = (published: Published, content: string): Published =>
  published.map((item) => (contentOfItem(item) === content ? doubted(item) : item));

/**
 * What the replacement after a delete has to assume: the wanted content must be loaded again, while the rows of other
 * INSERTs are still there.
 */
export function givenUp(published: Published, wanted: { content?: string; kind?: WriteKind }): Published {
  if (published.length === 0) return published;
  if (!wanted.kind || !adds(wanted.kind)) return [GIVEN_UP];
  const others = published.filter((item) => isAdded(item) && contentOfItem(item) !== wanted.content);
  return others.length === published.length ? published : [GIVEN_UP, ...others];
}

/** Whether the wanted content is in the target: for an INSERT anywhere, for a REPLACE as the last load. */
export function standing(
  published: Published,
  wanted: { content: string; kind: WriteKind },
): "there" | "perhaps" | "not" {
  if (adds(wanted.kind)) {
    if (published.includes(`${wanted.content}+`)) return "there";
    return published.includes(`${wanted.content}+?`) ? "perhaps" : "not";
  }
  // Any load from the last certain one onwards may be the last that was published.
  const certain = published.findLastIndex((item) => !isUncertain(item));
  const last = published.slice(Math.max(0, certain));
  const isAny = last.some((item) => contentOfItem(item) === wanted.content);
  if (!isAny) return "not";
  return certain >= 0 && last.every((item) => contentOfItem(item) === wanted.content) ? "there" : "perhaps";
}
