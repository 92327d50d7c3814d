import { block } from "../config-file/block.ts";
import { boolean, integer } from "../config-file/scalars.ts";

/** `run_retries`: whether failed runs are launched again. */
export interface RunRetriesConfig {
  /** Default false. */
  readonly enabled: boolean;
  /** Retries of a run that does not say otherwise by its tag `dagster/max_retries`. Default 0. */
  readonly maxRetries: number;
  /** Whether a run is retried when an asset or op failed, and not only when its worker died. Default true. */
  readonly retryOnAssetOrOpFailure: boolean;
}

export const runRetries = block({
  enabled: boolean().default(false),
  max_retries: integer({ min: 0 }).default(0),
  retry_on_asset_or_op_failure: boolean().default(true),
}).transform((given): RunRetriesConfig => ({
  enabled: given.enabled,
  maxRetries: given.max_retries,
  retryOnAssetOrOpFailure: given.retry_on_asset_or_op_failure,
}));
