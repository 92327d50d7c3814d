import { nextTimeMs, previousTimesMs } from "@dagwright/partitions";
import type { AnyAsset } from "../asset.ts";
import { captureSite } from "../definition-site.ts";
import { InvalidOptionError } from "../errors.ts";
import { metadata } from "../metadata.ts";
import type { AssetCheckDefinition } from "./asset-check.ts";
import { freshnessKeys, lastUpdateMs, spanInWords } from "./last-update.ts";
import { type ReadyMadeCheckOptions, readyMadeChecks, readyMadeNames } from "./ready-made-check.ts";
import { checkOptions, type OptionNames } from "../option-names.ts";

/** What {@link buildLastUpdateFreshnessChecks} takes. */
export interface LastUpdateFreshnessOptions extends ReadyMadeCheckOptions {
  /** How long before the deadline the last update may lie, in seconds. */
  readonly lowerBoundDeltaSeconds: number;
  /** By when the update is expected: the cron's latest time. Default: the moment of the check. */
  readonly deadlineCron?: string;
  /** Of the cron. Default `UTC`. */
  readonly timeZone?: string;
  /** Whether what is downstream waits for it, with the severity `ERROR`. Default false. */
  readonly blocking?: boolean;
}

const lastUpdateOptions: OptionNames<LastUpdateFreshnessOptions> = {
  ...readyMadeNames,
  lowerBoundDeltaSeconds: true,
  deadlineCron: "text",
  timeZone: "text",
  blocking: "flag",
};

/**
 * Checks, named `freshness_check`, that pass when their asset was materialized, or observed with the metadata
 * `dagster/last_updated_timestamp`, not too long before a deadline.
 *
 * @returns one definition, of which runs may evaluate a part; put it into `definitions({assetChecks})`
 * @throws InvalidOptionError for a cron string that nobody understands
 */
export function buildLastUpdateFreshnessChecks(options: LastUpdateFreshnessOptions): readonly AssetCheckDefinition[] {
  checkOptions("buildLastUpdateFreshnessChecks", options, lastUpdateOptions, buildLastUpdateFreshnessChecks);
  const { lowerBoundDeltaSeconds, deadlineCron, timeZone = "UTC", blocking = false } = options;
  checkCron(deadlineCron, timeZone, buildLastUpdateFreshnessChecks);
  if (!(lowerBoundDeltaSeconds >= 0))
    throw new InvalidOptionError(
      "buildLastUpdateFreshnessChecks",
      `\`lowerBoundDeltaSeconds\` is ${lowerBoundDeltaSeconds}; it must be a number of seconds`,
      captureSite(buildLastUpdateFreshnessChecks),
    );
  const params = metadata.json({
    timezone: timeZone,
    lower_bound_delta_seconds: lowerBoundDeltaSeconds,
    ...(deadlineCron !== undefined && { deadline_cron: deadlineCron }),
  });
  return readyMadeChecks({
    ...options,
    name: "freshness_check",
    description: "Evaluates freshness for targeted asset.",
    blocking,
    metadata: { [freshnessKeys.params]: params },
    below: buildLastUpdateFreshnessChecks,
    async evaluate(assetKey, { instance }) {
      const nowMs = Date.now();
      const tickMs = deadlineCron === undefined ? null : latestTickMs(deadlineCron, timeZone, nowMs);
      const lowerBoundMs = (tickMs ?? nowMs) - lowerBoundDeltaSeconds * 1_000;
      const updatedMs = await lastUpdateMs(instance, assetKey);
      const passed = updatedMs !== null && updatedMs >= lowerBoundMs;
      const freshUntilMs =
        deadlineCron === undefined
          ? (updatedMs ?? 0) + lowerBoundDeltaSeconds * 1_000
          : nextTimeMs({ cron: [deadlineCron], timeZone }, nowMs);
      const allowed = spanInWords(nowMs - lowerBoundMs);
      return {
        passed,
        description:
          updatedMs === null
            ? "The asset has never been materialized or observed."
            : `The asset is ${passed ? "fresh" : "overdue"}: its last update was ${spanInWords(nowMs - updatedMs)} ago, and may be ${allowed} ago at most.`,
        metadata: {
          [freshnessKeys.params]: params,
          [freshnessKeys.lowerBound]: metadata.timestamp(lowerBoundMs / 1_000),
          ...(tickMs !== null && { [freshnessKeys.latestCronTick]: metadata.timestamp(tickMs / 1_000) }),
          ...(passed && freshUntilMs !== null && { [freshnessKeys.freshUntil]: metadata.timestamp(freshUntilMs / 1_000) }),
          ...(updatedMs !== null && { [freshnessKeys.lastUpdated]: metadata.timestamp(updatedMs / 1_000) }),
        },
      };
    },
  });
}

