import type { QueuePlace } from "@dagwright/storage";
import type { QueueLimits } from "./queue-limits.ts";
import { type Obstacle, type PoolState, QueueRoom } from "./queue-room.ts";

/** Why a queued run waits. */
export type WaitReason =
  | Obstacle
  /** As many runs are under way as may be. */
  | { readonly kind: "run-limit"; readonly limit: number; readonly running: number }
  /** Nothing holds it back: those before it go first, or it is about to be taken. */
  | { readonly kind: "turn" };

/** Why a run waits, told by what the decision would decide. Pure. At least one reason. */
export function explainWait({ run, survey }: QueuePlace, limits: QueueLimits): readonly WaitReason[] {
  const room = new QueueRoom(survey, limits);
  const reasons: WaitReason[] = room.obstaclesOf(run).map(({ obstacle }) => obstacle);
  if (room.free <= 0) reasons.push({ kind: "run-limit", limit: limits.maxConcurrentRuns ?? 0, running: room.running });
  return reasons.length === 0 ? [{ kind: "turn" }] : reasons;
}

/** A reason as a sentence for people. */
export function describeWait(reason: WaitReason, ahead: number): string {
  switch (reason.kind) {
    case "run-limit":
      return reason.limit === 0
        ? "The run queue starts no runs: max_concurrent_runs is 0."
        : `${runsOf(reason.running)} under way, and max_concurrent_runs is ${reason.limit}.${aheadOf(ahead)}`;
    case "tag": {
      const tag = reason.value === null ? `the tag ${reason.key}` : `the tag ${reason.key}=${reason.value}`;
      return `${runsOf(reason.running)} under way with ${tag}, and its limit is ${reason.limit}.`;
    }
    case "pool": {
      const pools = reason.pools.map(poolText).join(", ");
      return reason.granularity === "run"
        ? `There is no room for another run in pool ${pools}.`
        : `All steps that it begins with wait for pools: ${pools}.`;
    }
    case "location":
      return `Code location "${reason.location}" could not be reached; it is tried again in ${Math.ceil(reason.leftMs / 1_000)} seconds.`;
    case "other-run":
      return `Run ${reason.runId ?? "of its job"} is ${reason.status}, and its job runs one at a time.`;
    case "turn":
      return ahead === 0 ? "Nothing holds it back; it is next." : `Nothing holds it back.${aheadOf(ahead)}`;
    default:
      return reason satisfies never;
  }
}

const poolText = ({ name, limit, taken }: PoolState): string => `${name} (${taken} of ${limit} taken)`;
const runsOf = (count: number): string => (count === 1 ? "1 run is" : `${count} runs are`);
const aheadOf = (ahead: number): string =>
  ahead === 0 ? " It is next." : ` ${ahead === 1 ? "1 run is" : `${ahead} runs are`} before it.`;
