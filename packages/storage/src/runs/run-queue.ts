import type { CodeLocationName, HolderId, RunId, RunStatus, Tags } from "@dagwright/model";
import type { LaunchClaim } from "./run-store.ts";

/** The concurrency pools of a run's steps. */
export interface RunPools {
  readonly all: readonly string[];
  /** How many slots those steps want that wait for no other one. */
  readonly roots: Readonly<Record<string, number>>;
  /** Whether a step that waits for no other one is in no pool. */
  readonly startsFreely: boolean;
}

/** What the queue decides by: the same of a run that waits and of one that runs. */
export interface QueueFacts {
  readonly location: CodeLocationName;
  /** Those of the limited tags that it has. */
  readonly tags: Tags;
  /** Null: none of its steps is in a pool. */
  readonly pools: RunPools | null;
  /** Runs with the same one stand in each other's way; null: in nobody's. */
  readonly exclusiveKey: string | null;
}

/** A run in the queue. */
export interface QueuedRun extends QueueFacts {
  readonly id: RunId;
  readonly priority: number;
  readonly enqueuedAtMs: number;
}

/** Active runs that the decision cannot tell apart. */
export interface ActiveRuns extends Omit<QueueFacts, "exclusiveKey"> {
  readonly count: number;
  /** They began so short a time ago that their first steps have not asked for their slots yet. */
  readonly isFresh: boolean;
}

/** An active run that keeps others of its key from starting. */
export interface ExclusiveRun {
  readonly id: RunId;
  readonly key: string;
  readonly status: RunStatus;
}

/** A queued run that is to take the place of others of its key. */
export interface ReplacingRun {
  readonly id: RunId;
  readonly key: string;
}

/** A pool with a limit of its own, or whose slots somebody has or wants. */
export interface PoolUse {
  readonly name: string;
  /** Null: it has none of its own. */
  readonly limit: number | null;
  /** Slots that steps hold or wait for. */
  readonly claimed: number;
}

/** The queued runs that one thing holds back, by the first of them. */
export interface HeldBackLine {
  readonly waitsFor: string;
  readonly head: QueuedRun;
}

/** A code location that could not be reached, of which no run is launched for a while. */
export interface PausedLocation {
  readonly location: CodeLocationName;
  /** By the database's clock. */
  readonly untilMs: number;
  /** For how much longer. */
  readonly leftMs: number;
}

/** How things stand, in as many rows as there are different things: not as many as there are runs. */
export interface QueueSurvey {
  readonly active: readonly ActiveRuns[];
  readonly exclusive: readonly ExclusiveRun[];
  /** By key, in the order in which they were enqueued. */
  readonly replacing: readonly ReplacingRun[];
  readonly heldBack: readonly HeldBackLine[];
  readonly pools: readonly PoolUse[];
  readonly paused: readonly PausedLocation[];
}

/** What of the queue a decision wants to see. */
export interface QueueLook {
  /** The most runs of each line that it could start. */
  readonly perLine: number;
  /** Lines of those held back that may move on. */
  readonly heldBack: readonly string[];
}

/** Some of those that wait in one line, from its front: the line of a code location, or of those that one thing holds back. */
export interface QueueLine {
  readonly runs: readonly QueuedRun[];
  /** Whether there may be more behind them. */
  readonly isCut: boolean;
}

/** What is to happen to the queue, in one transaction. */
export interface QueuePlan {
  /** In the order in which they are to be launched. */
  readonly start: readonly RunId[];
  readonly holdBack: readonly { readonly id: RunId; readonly waitsFor: string }[];
}

/** Runs that must make room for a newer one. */
export interface ReplacementPlan {
  /** Queued ones, which are CANCELED where they stand. */
  readonly cancel: readonly { readonly id: RunId; readonly message: string }[];
  /** Active ones, which the caller has to terminate. */
  readonly terminate: readonly { readonly id: RunId; readonly by: RunId }[];
}

/** The decision, in two steps so that the second sees only what matters. Both pure and synchronous. */
export interface QueueDecision {
  readonly limitedTags: readonly string[];
  replace(survey: QueueSurvey): ReplacementPlan;
  /** Null: nothing can start, whatever waits. */
  look(survey: QueueSurvey): QueueLook | null;
  plan(survey: QueueSurvey, lines: readonly QueueLine[]): QueuePlan;
}

/** What became of a pass over the queue. */
export interface Dequeued {
  readonly launches: readonly LaunchClaim[];
  readonly terminate: ReplacementPlan["terminate"];
  /** How many runs were moved, held back or canceled; more may be possible when it is not 0. */
  readonly moved: number;
  /** Whether some run waits. */
  readonly isWaiting: boolean;
}

/** Who takes runs from the queue. */
export interface Dequeuer {
  readonly holder: HolderId;
  /** How long the launches are the holder's, in milliseconds. */
  readonly claimMs: number;
}

/** A run in the queue with all that keeps it there. */
export interface QueuePlace {
  readonly run: QueuedRun;
  /** How many are before it, by priority and time; at most 10,000. */
  readonly ahead: number;
  readonly survey: QueueSurvey;
}
