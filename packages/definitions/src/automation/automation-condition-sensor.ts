import { printAssetSelection } from "@dagwright/graph";
import type { MetadataInput, Tags } from "@dagwright/model";
import type { AnyAsset } from "../asset.ts";
import type { AssetJobDefinition } from "../asset-job.ts";
import { AssetSelection } from "../asset-selection.ts";
import { eachAsset } from "../assets/asset-inputs.ts";
import type { MultiAssetDefinition } from "../assets/multi-asset-definition.ts";
import { captureSite } from "../definition-site.ts";
import { CircularImportError, InvalidOptionError } from "../errors.ts";
import { checkTags } from "../names.ts";
import { checkOptions, type OptionNames } from "../option-names.ts";
import { type SensorDefinition, sensorHead } from "../sensors/sensor-definition.ts";

/** The sensor that stands for all conditions that no other one evaluates; its name is Dagster's. */
export const defaultAutomationSensorName = "default_automation_condition_sensor";

/** What {@link automationConditionSensor} takes beside its name. */
export interface AutomationConditionSensorOptions {
  /** Whose conditions it evaluates: a selection, also as text (`"group:daily"`), or assets. */
  readonly target: AssetSelection | string | AnyAsset | readonly (AnyAsset | MultiAssetDefinition)[];
  /** Jobs whose conditions it evaluates as well, themselves or by name. Default: none; `default_automation_condition_sensor` has the others. */
  readonly jobs?: readonly (AssetJobDefinition | string)[];
  /** Tags of the runs that it requests. */
  readonly runTags?: Tags;
  /**
   * Seconds from one evaluation to the next, at least. Default 5. An evaluation comes when something has happened to the assets, or a time has
   * come that a condition waits for, and not otherwise.
   */
  readonly minimumIntervalSeconds?: number;
  readonly description?: string;
  /** Shown with the sensor. */
  readonly tags?: Tags;
  readonly metadata?: Readonly<Record<string, MetadataInput>>;
  /** Whether it is on until somebody switches it. Default `STOPPED`. */
  readonly defaultStatus?: "RUNNING" | "STOPPED";
  /** Who answers for it: e-mail addresses, or teams as `team:data`. */
  readonly owners?: readonly string[];
}

const sensorOptions: OptionNames<AutomationConditionSensorOptions> = {
  target: true,
  jobs: "list",
  runTags: true,
  minimumIntervalSeconds: true,
  description: "text",
  tags: true,
  metadata: true,
  defaultStatus: "text",
  owners: "list",
};

/**
 * Declares which automation conditions are evaluated together, under one switch. Those that no such sensor targets are evaluated by
 * `default_automation_condition_sensor`, which a code location has that has such conditions.
 *
 * @throws InvalidNameError, InvalidOptionError
 */
export function automationConditionSensor(name: string, options: AutomationConditionSensorOptions): SensorDefinition {
  const site = captureSite(automationConditionSensor);
  checkOptions(`sensor "${name}"`, options, sensorOptions, site);
  const { target, jobs = [], runTags = {}, minimumIntervalSeconds = 5 } = options;
  checkTags("sensor", name, runTags, site);
  const selection = toSelection(target);
  if (selection === null)
    throw new InvalidOptionError(
      `sensor "${name}"`,
      "its `target` must be a selection of assets, assets, or a selection as text",
      site,
    );
  const jobNames = jobs.map((job: AssetJobDefinition | string | undefined) => {
    if (job === undefined) throw new CircularImportError(`a job of sensor "${name}"`, site);
    return typeof job === "string" ? job : job.name;
  });
  return Object.freeze({
    ...sensorHead(name, { ...shownOptions(options), minimumIntervalSeconds }, site),
    sensorType: "AUTOMATION" as const,
    monitoredAssets: null,
    monitoredRuns: null,
    automation: Object.freeze({
      selection: printAssetSelection(selection.expression),
      ...(jobNames.length > 0 && { jobs: Object.freeze(jobNames) }),
      runTags: Object.freeze({ ...runTags }),
    }),
    evaluate: () => {
      throw new InvalidOptionError(
        `sensor "${name}"`,
        "it is evaluated by the daemon; try evaluateAutomationConditions(…)",
        site,
      );
    },
  });
}

const shownOptions = ({ description, tags, metadata, defaultStatus, owners }: AutomationConditionSensorOptions) => ({
  ...(description !== undefined && { description }),
  ...(tags !== undefined && { tags }),
  ...(metadata !== undefined && { metadata }),
  ...(defaultStatus !== undefined && { defaultStatus }),
  ...(owners !== undefined && { owners }),
});

function toSelection(target: unknown): AssetSelection | null {
  if (typeof target === "string") return AssetSelection.fromText(target);
  if (typeof target !== "object" || target === null) return null;
  if ("expression" in target) return target as AssetSelection;
  const list = (Array.isArray(target) ? target : [target]) as readonly (AnyAsset | MultiAssetDefinition)[];
  return AssetSelection.keys(...eachAsset(list));
}
