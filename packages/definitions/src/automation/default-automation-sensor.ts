import type { Repository } from "../repository.ts";
import { automationConditionSensor, defaultAutomationSensorName } from "./automation-condition-sensor.ts";
import type { SensorDefinition } from "../sensors/sensor-definition.ts";

/** The sensor for conditions that no other one evaluates; none when there are no conditions, or its name is taken. */
export function defaultAutomationSensor({ assets, assetChecks, sensors }: Repository): readonly SensorDefinition[] {
  const hasConditions =
    [...assets.values()].some(({ automationCondition }) => automationCondition !== null) ||
    [...assetChecks.values()].some(({ spec }) => spec.automationCondition !== null);
  if (!hasConditions || sensors.has(defaultAutomationSensorName)) return [];
  const taken = [...sensors.values()].flatMap(({ automation }) => automation?.selection ?? []);
  const target = taken.length === 0 ? "*" : `not (${taken.map((text) => `(${text})`).join(" or ")})`;
  return [automationConditionSensor(defaultAutomationSensorName, { target })];
}
