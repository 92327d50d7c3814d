import {
  addDynamicPartitions,
  asset,
  assetSensor,
  AssetSelection,
  AutomationCondition,
  automationConditionSensor,
  dynamicPartitions,
  inProcessExecutor,
  job,
  op,
  runRequest,
  runStatusSensor,
  schedule,
  sensor,
  sensorResult,
  skipReason,
} from "dagwright";

const pingOp = op("ping_op", () => undefined);
const ping = job("ping", { executor: inProcessExecutor }, () => {
  pingOp();
});
const often = { job: ping, minimumIntervalSeconds: 1 };

export const schedules = [
  schedule("every_minute", { job: ping, cron: "* * * * *", description: "Each minute" }),
  schedule("new_year", { job: ping, cron: "0 0 1 1 *", timeZone: "Europe/Paris", tags: { when: "yearly" } }),
  schedule("with_tags", { job: ping, cron: ["0 6 * * 1", "0 9 * * 6"], defaultStatus: "RUNNING" }, ({ scheduledAt }) =>
    runRequest({ tags: { day: scheduledAt.toISOString().slice(0, 10) } }),
  ),
  schedule("skipping_schedule", { job: ping, cron: "0 0 * * *" }, () => skipReason("not today")),
  schedule("breaking_schedule", { job: ping, cron: "0 0 * * *" }, () => {
    throw new Error("the schedule broke");
  }),
];

export const sensors = [
  sensor("requesting", { ...often, description: "Once" }, (context) => {
    context.updateCursor("seen");
    return runRequest({ runKey: "once", tags: { by: "requesting" } });
  }),
  sensor("skipping", often, () => skipReason("nothing there")),
  sensor("breaking_sensor", often, () => {
    throw new Error("the sensor broke");
  }),
  sensor("adding", { minimumIntervalSeconds: 1 }, () =>
    sensorResult({ dynamicPartitionsRequests: [addDynamicPartitions(dynamicPartitions("customers"), ["globex"])] }),
  ),
  assetSensor("when_generated", { asset: "generated_numbers", job: ping }, () => runRequest()),
  runStatusSensor("when_done", { status: "SUCCESS", requestJob: ping }, () => skipReason("seen")),
  automationConditionSensor("automation", { target: AssetSelection.groups("automated"), minimumIntervalSeconds: 1 }),
];

export const assets = [
  asset("automated", { group: "automated", automationCondition: AutomationCondition.onMissing() }, () => undefined),
];
export const jobs = [ping];
