import { describe, test } from "@jest/globals";
import fc from "fast-check";
import { anyAnswer } from "../../harness/fuzz/border";
import { anyReport } from "../../harness/fuzz/report";
import { runs } from "../../harness/fuzz/runs";

describe("random answers, of which `test/simulation` tries more", () => {
  test("are values of their type, or one clear error", () => fc.assert(anyAnswer, runs(500) as never));
  test("with absurd figures are told and stored all the same", () => fc.assert(anyReport, runs(100) as never));
});
