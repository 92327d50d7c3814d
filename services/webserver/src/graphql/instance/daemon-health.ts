import type { Heartbeat } from "@dagwright/storage";

import type * as gql from "../../gen/types.ts";
import type { GraphContext } from "../context.ts";
import { toPythonError } from "../errors/python-error.ts";

/** A loop that has not been heard of for so long is taken for dead: some beats may be late on a busy machine. */
const aliveMs = 30_000;

export const isAlive = ({ atMs }: Heartbeat, nowMs: number): boolean => nowMs - atMs < aliveMs;

/** Loops without which what the instance promises does not happen. */
function requiredTypes({ instance }: GraphContext): string[] {
  return [
    "SCHEDULER",
    "SENSOR",
    ...(instance.config.runCoordinator.name === "QueuedRunCoordinator" ? ["QUEUED_RUN_COORDINATOR"] : []),
    "MONITORING",
  ];
}

/** How the daemon's loops are, over all of its replicas: a loop is healthy when one replica beats and says nothing of errors. */
export function toDaemonHealth(context: GraphContext): gql.DaemonHealth {
  const { storage, signal } = context;
  // One read for all fields of one answer.
  let read: Promise<readonly gql.DaemonStatus[]> | undefined;
  const statuses = (): Promise<readonly gql.DaemonStatus[]> =>
    (read ??= Promise.all([storage.daemons.heartbeats({ signal }), storage.nowMs({ signal })]).then(([beats, nowMs]) => {
      const required = requiredTypes(context);
      const types = [...new Set([...required, ...beats.map(({ daemonType }) => daemonType)])];
      return types.map((daemonType) =>
        toDaemonStatus(
          daemonType,
          required.includes(daemonType),
          beats.filter((beat) => beat.daemonType === daemonType),
          nowMs,
        ),
      );
    }));
  return {
    id: "daemonHealth",
    allDaemonStatuses: () => statuses(),
    daemonStatus: async ({ daemonType }) =>
      (await statuses()).find((status) => status.daemonType === daemonType) ?? toDaemonStatus(daemonType ?? "", false, [], 0),
  };
}

function toDaemonStatus(daemonType: string, required: boolean, beats: readonly Heartbeat[], nowMs: number): gql.DaemonStatus {
  const alive = beats.filter((beat) => isAlive(beat, nowMs));
  const newest = beats.toSorted((a, b) => a.atMs - b.atMs).at(-1);
  return {
    id: daemonType,
    daemonType,
    required,
    healthy: alive.some(({ errors }) => errors.length === 0),
    lastHeartbeatTime: newest === undefined ? null : newest.atMs / 1000,
    lastHeartbeatErrors: () => beats.flatMap(({ errors }) => errors.map(toPythonError)),
  };
}
