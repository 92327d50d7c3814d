import { ask, change, type Step } from "../frame/step.ts";
import { key, repository, schedule, sensor } from "./selectors.ts";

type Ticked = {
  readonly runs: readonly { readonly status: string }[];
  readonly ticks: readonly { readonly status: string }[];
};
const ticked = ({ instigationStateOrError }: { instigationStateOrError: Ticked }): boolean => {
  const { ticks, runs } = instigationStateOrError;
  return ticks[0] !== undefined && ticks[0].status !== "STARTED" && runs.every(({ status }) => status === "SUCCESS");
};

const takesNoId = "Dagster takes none of the ids that it tells of its repositories";

const sensorTicks = (name: string): readonly Step[] => [
  change("startSensor", name, { sensorSelector: sensor(name) }, { depth: 1, remember: { [name]: "startSensor.id" } }),
  ask(
    "instigationStateOrError",
    `${name} after a tick`,
    { instigationSelector: { ...repository, name } },
    { depth: 2, until: { daemon: "sensors", is: ticked } },
  ),
  change("stopSensor", name, (known) => ({ id: known(name) })),
];

/** Schedules and sensors: switched, tried, and left to tick. */
export const instigatorSteps: readonly Step[] = [
  change(
    "startSchedule",
    "one",
    { scheduleSelector: schedule("every_minute") },
    { depth: 2, remember: { "every minute": "startSchedule.scheduleState.id" } },
  ),
  change("startSchedule", "it again", { scheduleSelector: schedule("every_minute") }),
  change("startSchedule", "one that there is not", { scheduleSelector: schedule("nothing") }),
  change("resetSchedule", "one that was started", { scheduleSelector: schedule("with_tags") }),
  change("resetSchedule", "one that there is not", { scheduleSelector: schedule("nothing") }),
  ...["every_minute", "with_tags", "skipping_schedule", "breaking_schedule"].map((name) =>
    change("scheduleDryRun", name, { selectorData: schedule(name), timestamp: 1_767_600_000 }, { depth: 2 }),
  ),
  change("scheduleDryRun", "one that there is not", { selectorData: schedule("nothing") }),
  ...["requesting", "skipping", "breaking_sensor", "adding"].map((name) =>
    change("sensorDryRun", name, { selectorData: sensor(name), cursor: "a" }, { depth: 3 }),
  ),
  change("sensorDryRun", "one that there is not", { selectorData: sensor("nothing") }),
  change("setSensorCursor", "one", { sensorSelector: sensor("skipping"), cursor: "a" }, { depth: 2 }),
  change("setSensorCursor", "one that there is not", { sensorSelector: sensor("nothing"), cursor: "a" }),
  change("startSensor", "one that there is not", { sensorSelector: sensor("nothing") }),
  change("resetSensor", "one", { sensorSelector: sensor("skipping") }, { depth: 1 }),
  change("resetSensor", "one that there is not", { sensorSelector: sensor("nothing") }),
  change("stopSensor", "one that there is not", { id: "nothing" }),
  change("stopRunningSchedule", "one that there is not", { id: "nothing" }),
  ...sensorTicks("requesting"),
  ...sensorTicks("skipping"),
  ...sensorTicks("breaking_sensor"),
  ...sensorTicks("adding"),
  ask(
    "runsOrError",
    "of a sensor",
    { filter: { tags: [{ key: "dagster/sensor_name", value: "requesting" }] } },
    { depth: 2, until: { is: ({ runsOrError }) => runsOrError.results[0]?.status === "SUCCESS" } },
  ),
  ask("instigationStatesOrError", "all", (known) => ({ repositoryID: known("the repository") }), {
    depth: 1,
    tolerated: { instigationStatesOrError: takesNoId },
  }),
  ask(
    "instigationStatesOrError",
    "of no repository",
    { repositoryID: "nothing" },
    { tolerated: { instigationStatesOrError: takesNoId } },
  ),

  change(
    "startSensor",
    "automation",
    { sensorSelector: sensor("automation") },
    { depth: 1, remember: { automation: "startSensor.id" } },
  ),
  ask(
    "instigationStateOrError",
    "automation after a tick",
    { instigationSelector: { ...repository, name: "automation" } },
    {
      depth: 2,
      until: { daemon: "automation", is: ticked },
      tolerated: { lastCursor: "what the evaluation of conditions goes on from is each one's own" },
    },
  ),
  change("stopSensor", "automation", (known) => ({ id: known("automation") })),
  ask("assetConditionEvaluationRecordsOrError", "of an asset", { assetKey: key("automated"), limit: 1 }, { depth: 3 }),
  ask("autoMaterializeAssetEvaluationsOrError", "of an asset", { assetKey: key("automated"), limit: 5 }, { depth: 3 }),
  ask("assetConditionEvaluationRecordsOrError", "of an asset that there is not", { assetKey: key("nothing"), limit: 1 }),
  ask("assetConditionEvaluationsForEvaluationId", "none", { evaluationId: "0" }),
  ask("assetConditionEvaluationForPartition", "none", { assetKey: key("automated"), evaluationId: "0", partition: "a" }),
  ask("truePartitionsForAutomationConditionEvaluationNode", "none", {
    assetKey: key("automated"),
    evaluationId: "0",
    nodeUniqueId: "a",
  }),
  ask("autoMaterializeTicks", "none", {}, { depth: 1 }),
  change("setAutoMaterializePaused", "on", { paused: true }),
  change("setAutoMaterializePaused", "off", { paused: false }),

  ask(
    "instigationStateOrError",
    "every_minute after a tick",
    { instigationSelector: { ...repository, name: "every_minute" } },
    { depth: 2, until: { daemon: "schedules", is: ticked } },
  ),
  change("stopRunningSchedule", "one", (known) => ({ id: known("every minute") }), { depth: 2 }),
  change("stopRunningSchedule", "it again", (known) => ({ id: known("every minute") })),
];
