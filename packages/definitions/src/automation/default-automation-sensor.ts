import { type AssetKey, assetKeyToString } from "@dagwright/model";
import { AssetSelection } from "../asset-selection.ts";
import type { Repository } from "../repository.ts";
import { keysOf } from "../sensors/multi-asset-sensor.ts";
import type { SensorDefinition } from "../sensors/sensor-definition.ts";
import { automationConditionSensor, defaultAutomationSensorName } from "./automation-condition-sensor.ts";

/** The sensor for conditions that no other one evaluates; none when there are no such conditions, or its name is taken. */
export function defaultAutomationSensor({ assets, assetChecks, jobs, sensors }: Repository): readonly SensorDefinition[] {
  if (sensors.has(defaultAutomationSensorName)) return [];
  const taken = [...sensors.values()].flatMap(({ automation }) => automation?.selection ?? []);
  const targeted = new Set(taken.flatMap((text) => keysOf(AssetSelection.fromText(text), assets).map(assetKeyToString)));
  const isLeft = (key: AssetKey): boolean => !targeted.has(assetKeyToString(key));
  const hasConditions =
    [...assets.values()].some(({ key, automationCondition }) => automationCondition !== null && isLeft(key)) ||
    [...assetChecks.values()].some(({ spec }) => spec.automationCondition !== null && isLeft(spec.assetKey));
  const takenJobs = new Set([...sensors.values()].flatMap(({ automation }) => automation?.jobs ?? []));
  const ofJobs = [...jobs.values()]
    .filter(({ name, snapshot }) => snapshot.automationCondition !== undefined && !takenJobs.has(name))
    .map(({ name }) => name);
  if (!hasConditions && ofJobs.length === 0) return [];
  const rest = taken.length === 0 ? "*" : `not (${taken.map((text) => `(${text})`).join(" or ")})`;
  return [automationConditionSensor(defaultAutomationSensorName, { target: hasConditions ? rest : "not *", jobs: ofJobs })];
}
