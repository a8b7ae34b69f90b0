/**
 * How tasks go on from launch to end, drawn at random by kind. Times of a shape are shares of its duration, so that
 * one shape fits a task of a second and one of six hours.
 */
import { seededRandom } from "../../harness/fake/timeline";
import { stagesAt } from "./course";
import { LONGEST_MS, SECOND_MS, type Task, type Version } from "./task";

/** Which of a stage's input has been read after a share of its reading time. */
export type Curve = (share: number) => number;

export interface StageShape {
  /** Shares of the task's duration: until all input is read, and from then until the stage has finished. */
  reading: number;
  after: number;
  curve: Curve;
  /** How many files the first stage reads, or how many segments the last one writes, one after the other. */
  parts: number;
  /** A worker was lost: from this share of the reading time on, for a while, its rows are missing. */
  lostAt?: number;
}

export interface Shape {
  kind: string;
  version: Version;
  durationMs: number;
  /** Before the first stage, and after the last one, when Druid publishes; shares of the duration. */
  before: number;
  publishing: number;
  stages: StageShape[];
}

/**
 * Pacing was tuned on the shapes of one seed and is judged on those of another: nothing was chosen because of how the
 * judging shapes come out. The recorded shapes are for judging only, too.
 */
export const TUNING_SEED = 1_000;
export const JUDGING_SEED = 2_000;

/** How long a worker writes one segment, which has three million rows unless the query says otherwise. */
const SEGMENT_MIN_MS = 10_000;
const SEGMENT_MAX_MS = 200_000;

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** Kinds other than `instant` at durations from 1 s to 6 h, as many short as long ones. */
export function drawnTasks(seed: number, ofEach: number): Task[] {
  const random = seededRandom(seed);
  return KINDS.flatMap((kind) =>
    Array.from({ length: ofEach }, (_, number) => {
      const place = (number + random()) / ofEach;
      const durationMs =
        kind === "instant" ? SECOND_MS * (1 + 2 * place) : SECOND_MS * (LONGEST_MS / SECOND_MS) ** place;
      return taskOf(shapeOf(kind, durationMs, random));
    }),
  );
}

/** Each kind but `instant`, of one hour, half a minute more or less: else each fixed pause would fit it by chance. */
export function hourTasks(seed: number, ofEach: number): Task[] {
  const random = seededRandom(seed + 1);
  const kinds = KINDS.filter((kind) => kind !== "instant");
  return kinds.flatMap((kind) =>
    Array.from({ length: ofEach }, () => taskOf(shapeOf(kind, HOUR_MS + MINUTE_MS * (random() - 0.5), random))),
  );
}

const taskOf = (shape: Shape): Task => ({ ...shape, stagesAt: (ageMs) => stagesAt(shape, ageMs) });

const KINDS = ["linear", "slow start", "long last stage", "stalled", "instant", "two stages", "restarts"] as const;
type Kind = (typeof KINDS)[number];

function shapeOf(kind: Kind, durationMs: number, random: () => number): Shape {
  const between = (low: number, high: number) => low + (high - low) * random();
  const version = random() < 0.5 ? "27.0.0" : "37.0.0";
  const publishing = Math.min(between(0.002, 0.03), between(100, 3_000) / durationMs);
  const before =
    kind === "slow start" ? between(0.3, 0.7) : Math.min(between(0.02, 0.1), between(500, 8_000) / durationMs);
  const weights = {
    linear: [between(0.5, 0.8), between(0.2, 0.5)],
    "slow start": [between(0.3, 0.8), between(0.2, 0.7)],
    "long last stage": [between(0.05, 0.2), between(0.8, 0.95)],
    stalled: [between(0.3, 0.8), between(0.2, 0.7)],
    instant: [between(0.3, 0.7), between(0.3, 0.7)],
    "two stages": [between(0.2, 0.8), between(0.2, 0.8), between(0.1, 0.5)],
    restarts: [between(0.3, 0.8), between(0.2, 0.7)],
  }[kind];
  const hit = Math.floor(random() * weights.length);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const stages = weights.map((weight, number): StageShape => {
    const share = (weight / sum) * (1 - before - publishing);
    const isLast = number === weights.length - 1;
    const files = Math.ceil(random() ** 2 * 40);
    const segmentMs = SEGMENT_MIN_MS * (SEGMENT_MAX_MS / SEGMENT_MIN_MS) ** random();
    const segments = Math.max(1, Math.round((share * durationMs) / segmentMs));
    // All is sorted after the last row is read; of the segments, each is pushed before the next one is begun.
    const after = share * (isLast ? between(0.1, 0.4) / segments : between(0.02, 0.3));
    const bends = kind === "linear" ? 1 : 8;
    const curve = curveOf(bends, random);
    const isHit = number === hit;
    return {
      reading: share - after,
      after,
      curve: kind === "stalled" && isHit ? stalling(curve, between(0.1, 0.9), between(0.3, 0.6)) : curve,
      parts: isLast ? segments : files,
      ...(kind === "restarts" && isHit && { lostAt: between(0.2, 0.8) }),
    };
  });
  return { kind, version, durationMs, before, publishing, stages };
}

/** Pieces of which the fastest may be six times as fast as the slowest. */
function curveOf(pieces: number, random: () => number): Curve {
  const speeds = Array.from({ length: pieces }, () => 6 ** random());
  const sum = speeds.reduce((total, speed) => total + speed, 0);
  const reached = speeds.map((_, index) => speeds.slice(0, index).reduce((total, speed) => total + speed, 0) / sum);
  return (share) => {
    const piece = Math.min(pieces - 1, Math.floor(share * pieces));
    const within = share * pieces - piece;
    return Math.min(1, (reached[piece] ?? 0) + (within * (speeds[piece] ?? 0)) / sum);
  };
}

/** Stands still for `during` of the time, having come to `at`. */
function stalling(curve: Curve, at: number, during: number): Curve {
  const begin = at * (1 - during);
  return (share) => {
    const moving = share < begin ? share : Math.max(begin, share - during);
    return curve(Math.min(1, moving / (1 - during)));
  };
}
