/** The fake Druid, its transports and the clocks of tests. */
export { fakeAdapter } from "./adapter";
export { drain, FakeClock, type RunLimits, VirtualClock } from "./clock";
export { type Absence, FakeDruid, type FakeDruidOptions } from "./druid";
export { empty, type FakeAnswer, type FakeRequest, html, json, type Received, text } from "./exchange";
export { type Fault, faults, type Reach } from "./faults";
export type { NodesOptions } from "./nodes";
export { defaultPlan, type Failure, type Plan, type Submitted } from "./plan";
export { type ClusterEvent, type Schedule, seededFaults } from "./seeded";
export { type ServedFake, serveFake } from "./serve";
export type { FakeTask } from "./tasks";
export { seededRandom } from "./timeline";
export { isRun, type Trouble } from "./trouble";
export type { LedgerEntry } from "./warehouse";
