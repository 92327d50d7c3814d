import type { JsonValue } from "@dagwright/model";

/** What a `since` tells of itself. */
export interface SinceData {
  readonly triggerEvaluationId: string | null;
  readonly triggerAtMs: number | null;
  readonly resetEvaluationId: string | null;
  readonly resetAtMs: number | null;
}

/** What a node of a tree remembers until the next evaluation. */
export interface NodeState {
  /** For what it held, of a `since`. */
  readonly held?: JsonValue;
  /** For what its part held, of a `newlyTrue`. */
  readonly heldBelow?: JsonValue;
  readonly cursor?: string | null;
  readonly since?: SinceData;
}

/** What an asset or check remembers of its last evaluation. Plain data. */
export interface EntityState {
  /** Its tree, labels included. */
  readonly conditionId: string;
  readonly codeVersion: string | null;
  /** What its partitions are made of; null without. */
  readonly partitionsId: string | null;
  readonly evaluatedAtMs: number;
  /** What it requested. */
  readonly requested: JsonValue;
  /** Equal as long as the explanation says the same. */
  readonly resultHash: string;
  readonly nodes: Readonly<Record<string, NodeState>>;
}
