import { describe } from "@jest/globals";
import { recordedCases } from "./suite";

describe("the recorded cases, with the oldest SDK", () => recordedCases("@pulumi/pulumi"));
