import type { AssetCheckKey } from "./asset-check.ts";
import type { CustomConditionAnswerData } from "./instigator-evaluation.ts";
import type { AssetKey } from "./asset-key.ts";
import type { DynamicPartitionsRequest } from "./dynamic-partitions-request.ts";
import type { AssetEvent } from "./events/asset-events.ts";
import type { RunSelection } from "./execution-plan.ts";
import type { JsonObject } from "./json.ts";
import type { RunConfigValidation } from "./run-config-validation.ts";
import type { RunReaction } from "./run-status-change.ts";
import type { Tags } from "./tags.ts";

/** A run that a schedule or sensor asks for. */
export interface RunRequest {
  /** For sensors: the same key never starts a second run. Null: no such check. */
  readonly runKey: string | null;
  /** Needed when the sensor serves several jobs. */
  readonly jobName: string | null;
  readonly runConfig: JsonObject;
  readonly tags: Tags;
  readonly partition: string | null;
  readonly assetKeys: readonly AssetKey[] | null;
  /** Asset checks to evaluate, without their assets unless those are asked for too. Absent: the checks of the assets. */
  readonly checkKeys?: readonly AssetCheckKey[];
}

/** Which part of its job a requested run executes. */
export const selectionOf = ({ assetKeys, checkKeys }: Pick<RunRequest, "assetKeys" | "checkKeys">): RunSelection =>
  checkKeys === undefined ? { stepKeys: null, assetKeys } : { stepKeys: null, assetKeys: assetKeys ?? [], checkKeys };

/** What a schedule's or sensor's function answered. All of it is written in the one transaction of its tick. */
export interface EvaluationAnswer {
  readonly runRequests: readonly RunRequest[];
  readonly skipReason: string | null;
  /** Sensors: changes of dynamic partitions, in order; runs of the same answer may be for keys that it adds. Absent: none. */
  readonly dynamicPartitions?: readonly DynamicPartitionsRequest[];
  /** Sensors: what happened to assets outside of any run. Absent: nothing. */
  readonly assetEvents?: readonly AssetEvent[];
  /**
   * The run config of each run request, by its place, as the code makes and checks it: null where that takes more than the request and the
   * code. Absent in answers of older code.
   */
  readonly configs?: readonly (RequestedRunConfig | null)[];
}

/** What one evaluation of a schedule or sensor came to. */
export interface EvaluationResult extends EvaluationAnswer {
  /** Sensors: the cursor to keep; undefined leaves it as it is. */
  readonly cursor?: string | null;
  /**
   * Run status sensors: what became of the changes that were given, in their order. There are fewer when the time ran out; the answers are in
   * here alone.
   */
  readonly reactions?: readonly RunReaction[];
  /** Automation condition sensors: what functions of the code location answered, in the order in which they were asked. */
  readonly conditions?: readonly CustomConditionAnswerData[];
  /** What user code logged through its context. */
  readonly logs: readonly { readonly level: string; readonly message: string; readonly atMs: number }[];
}

/** A run request's config, checked, and the tags that its job makes for its partition. */
export type RequestedRunConfig = RunConfigValidation & { readonly tags: Tags };
