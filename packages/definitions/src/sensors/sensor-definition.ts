import {
  type AssetKey,
  type Metadata,
  type MetadataInput,
  type MonitoredRuns,
  type SensorAutomation,
  type SensorType,
  type Tags,
  toMetadata,
} from "@dagwright/model";
import type { AssetJobDefinition } from "../asset-job.ts";
import type { AssetSelection } from "../asset-selection.ts";
import { resolveTarget } from "../automation-target.ts";
import { brand, type Branded } from "../brand.ts";
import type { DefinitionSite } from "../definition-site.ts";
import { CircularImportError, InvalidOptionError } from "../errors.ts";
import { checkName, checkOwners, checkTags } from "../names.ts";
import { checkResources, type ResourceMap } from "../resource.ts";
import type { TargetedSensorOptions } from "../sensor.ts";
import type { OptionNames } from "../option-names.ts";

/** A sensor as evaluators and snapshots see it. */
export interface SensorDefinition extends Branded<"sensor"> {
  readonly sensorType: SensorType;
  readonly name: string;
  readonly description: string | null;
  readonly tags: Tags;
  readonly metadata: Metadata;
  readonly defaultStatus: "RUNNING" | "STOPPED";
  readonly owners: readonly string[];
  /** Empty: it starts no runs. */
  readonly jobNames: readonly string[];
  /** The job that its target of assets came to; null when its jobs are among those of `definitions`. */
  readonly ownJob: AssetJobDefinition | null;
  readonly minimumIntervalSeconds: number;
  /** How long one evaluation may take; null: the daemon's default. */
  readonly timeoutSeconds: number | null;
  readonly resources: ResourceMap;
  /** Whose events it looks at; null: it is no asset sensor. */
  readonly monitoredAssets: readonly AssetKey[] | AssetSelection | null;
  /** Whether it is evaluated as soon as one of them is made; absent: at its interval. */
  readonly isAssetDriven?: true;
  /** Whose statuses it watches; null: it is no run status sensor. */
  readonly monitoredRuns: MonitoredRuns | null;
  /** Whose conditions it evaluates, and with which tags of runs; absent: it is no automation condition sensor. */
  readonly automation?: SensorAutomation;
  /** The user's function. `evaluateSensor` knows what each type of sensor gives it. */
  readonly evaluate: (...args: never[]) => unknown;
  readonly site: DefinitionSite;
}

/** A sensor with the type of its function, so that tests can call it: `files.evaluate(buildSensorContext())`. */
export interface Sensor<Evaluate extends (...args: never[]) => unknown> extends SensorDefinition {
  readonly evaluate: Evaluate;
}

/** What sensors of every type take beside name and function. */
export interface CommonSensorOptions<R extends ResourceMap = ResourceMap> {
  /** Seconds from one tick to the next, at least. Default 30. */
  readonly minimumIntervalSeconds?: number;
  /**
   * How long one evaluation may take, in seconds. Default: what the daemon's environment says in `DAGSTER_SENSOR_GRPC_TIMEOUT_SECONDS`, or else
   * 60.
   */
  readonly timeoutSeconds?: number;
  /** Resources for its function, by the property name under which its context has them. They are made for each evaluation. */
  readonly resources?: R;
  readonly description?: string;
  /** Shown with the sensor. Tags of runs belong into `runRequest({tags})`. */
  readonly tags?: Tags;
  readonly metadata?: Readonly<Record<string, MetadataInput>>;
  /** Whether it is on until somebody switches it. Default `STOPPED`. */
  readonly defaultStatus?: "RUNNING" | "STOPPED";
  /** Who answers for it: e-mail addresses, or teams as `team:data`. */
  readonly owners?: readonly string[];
}

export const commonSensorNames: OptionNames<CommonSensorOptions> = {
  minimumIntervalSeconds: true,
  timeoutSeconds: true,
  resources: true,
  description: "text",
  tags: true,
  metadata: true,
  defaultStatus: "text",
  owners: "list",
};

type SensorHead = Omit<SensorDefinition, "sensorType" | "monitoredAssets" | "monitoredRuns" | "evaluate">;

/**
 * What sensors of every type have in common, checked.
 *
 * @throws InvalidNameError, InvalidOptionError, CircularImportError
 */
export function sensorHead(name: string, options: TargetedSensorOptions, site: DefinitionSite): SensorHead {
  const owner = `sensor "${name}"`;
  checkName("sensor", name, site);
  checkTags("sensor", name, options.tags, site);
  checkOwners(`Sensor "${name}"`, options.owners ?? [], site);
  const { minimumIntervalSeconds = 30, timeoutSeconds = null, resources = {} } = options;
  for (const [key, value] of Object.entries({ minimumIntervalSeconds, ...(timeoutSeconds !== null && { timeoutSeconds }) })) {
    if (!Number.isFinite(value) || value <= 0)
      throw new InvalidOptionError(owner, `${key} is ${value}; it must be more than 0`, site);
  }
  checkResources(owner, resources, site);
  return {
    ...brand("sensor"),
    name,
    description: options.description ?? null,
    tags: Object.freeze({ ...options.tags }),
    metadata: toMetadata(options.metadata),
    defaultStatus: options.defaultStatus ?? "STOPPED",
    owners: Object.freeze([...(options.owners ?? [])]),
    ...targetOf(owner, name, options, site),
    minimumIntervalSeconds,
    timeoutSeconds,
    resources: Object.freeze({ ...resources }),
    site,
  };
}

function targetOf(
  owner: string,
  name: string,
  options: TargetedSensorOptions,
  site: DefinitionSite,
): Pick<SensorDefinition, "jobNames" | "ownJob"> {
  const given = (["job", "jobs", "target"] as const).filter((key) => key in options);
  const { jobs } = options;
  if (jobs !== undefined && given.length > 1)
    throw new InvalidOptionError(owner, `it has both \`${given.find((key) => key !== "jobs")}\` and \`jobs\`; keep one`, site);
  if (given.length === 0) return { jobNames: [], ownJob: null };
  if (jobs === undefined) {
    const { jobName, ownJob } = resolveTarget(owner, name, options, site);
    return { jobNames: Object.freeze([jobName]), ownJob };
  }
  for (const [index, one] of (jobs as readonly unknown[]).entries()) {
    if (one === undefined) throw new CircularImportError(`entry ${index} of the jobs of ${owner}`, site);
  }
  return { jobNames: Object.freeze(jobs.map((job) => (typeof job === "string" ? job : job.name))), ownJob: null };
}
