import { describe, expect, test } from "@jest/globals";
import { type Marker, readMarker, writeMarker } from "../../../../src/ingestion/sequence/marker";

const PREFIX = "urn:pulumi:prod::shop::pulumi-nodejs:dynamic/druid:MsqIngestion::";

describe("markers", () => {
  const urn = `${PREFIX}a name with spaces`;
  const markers: Marker[] = [
    { is: "mark", urn },
    { is: "tombstone", target: "events", urn },
    ...["events", "my events", "100 % of", "a%20b", "größe", "-", "😀", 'quo"te', "a\nb"].map(
      (target): Marker => ({ is: "run", content: `v1:${"0".repeat(64)}`, kind: "INSERT", target, urn }),
    ),
    { is: "run", content: "v1:abc", kind: "SELECT", target: undefined, urn },
    { is: "run", content: "v2:later", kind: "REPLACE_PART", target: "events", urn },
    { is: "adopted", taskId: "query by hand", runs: true, content: "v1:abc", kind: "INSERT", target: "events", urn },
    { is: "adopted", taskId: "query-1", runs: false, content: "v1:abc", kind: "EXPORT", target: undefined, urn },
    { is: "from", key: "pulumi-old-0123456789", upTo: 17, urn },
    { is: "to", key: "pulumi-new-0123456789", urn },
  ];

  test.each(markers.map((marker) => [writeMarker(marker), marker] as const))(
    "%j is read as it was written",
    (text, marker) => {
      expect(readMarker(text)).toEqual(marker);
    },
  );

  test("are the texts that every release writes", () => {
    expect(writeMarker({ is: "run", content: "v1:abc", kind: "INSERT", target: "my events", urn: "U" })).toBe(
      "v1:abc INSERT my%20events U",
    );
    expect(writeMarker({ is: "run", content: "v1:abc", kind: "SELECT", target: undefined, urn: "U" })).toBe(
      "v1:abc SELECT - U",
    );
    const load = { content: "v1:abc", kind: "INSERT", target: "my events" } as const;
    expect(writeMarker({ is: "adopted", taskId: "t 1", runs: true, ...load, urn: "U" })).toBe(
      "adopts t%201 v1:abc INSERT my%20events U",
    );
    expect(writeMarker({ is: "adopted", taskId: "t", runs: false, ...load, urn: "U" })).toBe(
      "adopted t v1:abc INSERT my%20events U",
    );
    expect(writeMarker({ is: "from", key: "k", upTo: 3, urn: "U" })).toBe("from k 3 U");
    expect(writeMarker({ is: "to", key: "k", urn: "U" })).toBe("to k U");
    expect(writeMarker({ is: "mark", urn: "U" })).toBe("mark - U");
    expect(writeMarker({ is: "tombstone", target: "a b", urn: "U" })).toBe("tombstone a%20b U");
  });

  test.each([
    undefined,
    null,
    7,
    {},
    "",
    " ",
    "mark",
    "mark -",
    "tombstone",
    "tombstone events",
    "v1:abc",
    "v1:abc INSERT events",
    "v1: INSERT events U",
    "abc INSERT events U",
    "v1:abc INSERT %E0%A4%A U",
    "tombstone %zz U",
    "v1:abc MERGE events U",
    "adopts t v1:abc INSERT events",
    "adopted - v1:abc INSERT events U",
    "from k x U",
    "from k 3",
    "to k",
    "hello there my friend U",
  ])("%j is nothing of ours", (text) => expect(readMarker(text)).toBeUndefined());
});
