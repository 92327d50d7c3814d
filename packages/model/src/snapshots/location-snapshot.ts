import type { FreshnessPolicySnapshot } from "./asset-policies.ts";
import type { AutomationConditionSnapshot } from "./automation-condition.ts";
import type { AssetKey } from "../asset-key.ts";
import type { RunStatusEvent } from "../events/run-events.ts";
import type { SensorType } from "../instigator.ts";
import type { JsonObject } from "../json.ts";
import type { Metadata } from "../metadata.ts";
import type { Tags } from "../tags.ts";
import type { BackfillPolicySnapshot, PartitionMappingSnapshot, PartitionsSnapshot } from "./partitions-snapshot.ts";
import type { JobSnapshot, ResourceSnapshot, ValueTypeSnapshot } from "./job-snapshot.ts";

/** Grows by one when a reader of the version before could misread it. */
export const snapshotFormatVersion = 1;

/** The hidden job that stands for materializing any selection of assets. */
export const assetJobName = "__ASSET_JOB";

/** How the names of jobs begin that came about for the `target` of a schedule or sensor; as in Dagster, so that they carry over. */
export const targetJobPrefix = "__anonymous_asset_job_";

/** Whether a job is one that nobody declared, so that lists for people leave it out. */
export const isHiddenJob = (name: string): boolean => name === assetJobName || name.startsWith(targetJobPrefix);

/** The repository's name where clients ask for one: a code location has exactly one. */
export const repositoryName = "__repository__";

export interface AssetSnapshot {
  readonly key: AssetKey;
  readonly description: string | null;
  readonly group: string;
  readonly kinds: readonly string[];
  readonly owners: readonly string[];
  readonly tags: Tags;
  readonly metadata: Metadata;
  readonly codeVersion: string | null;
  /** What it reads or follows, in the order of its inputs. */
  readonly dependencies: readonly AssetKey[];
  /** External: made elsewhere, known here by key only. */
  readonly isExternal: boolean;
  readonly isExecutable: boolean;
  /** Runs can look at it, and not make it. */
  readonly isObservable?: true;
  /** The op or graph that makes or observes it in asset jobs; null when nothing does. */
  readonly opName: string | null;
  readonly jobNames: readonly string[];
  readonly ioManagerKey: string;
  readonly type: ValueTypeSnapshot;
  /** Absent: it has none. */
  readonly partitions?: PartitionsSnapshot;
  /** Of those dependencies for which the user gave one; the others follow from the partitions of both sides. */
  readonly partitionMappings?: readonly { readonly upstream: AssetKey; readonly mapping: PartitionMappingSnapshot }[];
  /** Absent: one run for each partition. */
  readonly backfillPolicy?: BackfillPolicySnapshot;
  readonly freshnessPolicy?: FreshnessPolicySnapshot;
  readonly automationCondition?: AutomationConditionSnapshot;
}

/** Whether a check can be evaluated without making its asset. */
export type CheckIndividually = "CAN_EXECUTE" | "REQUIRES_MATERIALIZATION";

export interface AssetCheckSnapshot {
  readonly assetKey: AssetKey;
  readonly name: string;
  readonly description: string | null;
  readonly blocking: boolean;
  readonly metadata: Metadata;
  readonly canExecuteIndividually: CheckIndividually;
  readonly jobNames: readonly string[];
  /** The op that evaluates it, in asset jobs. */
  readonly opName: string;
  /** Further assets that it reads or follows. */
  readonly additionalAssetKeys: readonly AssetKey[];
  readonly automationCondition?: AutomationConditionSnapshot;
}

/** What schedules and sensors have in common. */
interface InstigatorSnapshot {
  readonly name: string;
  readonly description: string | null;
  readonly tags: Tags;
  readonly metadata: Metadata;
  readonly defaultStatus: "RUNNING" | "STOPPED";
  /** E-mail addresses, and teams as `team:NAME`. Absent: nobody is named. */
  readonly owners?: readonly string[];
  /** The assets that its runs make, unless they say otherwise. Absent: its target is no selection of assets. */
  readonly assetSelection?: TargetSelection;
}

export interface ScheduleSnapshot extends InstigatorSnapshot {
  readonly jobName: string;
  /** One or several cron strings; due when any of them is. */
  readonly cron: readonly string[];
  readonly timeZone: string;
  /** What its ticks ask for, where that needs no code; absent: its function says. */
  readonly request?: ScheduleRequestSnapshot;
}

/** What the ticks of a schedule without a function ask for; all runs get the schedule's tags. */
export type ScheduleRequestSnapshot = {
  /**
   * The run config has been checked when the code was loaded, and is the one that the run gets, the job's own taken in. False: it has to be
   * made or checked for each run.
   */
  readonly isChecked: boolean;
  readonly runConfig: JsonObject;
} & (
  | { readonly kind: "run" }
  /** A run of each partition of the job that the tick is for; a tick that was missed is caught up with. */
  | { readonly kind: "partitions" }
);

export interface SensorSnapshot extends InstigatorSnapshot {
  readonly jobNames: readonly string[];
  readonly minimumIntervalSeconds: number;
  /** Absent: STANDARD. */
  readonly sensorType?: SensorType;
  /** How long one evaluation may take, in seconds; absent: the daemon's default. */
  readonly timeoutSeconds?: number;
  /** Asset sensors: the assets whose events it looks at. */
  readonly monitoredAssets?: readonly AssetKey[];
  /** Asset sensors: evaluated as soon as one of their assets is made. Absent: at their interval. */
  readonly isAssetDriven?: true;
  /** Run status sensors: which runs it watches for what. */
  readonly monitoredRuns?: MonitoredRuns;
  /** Automation condition sensors: whose conditions they evaluate. */
  readonly automation?: SensorAutomation;
}

/** What an automation condition sensor evaluates. */
export interface SensorAutomation {
  /** As text; what it means is found among the assets and checks that have conditions. */
  readonly selection: string;
  /** Names of jobs whose conditions it evaluates as well; absent: none. */
  readonly jobs?: readonly string[];
  /** Tags of the runs that it requests. */
  readonly runTags: Tags;
}

/** A selection of assets as its definition says it, and what it came to when the code was loaded. */
export interface TargetSelection {
  readonly text: string;
  readonly assetKeys: readonly AssetKey[];
}

/** Which runs a run status sensor watches. */
export interface MonitoredRuns {
  /** The status it waits for, by the event that brings it. */
  readonly eventType: RunStatusEvent["type"];
  /** Whether runs of all code locations count, whatever `jobs` says. */
  readonly allLocations: boolean;
  /** Jobs, or with a null name whole locations; a null location is the sensor's own. Empty: every job of its own location. */
  readonly jobs: readonly { readonly location: string | null; readonly jobName: string | null }[];
  /** Whether it is evaluated as soon as a run comes to the status; otherwise at its interval. */
  readonly isEventDriven: boolean;
}

/** Everything a code location defines, without its code; what hosts know of it. */
export interface LocationSnapshot {
  readonly formatVersion: number;
  /** Version of the `dagwright` package that made it. */
  readonly sdkVersion: string;
  /** Sorted by name, the hidden asset job included when there are assets. */
  readonly jobs: readonly JobSnapshot[];
  readonly assets: readonly AssetSnapshot[];
  /** Sorted by asset key and name; absent: there are none. */
  readonly checks?: readonly AssetCheckSnapshot[];
  readonly schedules: readonly ScheduleSnapshot[];
  readonly sensors: readonly SensorSnapshot[];
  readonly resources: readonly ResourceSnapshot[];
  readonly metadata: JsonObject;
}
