import type { AssetKey, InstanceBackend } from "@dagwright/model";
import { resolveAssetSelection } from "@dagwright/graph";
import type { AssetSelection } from "../asset-selection.ts";
import { selectable } from "../assets/select-assets.ts";
import { brandOf } from "../brand.ts";
import { captureSite } from "../definition-site.ts";
import { InvalidEvaluationError, InvalidOptionError } from "../errors.ts";
import type { AssetReference } from "../instance/instance-access.ts";
import type { Repository } from "../repository.ts";
import type { ResourceMap, ResourceValues } from "../resource.ts";
import { type SensorContext, type SensorOptions, sensorOptions } from "../sensor.ts";
import { monitoredKey } from "./asset-sensor.ts";
import { type MultiAssetSensorContext, multiAssetSensorContext } from "./multi-asset-sensor-context.ts";
import { asksForRuns, listAnswers, refuseCursor, type SensorAnswer, type SensorEvaluated } from "./sensor-answers.ts";
import { type Sensor, type SensorDefinition, sensorHead } from "./sensor-definition.ts";
import { checkOptions, type OptionNames } from "../option-names.ts";

/** What {@link multiAssetSensor} takes beside name and function. */
export interface MultiAssetSensorOptions<R extends ResourceMap = Record<never, never>> extends SensorOptions<R> {
  /** The assets, or a choice among those of its code location. */
  readonly monitoredAssets: readonly AssetReference[] | AssetSelection;
}

const multiAssetSensorOptions: OptionNames<MultiAssetSensorOptions> = { ...sensorOptions, monitoredAssets: true };

/**
 * Declares what happens when some of several assets were materialized. Its function looks for materializations through its context and marks
 * those that it has dealt with as consumed; what it does not mark comes back at the next tick.
 *
 * @param evaluate - returns or yields `runRequest(…)`, `skipReason(…)` or `sensorResult(…)`. One that asks for runs and marks nothing as
 *   consumed fails its tick: it would ask for the same runs again and again
 * @throws InvalidNameError, InvalidOptionError, CircularImportError
 */
export function multiAssetSensor<R extends ResourceMap = Record<never, never>>(
  name: string,
  options: MultiAssetSensorOptions<R>,
  evaluate: (context: MultiAssetSensorContext<ResourceValues<R>>) => SensorEvaluated,
): Sensor<(context: MultiAssetSensorContext<ResourceValues<R>>) => SensorEvaluated> {
  const site = captureSite(multiAssetSensor);
  const owner = `sensor "${name}"`;
  const given: unknown = options?.monitoredAssets;
  if (typeof evaluate !== "function")
    throw new InvalidOptionError(owner, "its last argument must be the function that evaluates it", site);
  checkOptions(owner, options, multiAssetSensorOptions, site);
  const isSelection = brandOf(given)?.kind === "assetSelection";
  if (!isSelection && (!Array.isArray(given) || given.length === 0))
    throw new InvalidOptionError(owner, "`monitoredAssets` must be a list of assets or an AssetSelection", site);
  const head = sensorHead(name, options, site);
  const monitoredAssets = isSelection
    ? (given as AssetSelection)
    : Object.freeze((given as readonly AssetReference[]).map((asset) => monitoredKey(owner, asset, site)));
  return Object.freeze({
    ...head,
    sensorType: "MULTI_ASSET",
    monitoredAssets,
    monitoredRuns: null,
    ...(options.minimumIntervalSeconds === undefined && { isAssetDriven: true as const }),
    evaluate,
  });
}

/** What a multi-asset sensor's evaluation knows besides its context. */
export interface MultiAssetSensorWorld {
  /** The assets of its code location, by the text of their keys. */
  readonly assets: Repository["assets"];
  readonly backend: InstanceBackend;
}

/** Calls a multi-asset sensor's function, and leaves the cursor that follows from what it has consumed. */
export async function evaluateMultiAssetSensor(
  { name, evaluate, monitoredAssets }: SensorDefinition,
  context: SensorContext,
  { assets, backend }: MultiAssetSensorWorld,
): Promise<readonly SensorAnswer[]> {
  const owner = `sensor "${name}"`;
  const assetKeys = keysOf(monitoredAssets ?? [], assets);
  const made = multiAssetSensorContext({ owner, context, backend, assetKeys, assets });
  const call = evaluate as (context: MultiAssetSensorContext) => unknown;
  const answers = await listAnswers(owner, call(made.context), context.signal);
  refuseCursor(owner, answers);
  const next = await made.nextCursor();
  if (next !== undefined) context.updateCursor(next);
  else if (answers.some(asksForRuns))
    throw new InvalidEvaluationError(
      owner,
      "asked for runs and consumed no materialization, so that it would ask for them again at its next tick; call `context.advanceCursor` or `context.advanceAllCursors`",
    );
  return answers;
}

/** The assets that a sensor monitors, of those that its code location knows where it chooses among them. */
export function keysOf(monitored: readonly AssetKey[] | AssetSelection, assets: Repository["assets"]): readonly AssetKey[] {
  if (Array.isArray(monitored)) return monitored as readonly AssetKey[];
  return resolveAssetSelection((monitored as AssetSelection).expression, [...assets.values()].map(selectable)).keys;
}
