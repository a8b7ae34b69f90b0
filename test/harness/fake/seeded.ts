/** Random schedules of faults for simulations: the same seed, the same schedule, drawn before anything runs. */
import type { FakeDruid } from "./druid";
import { type Fault, faults } from "./faults";
import { seededRandom } from "./timeline";

/** Something that befalls the whole cluster. */
export interface ClusterEvent {
  atMs: number;
  name: string;
  happen: (fake: FakeDruid) => void;
}

export interface Schedule {
  faults: Fault[];
  events: ClusterEvent[];
}

export interface SeededOptions {
  /** Most faults; default 6. */
  faultsMax?: number;
  /** Most events; default 2. */
  eventsMax?: number;
  /** Events fall into so long; default a minute. */
  spanMs?: number;
  /** Also lose history, after which nobody can know what ran; default false. */
  forget?: boolean;
}

const ROUTES = ["submit", "submit", "status", "statuses", "reports", "payload", "shutdown", "noop"];
const MORE_ROUTES = ["loadstatus", "segments", "candidates", "sql", "rules", "drop", "capacity"];

/** Faults that a client has to survive on any request, as functions of two random numbers. */
const KINDS: ((a: number) => Fault)[] = [
  () => faults.refuse(),
  () => faults.resetBefore(),
  () => faults.resetAfter(),
  () => faults.hang(),
  () => faults.hangAfter(),
  (a) => faults.late(Math.round(a * 30_000)),
  (a) => faults.lateHang(Math.round(a * 120_000)),
  (a) => faults.slow(Math.round(a * 20_000)),
  () => faults.twice(),
  () => faults.wrapped503(),
  () => faults.wrapped503After(),
  () => faults.empty503(),
  () => faults.html502(),
  () => faults.html502After(),
  () => faults.noDestination(),
  () => faults.garbage(),
];

/** Faults of one route alone. */
const OWN: Record<string, (() => Fault)[]> = {
  submit: [() => faults.brokerRetry()],
  reports: [() => faults.htmlReport(), () => faults.chatGone()],
};

export function seededFaults(seed: number, options: SeededOptions = {}): Schedule {
  const { faultsMax = 6, eventsMax = 2, spanMs = 60_000, forget = false } = options;
  const random = seededRandom(seed);
  const below = (count: number) => Math.floor(random() * count);
  const among = <T>(items: readonly T[]): T => items[below(items.length)] as T;
  const drawn = Array.from({ length: below(faultsMax + 1) }, (): Fault => {
    const on = random() < 0.75 ? among(ROUTES) : among(MORE_ROUTES);
    const kind = random() < 0.15 ? among(OWN[on] ?? KINDS) : among(KINDS);
    return { ...kind(random()), on, skip: below(4), times: 1 + below(2) };
  });
  const events = Array.from({ length: below(eventsMax + 1) }, (): ClusterEvent => {
    const ms = 500 + below(20_000);
    const atMs = below(spanMs);
    const answers = among(["noDestination", "empty503", "html502"] as const);
    const kinds: Omit<ClusterEvent, "atMs">[] = [
      { name: "survived restart", happen: (fake) => fake.restartOverlord({ downMs: ms, answers }) },
      { name: "restart", happen: (fake) => fake.restartOverlord({ downMs: ms, answers, running: "fails" }) },
      { name: "leader change", happen: (fake) => fake.overlordAway(ms, "redirect") },
      ...(forget
        ? [
            { name: "lost memory", happen: (fake: FakeDruid) => fake.restartOverlord({ downMs: ms, forget: true }) },
            { name: "cleaned history", happen: (fake: FakeDruid) => fake.cleanHistory() },
          ]
        : []),
    ];
    return { atMs, ...among(kinds) };
  });
  return { faults: drawn, events };
}
