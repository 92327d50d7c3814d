// 10,000 assets in chains of ten: the first of each is told of from outside, the others follow by their conditions.
import { asset, AutomationCondition, automationConditionSensor, definitions, dynamicPartitions } from "dagwright";

const automationCondition = AutomationCondition.eager();
/** With many keys, which no tick should have to read. */
const many = asset(
  "many",
  { partitions: dynamicPartitions("many"), automationCondition: AutomationCondition.onMissing() },
  () => 1,
);
const assets = Array.from({ length: 10_000 }, (_, index) =>
  asset(`asset_${index}`, index % 10 === 0 ? {} : { deps: [`asset_${index - 1}`], automationCondition }, () => undefined),
);

export default definitions({
  assets: [...assets, many],
  sensors: [automationConditionSensor("automation", { target: "*", defaultStatus: "RUNNING", minimumIntervalSeconds: 0.05 })],
});
