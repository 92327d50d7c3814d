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
      /** Which value of a dynamic output; absent for plain outputs, and in steps that are still to be mapped. */
      readonly mappingKey?: string;
      /** All that come of this dynamic output, one source for each mapping key, once the keys are known. */
      readonly collects?: DynamicOutputRef;
      /** It is known that the step succeeded, in the run that this one re-executes, and did not make the output. */
      readonly isAbsent?: true;
    }
  | { readonly kind: "asset"; readonly assetKey: AssetKey; readonly ioManagerKey: string }
  /** No value: a step whose blocking check must not have failed before. */
  | { readonly kind: "check"; readonly stepKey: StepKey; readonly output: string };

/** An output of a step that has a value for each mapping key. */
export interface DynamicOutputRef {
  readonly stepKey: StepKey;
  readonly output: string;
}

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
  /** The step looks at the asset, and others make it. */
  readonly isObserved?: true;
  /** The asset check that it evaluates; its value is not stored. */
  readonly check?: AssetCheckKey & { readonly blocking: boolean };
}

export interface PlannedStep {
  /** The handle, joined by dots; `handle[key]` for a mapped step, `handle[?]` until the mapping keys are known. */
  readonly key: StepKey;
  /** Path of node names from the job's graph down to the op. */
  readonly handle: readonly string[];
  readonly opName: string;
  readonly inputs: readonly PlannedInput[];
  readonly outputs: readonly PlannedOutput[];
  readonly tags: Tags;
  readonly pool: string | null;
  /** How many slots of the pool it takes. Absent: one. */
  readonly poolSlots?: number;
  readonly retryPolicy: RetryPolicySnapshot | null;
  /** Longest time of one try, in seconds; absent: no limit. */
  readonly timeoutSeconds?: number;
  /** Stands for as many steps as this output will have mapping keys: known when the step that makes it has succeeded. */
  readonly mappedOver?: DynamicOutputRef;
  /** Which of the steps it is that one node was mapped to. */
  readonly mappingKey?: string;
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
