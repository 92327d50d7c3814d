import { type CrashPointName, crashPointNames } from "@dagwright/model";
import type { ChaosServer } from "./chaos-database.ts";
import type { DeliberateBugName } from "./deliberate-bugs.ts";
import type { SocketFault } from "./faulty-socket.ts";
import { Random } from "./random.ts";

/** Which processes a fault can meet: one of its kind that lives. */
export type Victim = "webserver" | "code-location" | "daemon" | "evaluator" | "run-worker" | "step-worker";

/** One thing that goes wrong. */
export type Fault =
  /** The `occurrence`-th process that passes the point is killed there. */
  | { readonly kind: "crash"; readonly point: CrashPointName; readonly occurrence: number }
  | { readonly kind: "kill"; readonly victim: Victim }
  /** Who passes the point next is stopped there, and goes on long after its lease. */
  | { readonly kind: "sleep"; readonly point: CrashPointName; readonly forMs: number }
  | { readonly kind: "kill-postgres" }
  | { readonly kind: "pause-postgres"; readonly forMs: number }
  /** One daemon's clocks jump there, and back after a while. */
  | { readonly kind: "clock"; readonly wallMs: number; readonly monotonicMs: number; readonly forMs: number }
  | { readonly kind: "location"; readonly fault: Exclude<SocketFault, "none">; readonly forMs: number }
  | { readonly kind: "full-disk"; readonly forMs: number }
  /** The next time of some schedules is set back to one that has its tick already. */
  | { readonly kind: "due-again" }
  /** A daemon is stopped while it decides about the queue; meanwhile more urgent runs come, and it goes on within its transaction's time. */
  | { readonly kind: "overtaken-decision"; readonly forMs: number };

/** Kinds of faults that a campaign can be about. */
export const faultGroups = [
  "points",
  "kills",
  "sleeps",
  "ticks-asleep",
  "postgres",
  "clock",
  "location",
  "disk",
  "due-again",
  "queue",
] as const;
export type FaultGroup = (typeof faultGroups)[number];

export interface PlannedFault {
  /** How long after the fault before, in milliseconds. */
  readonly afterMs: number;
  readonly fault: Fault;
}

export interface CampaignOptions {
  readonly seed: number;
  /** Default 1. */
  readonly daemons?: number;
  /** Only this crash point, again and again. */
  readonly point?: CrashPointName;
  /** Default `shared`. Without a server of its own nothing befalls Postgres. */
  readonly postgres?: ChaosServer;
  /** Default: all. */
  readonly groups?: readonly FaultGroup[];
  /** Put into all processes, for the harness to find. */
  readonly bug?: DeliberateBugName;
}

const victims: readonly Victim[] = ["webserver", "code-location", "daemon", "evaluator", "run-worker", "step-worker"];

/** Longer than the 30 seconds of every lease. */
const longerThanLeaseMs = 36_000;

/** Where a process that sleeps through its lease still has something in hand that is no longer its own. */
const tickSleepPoints: readonly CrashPointName[] = ["scheduler.before-commit", "sensors.before-commit"];
const sleepPoints: readonly CrashPointName[] = [
  "tick-commit.before-commit",
  "run-queue.taken",
  "launch.before",
  "worker.before-flush",
  "worker.before-status",
];

/** Decides from the seed alone what goes wrong when. Pure. */
export function planFaults(options: Pick<CampaignOptions, "seed" | "point" | "groups" | "postgres">): readonly PlannedFault[] {
  const { seed, point, groups = faultGroups, postgres } = options;
  const random = new Random(seed);
  const crash = (name: CrashPointName): Fault => ({ kind: "crash", point: name, occurrence: random.between(1, 2) });
  const sleep = (name: CrashPointName): Fault => ({ kind: "sleep", point: name, forMs: longerThanLeaseMs });
  const jump = (): number => random.pick([-1, 1]) * 3_600_000;
  const groupsFaults: Readonly<Record<FaultGroup, () => readonly Fault[]>> = {
    points: () => crashPointNames.map(crash),
    kills: () => [...victims, ...victims].map((victim) => ({ kind: "kill", victim })),
    sleeps: () => random.shuffled(sleepPoints).slice(0, 3).map(sleep),
    "ticks-asleep": () => tickSleepPoints.map(sleep),
    postgres: () => (postgres === "own" ? [{ kind: "kill-postgres" }, { kind: "pause-postgres", forMs: longerThanLeaseMs }] : []),
    clock: () => [
      { kind: "clock", wallMs: jump(), monotonicMs: 0, forMs: 5_000 },
      { kind: "clock", wallMs: jump(), monotonicMs: jump(), forMs: 5_000 },
    ],
    location: () =>
      (["hang", "late", "garbage", "hang-up"] as const).map((fault) => ({
        kind: "location",
        fault,
        forMs: random.between(2_000, 6_000),
      })),
    disk: () => [{ kind: "full-disk", forMs: 6_000 }],
    queue: () => [
      { kind: "overtaken-decision", forMs: 4_000 },
      { kind: "overtaken-decision", forMs: 4_000 },
    ],
    // Alone it has to meet moments at which schedules have ticks and nobody holds them.
    "due-again": () => Array.from({ length: groups.length === 1 ? 8 : 3 }, () => ({ kind: "due-again" }) as const),
  };
  const faults =
    point === undefined ? groups.flatMap((group) => groupsFaults[group]()) : Array.from({ length: 8 }, () => crash(point));
  return random.shuffled(faults).map((fault) => ({ afterMs: random.between(200, 1_500), fault }));
}

/** What two faults at a time would dispute: as long as one of them is under way, the other waits. Pure. */
export function placeOf(fault: Fault): string {
  switch (fault.kind) {
    case "crash":
    case "sleep":
      return fault.point;
    case "overtaken-decision":
      return "run-queue.deciding";
    case "kill-postgres":
    case "pause-postgres":
      return "postgres";
    case "kill":
      return fault.victim;
    default:
      return fault.kind;
  }
}
