import { describeRetention, type Heartbeat, isAlive } from "@dagwright/storage";

import type * as gql from "../../gen/types.ts";
import type { GraphContext } from "../context.ts";
import { toPythonError } from "../errors/python-error.ts";

/** Loops without which what the instance promises does not happen. */
function requiredTypes({ instance }: GraphContext): string[] {
  const { runCoordinator, runRetries, freshness } = instance.config;
  return [
    "SENSOR",
    "BACKFILL",
    "SCHEDULER",
    ...(runCoordinator.name === "QueuedRunCoordinator" ? ["QUEUED_RUN_COORDINATOR"] : []),
    "MONITORING",
    ...(runRetries.enabled ? ["EVENT_LOG_CONSUMER"] : []),
    "ASSET",
    ...(freshness.enabled ? ["FRESHNESS_DAEMON"] : []),
  ];
}

/** How the daemon's loops are, over all of its replicas: a loop is healthy when one replica beats. Its last errors stand beside that; most are of users' code. */
export function toDaemonHealth(context: GraphContext): gql.DaemonHealth {
  const { storage, signal } = context;
  // One read for all fields of one answer.
  let read: Promise<readonly gql.DaemonStatus[]> | undefined;
  const statuses = (): Promise<readonly gql.DaemonStatus[]> =>
    (read ??= storage.daemons.heartbeats({ signal }).then((beats) => {
      const required = requiredTypes(context);
      const types = [...new Set([...required, ...beats.map(({ daemonType }) => daemonType)])];
      return types.map((daemonType) =>
        toDaemonStatus(
          daemonType,
          required.includes(daemonType),
          beats.filter((beat) => beat.daemonType === daemonType),
        ),
      );
    }));
  return {
    id: "daemonHealth",
    allDaemonStatuses: () => statuses(),
    daemonStatus: async ({ daemonType }) =>
      (await statuses()).find((status) => status.daemonType === daemonType) ?? toDaemonStatus(daemonType ?? "", false, []),
  };
}

function toDaemonStatus(daemonType: string, required: boolean, beats: readonly Heartbeat[]): gql.DaemonStatus {
  const newest = beats.toSorted((a, b) => a.atMs - b.atMs).at(-1);
  return {
    id: daemonType,
    daemonType,
    required,
    healthy: beats.some(isAlive),
    lastHeartbeatTime: newest === undefined ? null : newest.atMs / 1000,
    lastHeartbeatErrors: () => beats.flatMap(({ errors }) => errors.map(toPythonError)),
    replicas: () => beats.map(toDaemonReplica),
    report: async (_, { storage, signal }) => {
      const report = daemonType === "RETENTION" ? await storage.retention.lastReport({ signal }) : null;
      return report === null ? null : describeRetention(report);
    },
  };
}

const toDaemonReplica = (beat: Heartbeat): gql.DaemonReplica => ({
  id: beat.holder,
  alive: isAlive(beat),
  lastHeartbeatTime: beat.atMs / 1000,
  lag: beat.lagMs / 1000,
  errors: () => beat.errors.map(toPythonError),
});
