import { describe } from "@jest/globals";
import { recordedCases } from "./suite";

describe("the recorded cases, with the newest SDK", () => recordedCases("pulumi-newest"));