/** What {@link buildTimePartitionFreshnessChecks} takes. */
export interface TimePartitionFreshnessOptions extends Omit<ReadyMadeCheckOptions, "assets"> {
  /** Assets that are partitioned by time. */
  readonly assets: readonly AnyAsset[];
  /** By when the partition that ended last is expected: the cron's latest time. */
  readonly deadlineCron: string;
  /** Of the cron. Default `UTC`. */
  readonly timeZone?: string;
  /** Whether what is downstream waits for it, with the severity `ERROR`. Default false. */
  readonly blocking?: boolean;
}

const timePartitionOptions: OptionNames<TimePartitionFreshnessOptions> = {
  ...readyMadeNames,
  deadlineCron: "text",
  timeZone: "text",
  blocking: "flag",
};

/**
 * Checks, named `freshness_check`, that pass when the partition that had ended last before a deadline was materialized or observed.
 *
 * @throws InvalidOptionError for an asset that is not partitioned by time, or a cron string that nobody understands
 */
export function buildTimePartitionFreshnessChecks(options: TimePartitionFreshnessOptions): readonly AssetCheckDefinition[] {
  checkOptions("buildTimePartitionFreshnessChecks", options, timePartitionOptions, buildTimePartitionFreshnessChecks);
  const { assets, deadlineCron, timeZone = "UTC", blocking = false } = options;
  checkCron(deadlineCron, timeZone, buildTimePartitionFreshnessChecks);
  const byKey = new Map(
    assets.map((asset) => {
      const partitions = asset.partitions ?? null;
      if (partitions === null || partitions.snapshot.kind !== "timeWindow")
        throw new InvalidOptionError(
          "buildTimePartitionFreshnessChecks",
          `the asset "${asset.key.join("/")}" is not partitioned by time`,
          captureSite(buildTimePartitionFreshnessChecks),
        );
      return [asset.key.join("/"), partitions] as const;
    }),
  );
  const params = metadata.json({ timezone: timeZone, deadline_cron: deadlineCron });
  return readyMadeChecks({
    ...options,
    name: "freshness_check",
    description: "Evaluates freshness for targeted asset.",
    blocking,
    metadata: { [freshnessKeys.params]: params },
    below: buildTimePartitionFreshnessChecks,
    async evaluate(assetKey, { instance }) {
      const nowMs = Date.now();
      const tickMs = latestTickMs(deadlineCron, timeZone, nowMs);
      const expected = byKey.get(assetKey.join("/"))!.lastKey({ nowMs: tickMs, dynamicKeys: () => [] });
      const shared = { [freshnessKeys.params]: params, [freshnessKeys.latestCronTick]: metadata.timestamp(tickMs / 1_000) };
      if (expected === undefined)
        return { passed: true, description: "No partition has ended before the deadline yet.", metadata: shared };
      const arrivedMs = await lastUpdateMs(instance, assetKey, expected);
      const passed = arrivedMs !== null;
      const updatedMs = await lastUpdateMs(instance, assetKey);
      const freshUntilMs = nextTimeMs({ cron: [deadlineCron], timeZone }, nowMs);
      return {
        passed,
        description: passed
          ? `The asset is fresh: partition ${expected} has arrived.`
          : updatedMs === null
            ? `The asset has never been materialized or observed; by now partition ${expected} is expected.`
            : `The asset is overdue: partition ${expected} is expected by now, and has not arrived.`,
        metadata: {
          ...shared,
          ...(!passed && updatedMs !== null && { [freshnessKeys.lastUpdated]: metadata.timestamp(updatedMs / 1_000) }),
          ...(passed && freshUntilMs !== null && { [freshnessKeys.freshUntil]: metadata.timestamp(freshUntilMs / 1_000) }),
        },
      };
    },
  });
}

/** The cron's last time up to now. */
function latestTickMs(cron: string, timeZone: string, nowMs: number): number {
  return previousTimesMs({ cron: [cron], timeZone }, nowMs + 1, 1)[0]!;
}

function checkCron(cron: string | undefined, timeZone: string, below: (...args: never[]) => unknown): void {
  if (cron === undefined) return;
  try {
    nextTimeMs({ cron: [cron], timeZone }, 0);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InvalidOptionError(
      below.name,
      `nobody understands its \`deadlineCron\` ${JSON.stringify(cron)} in the time zone ${JSON.stringify(timeZone)}: ${reason}`,
      captureSite(below),
    );
  }
}
