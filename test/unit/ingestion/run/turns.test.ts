import { describe, expect, test } from "@jest/globals";
import { DruidIngestionError } from "../../../../src/base/errors";
import { takePlace } from "../../../../src/ingestion/run/turns";
import { drain } from "../../../harness/fake";
import { sessionOver } from "../../../harness/virtual/session";

describe("takePlace()", () => {
  function place(capacity: number) {
    const recorded = sessionOver({ capacity });
    const entered: string[] = [];
    const leaves = new Map<string, () => void>();
    const stops = new Map<string, AbortController>();
    const enter = (name: string, limit: number | undefined, running = false) => {
      const { session, stop } = recorded.another();
      stops.set(name, stop);
      const turns = limit === undefined ? undefined : { name: "backfill", limit };
      takePlace(session, { turns, tasks: 2 }, running).then(
        (leave) => {
          entered.push(name);
          leaves.set(name, leave);
        },
        () => undefined,
      );
    };
    return { entered, enter, leave: (name: string) => leaves.get(name)?.(), stops };
  }

  test("lets in as many as the limit allows, in order, and does not limit other ingestions", async () => {
    const { entered, enter, leave } = place(100);
    for (const name of ["a", "b", "c", "d"]) enter(name, 2);
    enter("alone", undefined);
    await drain(50);
    expect(entered.sort()).toEqual(["a", "alone", "b"]);
    leave("a");
    leave("a");
    await drain();
    expect(entered).toEqual(["a", "alone", "b", "c"]);
  });

  test("counts a task that already runs, even above the limit", async () => {
    const { entered, enter, leave } = place(100);
    enter("a", 1, true);
    enter("b", 1, true);
    enter("c", 1);
    await drain(50);
    expect(entered).toEqual(["a", "b"]);
    leave("a");
    await drain();
    expect(entered).toEqual(["a", "b"]);
    leave("b");
    await drain();
    expect(entered).toEqual(["a", "b", "c"]);
  });

  test("gives the turn of an ingestion that is interrupted while it waits for slots to the next", async () => {
    const { entered, enter, leave, stops } = place(2);
    enter("other", undefined);
    enter("a", 1);
    enter("b", 1);
    await drain(50);
    expect(entered).toEqual(["other"]);
    stops.get("a")?.abort(new DruidIngestionError("interrupted", "stop"));
    leave("other");
    await drain(50);
    expect(entered).toEqual(["other", "b"]);
  });
});
