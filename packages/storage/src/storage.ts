import type { AssetCheckStore } from "./asset-checks/asset-check-store.ts";
import type { AssetStore } from "./assets/asset-store.ts";
import type { AutomationStore } from "./automation/automation-store.ts";
import type { BackfillStore } from "./backfills/backfill-store.ts";
import type { DaemonStore } from "./daemons/daemon-store.ts";
import type { EventStore } from "./events/event-store.ts";
import type { FreshnessStore } from "./freshness/freshness-store.ts";
import type { InstigatorStore } from "./instigators/instigator-store.ts";
import type { Notifications } from "./notifications/notifications.ts";
import type { DynamicPartitionStore } from "./partitions/dynamic-partition-store.ts";
import type { PoolStore } from "./pools/pool-store.ts";
import type { RetentionStore } from "./retention/retention-store.ts";
import type { RunStore, StoreOptions } from "./runs/run-store.ts";

export interface StorageOptions {
  /** A libpq-style URL. Never logged. */
  readonly connectionString: string;
  /** Most connections of this process, without the one that listens. Default 5; a run worker takes 1. */
  readonly maxConnections?: number;
  /** Shown in `pg_stat_activity` as `dagwright/<role>`. */
  readonly role: "webserver" | "daemon" | "code-location" | "run-worker" | "cli" | "test" | (string & {});
  /** Whether to hold a LISTEN connection. Default true; false for run workers. */
  readonly listen?: boolean;
  /** A direct connection for LISTEN when `connectionString` leads through a pooler. */
  readonly listenConnectionString?: string;
  /** How old a connection of the pool may get, in seconds, before another takes its place. Default: as old as it likes. */
  readonly maxConnectionAgeSeconds?: number;
  /** Server-side limit for a statement that has none of its own, in milliseconds. Default 30,000. */
  readonly statementTimeoutMs?: number;
  /** Told about lost connections, retries and slow statements. */
  readonly log?: (
    level: "debug" | "info" | "warn" | "error",
    message: string,
    fields?: Readonly<Record<string, unknown>>,
  ) => void;
}

/** All stores of one instance's database. Disposing closes every connection after what is in flight has ended. */
export interface Storage extends AsyncDisposable {
  readonly runs: RunStore;
  readonly events: EventStore;
  readonly assets: AssetStore;
  readonly assetChecks: AssetCheckStore;
  readonly backfills: BackfillStore;
  readonly dynamicPartitions: DynamicPartitionStore;
  readonly instigators: InstigatorStore;
  readonly automation: AutomationStore;
  readonly freshness: FreshnessStore;
  readonly pools: PoolStore;
  readonly daemons: DaemonStore;
  readonly retention: RetentionStore;
  readonly notifications: Notifications;
  /** The database's clock, in milliseconds since the epoch. */
  nowMs(options?: StoreOptions): Promise<number>;
  /** Small values by key. */
  getValue(key: string, options?: StoreOptions): Promise<string | null>;
  setValue(key: string, value: string, options?: StoreOptions): Promise<void>;
  /**
   * Creates the partitions of the coming weeks. Storages that listen do so by themselves, at first and once a day. Safe to call from several processes at once.
   * @returns how many were created
   */
  createPartitionsAhead(options?: StoreOptions): Promise<number>;
}
