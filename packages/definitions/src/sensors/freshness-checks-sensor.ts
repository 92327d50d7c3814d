import {
  assetCheckKeyToUserString,
  type AssetCheckExecution,
  type AssetCheckKey,
  assetJobName,
  type Tags,
} from "@dagwright/model";
import type { AssetCheckDefinition } from "../asset-checks/asset-check.ts";
import { freshnessKeys, lastUpdateMs } from "../asset-checks/last-update.ts";
import { captureSite } from "../definition-site.ts";
import { InvalidOptionError } from "../errors.ts";
import { runRequest, skipReason } from "../run-request.ts";
import { sensor, type SensorContext } from "../sensor.ts";
import { commonSensorNames, type CommonSensorOptions, type SensorDefinition } from "./sensor-definition.ts";
import { checkOptions, type OptionNames } from "../option-names.ts";

/** What {@link buildSensorForFreshnessChecks} takes. */
export interface FreshnessChecksSensorOptions extends Omit<CommonSensorOptions, "resources" | "tags"> {
  /** What `buildLastUpdateFreshnessChecks` and `buildTimePartitionFreshnessChecks` make. */
  readonly freshnessChecks: readonly AssetCheckDefinition[];
  /** Default `freshness_checks_sensor`. */
  readonly name?: string;
  /** Given to the runs. */
  readonly tags?: Tags;
}

const { resources: _, ...sensorNames } = commonSensorNames;
const freshnessChecksSensorOptions: OptionNames<FreshnessChecksSensorOptions> = {
  ...sensorNames,
  freshnessChecks: "list",
  name: "text",
};

/** A planned execution that is older is not waited for: its run may have died. */
const plannedForMs = 30 * 60_000;

/**
 * A sensor that has freshness checks evaluated when their result may have changed: those that were never evaluated, those that failed before
 * their asset was updated, and those that passed for a time which is over.
 *
 * @throws InvalidOptionError, InvalidNameError
 */
export function buildSensorForFreshnessChecks(options: FreshnessChecksSensorOptions): SensorDefinition {
  checkOptions("buildSensorForFreshnessChecks", options, freshnessChecksSensorOptions, buildSensorForFreshnessChecks);
  const { freshnessChecks, name = "freshness_checks_sensor", tags = {}, ...rest } = options;
  const keys = freshnessChecks.flatMap(({ specs }) => specs.map(({ assetKey, name: check }) => ({ assetKey, name: check })));
  if (keys.length === 0)
    throw new InvalidOptionError(`sensor "${name}"`, "it has no `freshnessChecks`", captureSite(buildSensorForFreshnessChecks));
  const description = "Evaluates freshness checks whose result may have changed.";
  return sensor(name, { description, ...rest, job: assetJobName }, async (context) => {
    const nowMs = Date.now();
    const due: AssetCheckKey[] = [];
    for (const key of keys) if (await mayHaveChanged(key, context, nowMs)) due.push(key);
    return due.length > 0
      ? runRequest({ checks: due, tags })
      : skipReason(
          "No freshness check needs to be evaluated: each is being evaluated, has failed since its asset was updated, or cannot be overdue yet",
        );
  });
}

async function mayHaveChanged(key: AssetCheckKey, { instance, log }: SensorContext, nowMs: number): Promise<boolean> {
  const history = await instance.checkHistory(key.assetKey, key.name, { limit: 10 });
  const completed = history.find(({ status }) => status !== "PLANNED") ?? null;
  const updatedMs = completed?.status === "FAILED" ? await lastUpdateMs(instance, key.assetKey) : null;
  const isDue = shouldEvaluate(history[0] ?? null, completed, updatedMs, nowMs);
  log.debug(`${assetCheckKeyToUserString(key)} ${isDue ? "is evaluated" : "needs no evaluation"}`);
  return isDue;
}

/**
 * Whether a freshness check may come out differently than it last did. Pure.
 *
 * @param newest - its newest execution, whatever became of it
 * @param completed - the newest that came to an end
 * @param updatedMs - when its asset was last updated, for a check that failed
 */
export function shouldEvaluate(
  newest: AssetCheckExecution | null,
  completed: AssetCheckExecution | null,
  updatedMs: number | null,
  nowMs: number,
): boolean {
  if (newest === null) return true;
  if (newest.status === "PLANNED" && nowMs - newest.createdAtMs < plannedForMs) return false;
  if (completed === null) return true;
  if (completed.status === "FAILED")
    return updatedMs !== null && updatedMs > (completed.evaluation?.atMs ?? completed.createdAtMs);
  const freshUntil = completed.evaluation?.metadata[freshnessKeys.freshUntil];
  return freshUntil?.type === "timestamp" ? freshUntil.epochSeconds * 1_000 < nowMs : true;
}
