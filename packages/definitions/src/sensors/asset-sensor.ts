import { type AssetEventRecord, type AssetKey, assetKeyToUserString } from "@dagwright/model";
import { brandOf } from "../brand.ts";
import { captureSite, type DefinitionSite } from "../definition-site.ts";
import { CircularImportError, InvalidOptionError } from "../errors.ts";
import { assetKeyOf, type AssetReference } from "../instance/instance-access.ts";
import { parseAssetKey } from "../names.ts";
import type { ResourceMap, ResourceValues } from "../resource.ts";
import { skipReason } from "../run-request.ts";
import { type SensorContext, type SensorOptions, sensorOptions } from "../sensor.ts";
import { listAnswers, refuseCursor, type SensorAnswer, type SensorEvaluated } from "./sensor-answers.ts";
import { type Sensor, type SensorDefinition, sensorHead } from "./sensor-definition.ts";
import { checkOptions, type OptionNames } from "../option-names.ts";

/** What {@link assetSensor} takes beside name and function. */
export interface AssetSensorOptions<R extends ResourceMap = Record<never, never>> extends SensorOptions<R> {
  /** The asset, or its key; it may belong to another code location. */
  readonly asset: AssetReference;
}

const assetSensorOptions: OptionNames<AssetSensorOptions> = { ...sensorOptions, asset: true };

/**
 * Declares what happens when an asset was materialized. At each tick with a materialization that is newer than the one of the tick before, the
 * function is called with the newest; its cursor is kept by itself.
 *
 * @param evaluate - returns or yields `runRequest(…)`, `skipReason(…)` or `sensorResult(…)`
 * @throws InvalidNameError, InvalidOptionError, CircularImportError
 */
export function assetSensor<R extends ResourceMap = Record<never, never>>(
  name: string,
  options: AssetSensorOptions<R>,
  evaluate: (context: SensorContext<ResourceValues<R>>, materialization: AssetEventRecord) => SensorEvaluated,
): Sensor<(context: SensorContext<ResourceValues<R>>, materialization: AssetEventRecord) => SensorEvaluated> {
  const site = captureSite(assetSensor);
  const owner = `sensor "${name}"`;
  if (typeof evaluate !== "function")
    throw new InvalidOptionError(owner, "its last argument must be the function that evaluates it", site);
  checkOptions(owner, options, assetSensorOptions, site);
  const assetKey = monitoredKey(owner, options.asset, site);
  return Object.freeze({
    ...sensorHead(name, options, site),
    sensorType: "ASSET",
    monitoredAssets: Object.freeze([assetKey]),
    monitoredRuns: null,
    ...(options.minimumIntervalSeconds === undefined && { isAssetDriven: true as const }),
    evaluate,
  });
}

/** @throws CircularImportError, InvalidNameError */
export function monitoredKey(owner: string, asset: AssetReference | undefined, site: DefinitionSite): AssetKey {
  if (asset === undefined) throw new CircularImportError(`the asset of ${owner}`, site);
  return brandOf(asset) === undefined && !("key" in Object(asset))
    ? parseAssetKey(asset as string | readonly string[], site, "monitored asset")
    : assetKeyOf(asset);
}

/** Calls an asset sensor's function with the newest materialization, when there is one that it has not seen. */
export async function evaluateAssetSensor(
  { name, evaluate, monitoredAssets }: SensorDefinition,
  context: SensorContext,
): Promise<readonly SensorAnswer[]> {
  const owner = `sensor "${name}"`;
  const [assetKey] = monitoredAssets as readonly [AssetKey];
  const newest = await context.instance.latestMaterialization(assetKey);
  // As in Dagster, a cursor that is no id counts as none.
  const seen = /^\d+$/.test(context.cursor ?? "") ? BigInt(context.cursor!) : null;
  if (newest === null || (seen !== null && BigInt(newest.id) <= seen))
    return [skipReason(`No new materialization events found for asset key ${assetKeyToUserString(assetKey)}`)];
  const call = evaluate as (context: SensorContext, materialization: AssetEventRecord) => unknown;
  const answers = await listAnswers(owner, call(context, newest), context.signal);
  refuseCursor(owner, answers);
  context.updateCursor(newest.id);
  return answers;
}
