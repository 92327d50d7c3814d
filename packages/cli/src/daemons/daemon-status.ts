import type { CommandContext } from "../context.ts";
import { openInstanceForCommand } from "../instance/open-for-command.ts";
import { connect } from "../webserver-client/connect.ts";

/** How one replica of the daemon fares with one of its duties. */
export interface DaemonReplicaReport {
  /** Dagster's name of the duty, e.g. `SCHEDULER`. */
  readonly daemon: string;
  /** Host, process id and a random part. */
  readonly replica: string;
  readonly isAlive: boolean;
  readonly heartbeatAt: string;
  readonly lagMs: number;
  /** Messages of the last five minutes, newest first. */
  readonly errors: readonly string[];
}

/** What `daemon status` tells. */
export interface DaemonStatusReport {
  readonly nowMs: number;
  readonly replicas: readonly DaemonReplicaReport[];
}

/** Reads how the daemon's replicas fare: of the webserver that `--url` names, else of this home's database. */
export async function readDaemonStatus(options: { readonly url?: string }, context: CommandContext): Promise<DaemonStatusReport> {
  return options.url === undefined ? await storedStatus(context) : await deployedStatus(options, context);
}

async function storedStatus(context: CommandContext): Promise<DaemonStatusReport> {
  const { isAlive } = await import("@dagwright/storage");
  await using instance = await openInstanceForCommand(context);
  const { storage } = instance;
  const [beats, nowMs] = [await storage.daemons.heartbeats(), await storage.nowMs()];
  const replicas = beats.map((beat) => ({
    daemon: beat.daemonType,
    replica: beat.holder,
    isAlive: isAlive(beat),
    heartbeatAt: new Date(beat.atMs).toISOString(),
    lagMs: beat.lagMs,
    errors: beat.errors.map(({ message }) => message),
  }));
  return { nowMs, replicas: inOrder(replicas) };
}

interface StatusAnswer {
  readonly daemonType: string;
  readonly replicas: readonly {
    readonly id: string;
    readonly alive: boolean;
    readonly lastHeartbeatTime: number;
    readonly lag: number;
    readonly errors: readonly { readonly message: string }[];
  }[];
}

const statusQuery = `{ instance { daemonHealth { allDaemonStatuses {
  daemonType replicas { id alive lastHeartbeatTime lag errors { message } } } } } }`;

async function deployedStatus(options: { readonly url?: string }, context: CommandContext): Promise<DaemonStatusReport> {
  const { instance } = await connect(options, context).query<{
    instance: { daemonHealth: { allDaemonStatuses: readonly StatusAnswer[] } };
  }>(statusQuery);
  const replicas = instance.daemonHealth.allDaemonStatuses.flatMap(({ daemonType, replicas: each }) =>
    each.map((replica) => ({
      daemon: daemonType,
      replica: replica.id,
      isAlive: replica.alive,
      heartbeatAt: new Date(replica.lastHeartbeatTime * 1000).toISOString(),
      lagMs: replica.lag * 1000,
      errors: replica.errors.map(({ message }) => message),
    })),
  );
  return { nowMs: Date.now(), replicas: inOrder(replicas) };
}

const inOrder = (replicas: readonly DaemonReplicaReport[]): readonly DaemonReplicaReport[] =>
  replicas.toSorted((a, b) => a.replica.localeCompare(b.replica) || a.daemon.localeCompare(b.daemon));
