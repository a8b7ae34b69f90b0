import { describe, expect, test } from "@jest/globals";
import { DruidIngestionError } from "../../../../src/base/errors";
import { takeSlots } from "../../../../src/ingestion/run/slots";
import { drain, faults } from "../../../harness/fake";
import { type Recorded, sessionOver } from "../../../harness/virtual/session";

/** Ingestions by name; each enters `in` when it has its slots. */
function gate(recorded: Recorded) {
  const entered: string[] = [];
  const releases = new Map<string, () => void>();
  const errors = new Map<string, unknown>();
  const stops = new Map<string, AbortController>();
  const enter = (name: string, tasks: number, running = false) => {
    const { session, stop } = recorded.another();
    stops.set(name, stop);
    takeSlots(session, tasks, running).then(
      (release) => {
        entered.push(name);
        releases.set(name, release);
      },
      (error) => errors.set(name, error),
    );
  };
  return {
    entered,
    errors,
    enter,
    leave: (name: string) => releases.get(name)?.(),
    stop: (name: string) => stops.get(name)?.abort(new DruidIngestionError("interrupted", "stop")),
  };
}

describe("takeSlots()", () => {
  test("lets in what fits together, and asks the cluster once", async () => {
    const recorded = sessionOver({ capacity: 8 });
    const { entered, enter } = gate(recorded);
    for (const name of ["a", "b", "c"]) enter(name, 2);
    await drain(50);
    expect(entered).toEqual(["a", "b", "c"]);
    expect(recorded.fake.receivedOn("capacity")).toHaveLength(1);
  });

  test("all that come at once wait for the cluster's answer, so that none slips in before it", async () => {
    const { entered, enter } = gate(sessionOver({ capacity: 4 }));
    for (const name of ["a", "b", "c", "d"]) enter(name, 2);
    await drain(50);
    expect(entered).toEqual(["a", "b"]);
  });

  test("lets the others in one after the other, as slots come back", async () => {
    const recorded = sessionOver({ capacity: 4 });
    const { entered, enter, leave } = gate(recorded);
    for (const name of ["a", "b", "c", "d"]) enter(name, 2);
    await drain(50);
    leave("a");
    leave("a");
    await drain();
    expect(entered).toEqual(["a", "b", "c"]);
    leave("c");
    await drain();
    expect(entered).toEqual(["a", "b", "c", "d"]);
    expect(recorded.said).toEqual([
      "waiting for other ingestions: 4 of 4 task slots are in use by this `pulumi up`",
      "waiting for other ingestions: 4 of 4 task slots are in use by this `pulumi up`",
    ]);
  });

  test("repeats what it waits for, because a status right after another one is not shown", async () => {
    const recorded = sessionOver({ capacity: 4 });
    const { entered, enter, leave } = gate(recorded);
    for (const name of ["a", "b", "c"]) enter(name, 2);
    await drain(50);
    await recorded.clock.advance(2_500);
    expect(recorded.said).toHaveLength(3);
    leave("a");
    await recorded.clock.advance(5_000);
    expect(entered).toEqual(["a", "b", "c"]);
    expect(recorded.said).toHaveLength(3);
  });

  test("one alone always goes, however much it wants", async () => {
    const { entered, enter, leave } = gate(sessionOver({ capacity: 4 }));
    enter("large", 50);
    enter("small", 2);
    await drain(50);
    expect(entered).toEqual(["large"]);
    leave("large");
    await drain();
    expect(entered).toEqual(["large", "small"]);
  });

  test("a large one is not overtaken for ever by small ones", async () => {
    const { entered, enter, leave } = gate(sessionOver({ capacity: 4 }));
    enter("a", 2);
    enter("large", 4);
    enter("b", 2);
    await drain(50);
    expect(entered).toEqual(["a"]);
    leave("a");
    await drain();
    expect(entered).toEqual(["a", "large"]);
    leave("large");
    await drain();
    expect(entered).toEqual(["a", "large", "b"]);
  });

  test("one that runs already is counted and never held", async () => {
    const { entered, enter, leave } = gate(sessionOver({ capacity: 4 }));
    enter("a", 4);
    enter("b", 4);
    enter("running", 4, true);
    await drain(50);
    expect(entered).toEqual(["a", "running"]);
    leave("a");
    await drain();
    expect(entered).toEqual(["a", "running"]);
    leave("running");
    await drain();
    expect(entered).toEqual(["a", "running", "b"]);
  });

  test("one that is interrupted while it waits gives its place to those behind", async () => {
    const { entered, errors, enter, stop } = gate(sessionOver({ capacity: 4 }));
    enter("a", 2);
    enter("large", 4);
    enter("b", 2);
    await drain(50);
    stop("large");
    await drain();
    expect(entered).toEqual(["a", "b"]);
    expect(errors.get("large")).toMatchObject({ message: "stop" });
  });

  test("one that is interrupted before it waits never waits", async () => {
    const recorded = sessionOver({ capacity: 2 });
    const { entered, errors, enter, stop } = gate(recorded);
    enter("a", 2);
    await drain(50);
    enter("b", 2);
    stop("b");
    await drain();
    expect(entered).toEqual(["a"]);
    expect(errors.get("b")).toMatchObject({ message: "stop" });
  });

  test("one that is interrupted while the cluster is asked leaves the others their answer", async () => {
    const recorded = sessionOver({ capacity: 2 });
    recorded.fake.faults.add(faults.slow(5_000, { on: "capacity" }));
    const { entered, errors, enter, stop } = gate(recorded);
    enter("a", 2);
    enter("b", 2);
    await drain();
    stop("a");
    await recorded.clock.advance(6_000);
    expect([entered, [...errors.keys()]]).toEqual([["b"], ["a"]]);
    expect(recorded.fake.receivedOn("capacity")).toHaveLength(1);
  });

  test.each([["is forbidden", { forbidden: ["capacity", "workers"] }]])(
    "where asking %s, all go",
    async (_name, options) => {
      const { entered, enter } = gate(sessionOver(options));
      for (const name of ["a", "b", "c"]) enter(name, 100);
      await drain(50);
      expect(entered).toEqual(["a", "b", "c"]);
    },
  );

  test("a cluster that does not answer is no reason to fail", async () => {
    const recorded = sessionOver();
    recorded.fake.faults.add(faults.refuse({ times: 99 }));
    const { entered, errors, enter } = gate(recorded);
    enter("a", 2);
    await recorded.clock.advance(20_000);
    expect([entered, errors.size]).toEqual([["a"], 0]);
  });

  test("the cluster is asked again after a while: it may have grown", async () => {
    const recorded = sessionOver({ capacity: 2 });
    const { entered, enter, leave } = gate(recorded);
    enter("a", 2);
    await drain(50);
    await recorded.clock.advance(31_000);
    enter("b", 2);
    await drain(50);
    expect(recorded.fake.receivedOn("capacity")).toHaveLength(2);
    leave("a");
    await drain();
    expect(entered).toEqual(["a", "b"]);
  });

  test("sessions of other clients have their own slots", async () => {
    const one = gate(sessionOver({ capacity: 2 }));
    const two = gate(sessionOver({ capacity: 2 }));
    one.enter("a", 2);
    two.enter("b", 2);
    await drain(50);
    expect([one.entered, two.entered]).toEqual([["a"], ["b"]]);
  });
});
