import type { AssetEvent, DynamicPartitionsRequest } from "@dagwright/model";
import { checkPartitionKey } from "@dagwright/partitions";
import { brand, type Branded, isDefinition } from "../brand.ts";
import { captureSite } from "../definition-site.ts";
import { InvalidOptionError } from "../errors.ts";
import { dynamicNameOf, type DynamicPartitionsReference } from "../instance/instance-access.ts";
import { type RunRequest, type SkipReason, skipReason } from "../run-request.ts";
import type { assetCheckEvaluation, assetMaterialization, assetObservation } from "./reported-events.ts";
import { checkOptions, type OptionNames } from "../option-names.ts";

/** All that one tick of a sensor comes to. */
export interface SensorResult extends Branded<"sensorResult"> {
  readonly runRequests: readonly RunRequest[];
  readonly skipReason: SkipReason | null;
  /** Undefined leaves the cursor as it is. */
  readonly cursor: string | null | undefined;
  readonly dynamicPartitions: readonly DynamicPartitionsRequest[];
  readonly assetEvents: readonly AssetEvent[];
}

/** What {@link sensorResult} takes. */
export interface SensorResultOptions {
  readonly runRequests?: readonly RunRequest[];
  /** Why no run is asked for; not together with `runRequests`. */
  readonly skipReason?: string | SkipReason;
  /** The cursor that the next tick gets. Sensors of assets and of run statuses keep theirs by themselves. */
  readonly cursor?: string | null;
  /** What {@link addDynamicPartitions} and {@link deleteDynamicPartitions} make; runs of the same result may be for keys that are added. */
  readonly dynamicPartitionsRequests?: readonly DynamicPartitionsRequest[];
  /** What happened to assets outside of runs. */
  readonly assetEvents?: readonly ReturnType<
    typeof assetMaterialization | typeof assetObservation | typeof assetCheckEvaluation
  >[];
}

const sensorResultOptions: OptionNames<SensorResultOptions> = {
  runRequests: "list",
  skipReason: true,
  cursor: "text",
  dynamicPartitionsRequests: "list",
  assetEvents: "list",
};

/**
 * What a sensor's function may answer instead of single run requests. All of it is written in one transaction: runs, cursor, partitions and
 * events, or nothing.
 *
 * @throws InvalidOptionError when it has both runs and a reason to skip
 */
export function sensorResult(options: SensorResultOptions): SensorResult {
  checkOptions("sensorResult", options, sensorResultOptions, sensorResult);
  const { runRequests = [], cursor } = options;
  if (runRequests.length > 0 && options.skipReason !== undefined)
    throw new InvalidOptionError(
      "sensorResult",
      "it has both `runRequests` and `skipReason`; a tick that starts runs does not skip",
      captureSite(sensorResult),
    );
  const { skipReason: reason } = options;
  return Object.freeze({
    ...brand("sensorResult"),
    runRequests: Object.freeze([...runRequests]),
    skipReason: reason === undefined ? null : typeof reason === "string" ? skipReason(reason) : reason,
    cursor,
    dynamicPartitions: Object.freeze([...(options.dynamicPartitionsRequests ?? [])]),
    assetEvents: Object.freeze([...(options.assetEvents ?? [])]),
  });
}

export const isSensorResult = (value: unknown): value is SensorResult => isDefinition(value, "sensorResult");

/**
 * Asks for keys to be added to dynamic partitions, for `sensorResult({ dynamicPartitionsRequests })`. Keys that are there stay where they are.
 *
 * @throws InvalidPartitionsError for partitions that are not dynamic, or a text that cannot be a key
 */
export function addDynamicPartitions(partitions: DynamicPartitionsReference, keys: readonly string[]): DynamicPartitionsRequest {
  for (const key of keys) checkPartitionKey(key);
  return Object.freeze({ kind: "add", name: dynamicNameOf(partitions), keys: Object.freeze([...keys]) });
}

/**
 * Asks for keys of dynamic partitions to be deleted, for `sensorResult({ dynamicPartitionsRequests })`.
 *
 * @throws InvalidPartitionsError for partitions that are not dynamic
 */
export const deleteDynamicPartitions = (
  partitions: DynamicPartitionsReference,
  keys: readonly string[],
): DynamicPartitionsRequest => Object.freeze({ kind: "delete", name: dynamicNameOf(partitions), keys: Object.freeze([...keys]) });
