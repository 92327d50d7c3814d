import type { AssetKey } from "@dagwright/model";

/** What the function of a condition of one's own knows. */
export interface CustomConditionContext {
  /** The asset that it is asked about, or the asset of the check. */
  readonly assetKey: AssetKey;
  /** Null when it is asked about an asset. */
  readonly checkName: string | null;
  /** Whether it may answer with the keys of some partitions. */
  readonly isPartitioned: boolean;
  readonly evaluationTime: Date;
  /** What it left for this asset with `updateCursor` the last time; null at first. */
  readonly cursor: string | null;
  /** Keeps a text until it is asked about this asset the next time. */
  updateCursor(cursor: string | null): void;
  /** Aborts at the evaluation's deadline. */
  readonly signal: AbortSignal;
}

/** True or false for all of an asset, or the keys of the partitions for which it holds. */
export type CustomConditionAnswer = boolean | Iterable<string>;

/** A condition of one's own: its name, by which hosts ask for it, and its function. */
export interface CustomCondition {
  readonly name: string;
  readonly evaluate: (context: CustomConditionContext) => CustomConditionAnswer | Promise<CustomConditionAnswer>;
}
