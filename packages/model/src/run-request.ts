import type { AssetKey } from "./asset-key.ts";
import type { JsonObject } from "./json.ts";
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
}

/** What one evaluation of a schedule or sensor came to. */
export interface EvaluationResult {
  readonly runRequests: readonly RunRequest[];
  readonly skipReason: string | null;
  /** Sensors: the cursor to keep; undefined leaves it as it is. */
  readonly cursor?: string | null;
  /** What user code logged through its context. */
  readonly logs: readonly { readonly level: string; readonly message: string; readonly atMs: number }[];
}
