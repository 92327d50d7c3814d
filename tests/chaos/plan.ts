import { type CrashPointName, crashPointNames } from "@dagwright/model";
import type { ChaosServer } from "./chaos-database.ts";
import { Random } from "./random.ts";

/** Which processes a fault can meet; the newest of its kind that lives. */
export type Victim = "webserver" | "code-location" | "daemon" | "evaluator" | "run-worker" | "step-worker";

/** One thing that goes wrong. */
export type Fault =
  /** The `occurrence`-th process that passes the point is killed there. */
  | { readonly kind: "crash"; readonly point: CrashPointName; readonly occurrence: number }
  | { readonly kind: "kill"; readonly victim: Victim };

export interface PlannedFault {
  /** How long after the fault before, in milliseconds. */
  readonly afterMs: number;
  readonly fault: Fault;
}

export interface CampaignOptions {
  readonly seed: number;
  /** Default 1. */
  readonly daemons?: number;
  /** Only this one, again and again. */
  readonly point?: CrashPointName;
  /** Default `shared`. */
  readonly postgres?: ChaosServer;
}

const victims: readonly Victim[] = ["webserver", "code-location", "daemon", "evaluator", "run-worker", "step-worker"];

/** Decides from the seed alone what goes wrong when. Pure. */
export function planFaults({ seed, point }: Pick<CampaignOptions, "seed" | "point">): readonly PlannedFault[] {
  const random = new Random(seed);
  const crash = (name: CrashPointName): Fault => ({ kind: "crash", point: name, occurrence: random.between(1, 2) });
  const crashes = point === undefined ? crashPointNames.map(crash) : Array.from({ length: 8 }, () => crash(point));
  const kills = point === undefined ? victims.map((victim): Fault => ({ kind: "kill", victim })) : [];
  return random.shuffled([...crashes, ...kills]).map((fault) => ({ afterMs: random.between(200, 1_500), fault }));
}
