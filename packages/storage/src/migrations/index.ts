import { idsWithTime } from "./0001-ids-with-time.ts";
import { runs } from "./0002-runs.ts";
import { runLogs } from "./0003-run-logs.ts";
import { assetEvents } from "./0004-asset-events.ts";
import { partitionsAhead } from "./0005-partitions-ahead.ts";
import { instigators } from "./0006-instigators.ts";
import { daemonsAndValues } from "./0007-daemons-and-values.ts";
import { partitions } from "./0008-partitions.ts";
import { pools } from "./0009-pools.ts";
import { assetChecks } from "./0010-asset-checks.ts";
import { runQueue } from "./0011-run-queue.ts";
import { sensorTicks } from "./0012-sensor-ticks.ts";
import { runRetries } from "./0013-run-retries.ts";
import { backfills } from "./0014-backfills.ts";
import { tickRetries } from "./0015-tick-retries.ts";
import { automation } from "./0016-automation.ts";
import { housekeeping } from "./0017-housekeeping.ts";
import { runsFeed } from "./0018-runs-feed.ts";
import { assetFreshness } from "./0019-asset-freshness.ts";
import { dynamicPartitionVersions } from "./0020-dynamic-partition-versions.ts";
import { backfillLog } from "./0021-backfill-log.ts";
import { packedExplanations } from "./0022-packed-explanations.ts";
import type { Migration } from "./migration.ts";

/** All steps of the schema, in order. */
export const migrations: readonly Migration[] = [
  idsWithTime,
  runs,
  runLogs,
  assetEvents,
  partitionsAhead,
  instigators,
  daemonsAndValues,
  partitions,
  pools,
  assetChecks,
  runQueue,
  sensorTicks,
  runRetries,
  backfills,
  tickRetries,
  automation,
  housekeeping,
  runsFeed,
  assetFreshness,
  dynamicPartitionVersions,
  backfillLog,
  packedExplanations,
];
