import type { AssetCheckKey } from "./asset-check.ts";
import type { AssetKey } from "./asset-key.ts";
import type { RunId, StepKey } from "./ids.ts";
import type { RetryPolicySnapshot } from "./snapshots/retry-policy.ts";
import type { ExecutorSnapshot } from "./snapshots/job-snapshot.ts";
import type { Tags } from "./tags.ts";

/** Where a step's input comes from at run time. */
export type StepInputSource =
  | {
      readonly kind: "step";
      readonly stepKey: StepKey;
      readonly output: string;
      /** The run that made the value, when it is known to be another one, as in a re-execution from failure. */
      readonly runId?: RunId;
    }
  | { readonly kind: "asset"; readonly assetKey: AssetKey; readonly ioManagerKey: string }
  /** No value: a step whose blocking check must not have failed before. */
  | { readonly kind: "check"; readonly stepKey: StepKey; readonly output: string };

export interface PlannedInput {
  readonly name: string;
  readonly isFanIn: boolean;
  /** In wiring order; several only for a fan-in; none when the input's default is used. */
  readonly sources: readonly StepInputSource[];
}

export interface PlannedOutput {
  readonly name: string;
  readonly isRequired: boolean;
  readonly isDynamic: boolean;
  readonly ioManagerKey: string;
  readonly assetKey: AssetKey | null;
  /** The asset check that it evaluates; its value is not stored. */
  readonly check?: AssetCheckKey & { readonly blocking: boolean };
}

export interface PlannedStep {
  readonly key: StepKey;
  /** Path of node names from the job's graph down to the op. */
  readonly handle: readonly string[];
  readonly opName: string;
  readonly inputs: readonly PlannedInput[];
  readonly outputs: readonly PlannedOutput[];
  readonly tags: Tags;
  readonly pool: string | null;
  readonly retryPolicy: RetryPolicySnapshot | null;
}

/** What a run will do: its steps in an order in which they could run one after the other. Plain data. */
export interface ExecutionPlan {
  readonly jobName: string;
  readonly steps: readonly PlannedStep[];
  readonly executor: ExecutorSnapshot;
}

/** Which part of a job a run executes; null fields mean all of it. */
export interface RunSelection {
  /** Step keys, resolved (no query syntax). */
  readonly stepKeys: readonly StepKey[] | null;
  readonly assetKeys: readonly AssetKey[] | null;
  /** Null or absent: the checks of the selected assets. */
  readonly checkKeys?: readonly AssetCheckKey[] | null;
}
