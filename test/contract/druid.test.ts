/**
 * What every simulation rests on: the fake Druid behaves as a real one. Each test runs against both, through our
 * client; what each of them answered is noted by label, and at the end the fake's answers must fit Druid's in shape.
 */
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Asked } from "./asked";
import { contractOfData } from "./data";
import { contractOfPlanning } from "./planning";
import { differences } from "./shapes";
import { fakeTarget, realTarget } from "./targets";
import { contractOfTasks } from "./tasks";

const fake = new Asked();
const real = new Asked();

describe.each([
  ["fake", fake, fakeTarget],
  ["real", real, realTarget],
] as const)("the %s Druid", (_, asked, start) => {
  beforeAll(async () => asked.begin(await start()));
  afterAll(() => asked.end());
  contractOfTasks(asked);
  contractOfData(asked);
  contractOfPlanning(asked);
});

/** Answers of which the fake tells a part: the rest is about data that it does not have. */
const PARTLY = /report|payload|segments|rules|warnings/;

/** What newer releases say otherwise than 27, after which the fake was made, by the first of them. */
const SINCE: [major: number, difference: RegExp][] = [
  [28, /^report of SELECT: \$\.payload\.results\.resultsTruncted: /],
  [30, /^second noop: \$\.(errorCode|category): /],
  // What is small is merged at once, in one level.
  [31, /\.sortProgress\.levelTo(Total|Merged)Batches\.[12]: /],
  // The Overlord tells the place of a task that has ended up to a minute late: it polls its own list from storage.
  [35, /^status of SUCCESS: \$\.location\.host: /],
];

test("every answer of the fake fits the real one's", () => {
  expect([...fake.shapes.keys()].sort()).toEqual([...real.shapes.keys()].sort());
  const known = SINCE.filter(([major]) => real.since(major)).map(([, difference]) => difference);
  const found = [...fake.shapes].flatMap(([label, shape]) => {
    const other = real.shapes.get(label) ?? "null";
    const lines = differences(shape, other, !PARTLY.test(label)).map((line) => `${label}: ${line}`);
    return lines.filter((line) => !known.some((difference) => difference.test(line)));
  });
  expect(found).toEqual([]);
});
