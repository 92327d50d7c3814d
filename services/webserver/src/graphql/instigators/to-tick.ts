import type { InstigatorKind, LogLevel } from "@dagwright/model";
import { logLevels } from "@dagwright/model";
import type { Tick } from "@dagwright/storage";

import type * as gql from "../../gen/types.ts";
import { requestedAssets } from "../automation/requested-assets.ts";
import { toPythonErrorOrNull } from "../errors/python-error.ts";
import { toDynamicPartitionRequest } from "./tick-evaluation.ts";
import { toRun } from "../runs/to-run.ts";

export const toTick = (tick: Tick, kind: InstigatorKind): gql.InstigationTick => ({
  id: tick.id,
  tickId: tick.id,
  status: tick.status,
  timestamp: tick.scheduledAtMs / 1000,
  endTimestamp: tick.endedAtMs === null ? null : tick.endedAtMs / 1000,
  runIds: tick.runIds,
  runKeys: tick.runKeys,
  runs: async (_, { loaders }) => {
    const runs = await loaders.maybeRun.loadMany(tick.runIds);
    return runs.flatMap((run) => (run === null || run instanceof Error ? [] : [toRun(run)]));
  },
  originRunIds: tick.originRunIds,
  dynamicPartitionsRequestResults: tick.dynamicPartitions.map((result) => ({
    ...toDynamicPartitionRequest(result),
    skippedPartitionKeys: [...result.skippedKeys],
  })),
  autoMaterializeAssetEvaluationId: tick.evaluationId,
  requestedAssetKeys: async (_, context) =>
    (await requestedAssets(tick.evaluationId, context)).assets.map(({ assetKey }) => assetKey),
  requestedAssetMaterializationCount: async (_, context) => (await requestedAssets(tick.evaluationId, context)).count,
  requestedMaterializationsForAssets: async (_, context) => (await requestedAssets(tick.evaluationId, context)).assets,
  // Conditions belong to assets and checks; jobs have none.
  requestedJobRunCount: 0,
  requestedRunsForJobs: [],
  error: toPythonErrorOrNull(tick.error),
  skipReason: tick.skipReason,
  cursor: tick.cursor,
  logEvents: {
    events: tick.logs.map(({ level, message, atMs }) => ({
      message,
      timestamp: String(Math.trunc(atMs)),
      level: toLevel(level),
    })),
    cursor: String(tick.logs.length),
    hasMore: false,
  },
  // What its code logged is kept with the tick, and in no file.
  logKey: null,
  instigationType: kind === "SCHEDULE" ? "SCHEDULE" : "SENSOR",
});

/** User code may log under names of its own. */
function toLevel(level: string): LogLevel {
  const upper = level.toUpperCase();
  return logLevels.find((each) => each === upper) ?? (upper === "WARN" ? "WARNING" : "INFO");
}
