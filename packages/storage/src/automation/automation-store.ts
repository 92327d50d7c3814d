import type { InstigatorId, JsonObject, RunId } from "@dagwright/model";
import type { StoreOptions } from "../runs/run-store.ts";

/** What the condition of an asset or check remembers. */
export interface AutomationState {
  /** The text of the key of the asset or check. */
  readonly entity: string;
  readonly state: JsonObject;
}

/** What a tick leaves for the condition of an asset or check. */
export interface AutomationStateToKeep extends AutomationState {
  /** When it must be evaluated again although nothing happens; null: never. */
  readonly dueAtMs: number | null;
}

/** What an evaluation came to, for people to read. */
export interface AutomationEvaluation {
  readonly entity: string;
  /** Grows with time, among all evaluations of the instance; those of one tick share it. */
  readonly evaluationId: string;
  readonly instigatorId: InstigatorId;
  readonly evaluatedAtMs: number;
  /** How many partitions were requested, or assets without. */
  readonly requestedCount: number;
  readonly explanation: JsonObject;
  readonly runIds: readonly RunId[];
}

/** What a tick of automation writes, with its runs and its cursor or not at all. */
export interface AutomationTick {
  readonly evaluationId: string;
  readonly states: readonly AutomationStateToKeep[];
  /** Whose states are forgotten: their conditions have left the code. */
  readonly forgotten: readonly string[];
  readonly evaluations: readonly {
    readonly entity: string;
    readonly requestedCount: number;
    readonly explanation: JsonObject;
    /** Places of its runs among those of the tick. */
    readonly runs: readonly number[];
  }[];
}

export interface AutomationStore {
  /** An id for the evaluations of one tick. */
  nextEvaluationId(options?: StoreOptions): Promise<string>;
  /** The states of some assets and checks, of those that have one. */
  states(id: InstigatorId, entities: readonly string[], options?: StoreOptions): Promise<readonly AutomationState[]>;
  /** Those that must be evaluated now, longest overdue first. */
  due(id: InstigatorId, limit: number, options?: StoreOptions): Promise<readonly AutomationState[]>;
  /** When the first is due of those that are due later than a time; null when none is. */
  nextDueAtMs(id: InstigatorId, afterMs: number, options?: StoreOptions): Promise<number | null>;
  /** All states, without what their nodes remember, paged by entity: to find out what has changed when the code has. */
  allStates(
    id: InstigatorId,
    page: { readonly after: string; readonly limit: number },
    options?: StoreOptions,
  ): Promise<readonly AutomationState[]>;
  /** Evaluations of one asset or check, newest first, paged by id. */
  evaluations(
    entity: string,
    page: { readonly limit: number; readonly beforeId?: string },
    options?: StoreOptions,
  ): Promise<readonly AutomationEvaluation[]>;
  /** All evaluations of one id. */
  evaluationsOf(evaluationId: string, options?: StoreOptions): Promise<readonly AutomationEvaluation[]>;
  evaluation(entity: string, evaluationId: string, options?: StoreOptions): Promise<AutomationEvaluation | null>;
}

/** Under which key the instance keeps whether automation is paused as a whole, where it is not switched sensor by sensor; Dagster's. */
export const automationPausedKey = "ASSET_DAEMON_PAUSED";

/** Whether automation is paused as a whole: it is until somebody switches it on. */
export const isAutomationPaused = async (
  storage: { getValue(key: string, options?: StoreOptions): Promise<string | null> },
  options?: StoreOptions,
): Promise<boolean> => (await storage.getValue(automationPausedKey, options)) !== "false";
