/** What may be forgotten, or be taken for certain, of the rows in the target. */
import { publishedAfter } from "../../src/ingestion/rules/published";
import type { Entry } from "../../src/ingestion/rules/sequence";
import { beginning, type Mutation, publishing, seeing, told, wantedOf } from "./breaking";
import { anyOf, ONE_TARGET } from "./settings";

export const PUBLISHED_MUTATIONS: readonly Mutation[] = [
  {
    name: "an end that nobody knows counts as unpublished",
    kind: "INSERT",
    targets: ONE_TARGET,
    limits: anyOf(1, 2),
    rules: told((event) => {
      if (event.is === "ended" && event.end === "unknown") return { ...event, end: "unpublished" };
      if (event.is !== "observed") return event;
      const known = (entry: Entry): Entry => (entry.is === "unknown" ? { ...entry, is: "unpublished" } : entry);
      return { ...event, entries: event.entries.map(known) };
    }),
  },
  {
    name: "a lost run counts as unpublished",
    kind: "INSERT",
    targets: ONE_TARGET,
    limits: anyOf(2, 2),
    rules: publishing((heart, event, published) =>
      event.is === "ended" && event.end === "lost" ? heart.accounted.published : published,
    ),
  },
  {
    name: "what may have been published before a success may still be the last",
    kind: "REPLACE",
    targets: ONE_TARGET,
    limits: anyOf(0, 3),
    rules: publishing((heart, event, published) =>
      event.is === "ended" && event.end === "success"
        ? publishedAfter(heart.accounted.published, wantedOf(heart), "unknown")
        : published,
    ),
  },
  {
    name: "what an INSERT has added is forgotten where another adds to it",
    kind: "INSERT",
    targets: ONE_TARGET,
    limits: anyOf(0, 3),
    rules: publishing((heart, event, published) =>
      event.is === "ended" && event.end === "success" ? [`${wantedOf(heart).content}+`] : published,
    ),
  },
  {
    name: "rows of an INSERT that are perhaps there are taken for there",
    kind: "INSERT",
    targets: ONE_TARGET,
    limits: anyOf(1, 2),
    rules: beginning((_aim, { published }) => ({
      before: { published: published.map((item) => item.replace("?", "")) },
    })),
  },
  {
    name: "a replacement gives up what other INSERTs have added",
    kind: "INSERT",
    targets: ONE_TARGET,
    limits: anyOf(0, 4),
    rules: seeing((entry, heart) => {
      const isGivenUp = heart !== undefined && entry.number <= (heart.aim.givenUpTo ?? 0) && "content" in entry;
      return isGivenUp && entry.content !== heart.aim.wanted.content ? [] : [entry];
    }),
  },
];
