/** 10,000 runs of each property; a failure prints the seed. `FUZZ_RUNS` and `FUZZ_SEED` search longer and elsewhere. */
import { describe, test } from "@jest/globals";
import fc from "fast-check";
import { anyAnswer } from "../harness/fuzz/border";
import { anyLife } from "../harness/fuzz/life";
import { anyReport } from "../harness/fuzz/report";
import { runs } from "../harness/fuzz/runs";
import { anyCredential, anyStatement } from "../harness/fuzz/sql";

describe("10,000 times", () => {
  test("any answer of Druid", () => fc.assert(anyAnswer, runs(10_000) as never), 300_000);
  test("any answers in the middle of a load (300 times)", () => fc.assert(anyLife, runs(300) as never), 300_000);
  test("any figures in a report and a status", () => fc.assert(anyReport, runs(10_000) as never), 300_000);
  test("any statement", () => fc.assert(anyStatement, runs(10_000) as never), 300_000);
  test("any credential in a statement", () => fc.assert(anyCredential, runs(10_000) as never), 300_000);
});
