import type { RunId, SerializedError, Tags } from "@dagwright/model";
import type { EntitySubset } from "../entity-subset.ts";
import type { EntityId } from "../entity-key.ts";
import type { Freshness } from "../freshness/freshness.ts";
import type { AutomationNode } from "../graph/automation-graph.ts";
import type { EntityState } from "./entity-state.ts";

/** Data of an asset that came since the evaluation before, or an evaluation of a check. */
export interface Update {
  readonly partition: string | null;
  readonly atMs: number;
  readonly runId: RunId | null;
  /** Its data version is another one than that of the data before; false where nobody asked. */
  readonly isNewVersion: boolean;
}

/** What conditions ask of a run. */
export interface RunFacts {
  readonly tags: Tags;
  /** What it was to make or check. */
  readonly targets: ReadonlySet<EntityId>;
}

/** How the newest execution of a check that looked at the newest data came out; null: there was none. */
export type CheckStatus = "SUCCEEDED" | "FAILED" | "IN_PROGRESS" | "EXECUTION_FAILED" | null;

/** What a function of the code location answered. */
export interface CustomAnswer {
  readonly holds: boolean | readonly string[];
  readonly cursor: string | null;
}

/**
 * What is known of assets and checks, and how they were evaluated before. Asked only for what was loaded, and only for the facts that were
 * named there.
 */
export interface AutomationFacts {
  /**
   * Makes ready what the evaluation of some assets will ask for.
   *
   * @param reads - bits of `Fact` by id
   * @param evaluated - those that are to be evaluated, whose states are asked for
   */
  load(reads: ReadonlyMap<EntityId, number>, evaluated: readonly AutomationNode[]): Promise<void> | void;
  /**
   * Reads what the evaluation of some assets may ask for, should it come to that, as far as this takes no more statements for many than for few.
   * What is evaluated is loaded all the same.
   */
  readAhead?(reads: ReadonlyMap<EntityId, number>, likely: readonly AutomationNode[]): Promise<void>;
  /** How it was evaluated the last time; null at first. */
  state(id: EntityId): EntityState | null;
  /** Partitions that there was ever data of. */
  materialized(node: AutomationNode): EntitySubset;
  runInProgress(node: AutomationNode): EntitySubset;
  backfillInProgress(node: AutomationNode): EntitySubset;
  executionFailed(node: AutomationNode): EntitySubset;
  /** Since the evaluation before, oldest first. */
  updates(node: AutomationNode): readonly Update[];
  /** The runs that made the newest data, by partition: of those that were updated, and of the one that was made last. */
  latestRuns(node: AutomationNode): ReadonlyMap<string | null, RunFacts>;
  /** Null for a run that nobody knows any more. */
  run(id: RunId): RunFacts | null;
  checkStatus(node: AutomationNode): CheckStatus;
  freshness(node: AutomationNode): Freshness;
  /** What a function of the code location says of an asset or check, for the condition of another or its own. */
  custom(name: string, node: AutomationNode, root: AutomationNode): CustomAnswer;
  /** Why a condition that was loaded cannot be evaluated: a function that it names threw. Null, or absent: it can. */
  failure?(root: AutomationNode): SerializedError | null;
}
