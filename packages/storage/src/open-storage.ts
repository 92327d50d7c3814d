import { sql } from "./database/sql.ts";
import { PostgresAssetCheckStore } from "./asset-checks/postgres-asset-check-store.ts";
import { PostgresAssetStore } from "./assets/postgres-asset-store.ts";
import { PostgresBackfillStore } from "./backfills/postgres-backfill-store.ts";
import { Database, type DatabaseOptions } from "./database/database.ts";
import { toMs } from "./database/time.ts";
import { PostgresAutomationStore } from "./automation/postgres-automation-store.ts";
import { PostgresDaemonStore } from "./daemons/postgres-daemon-store.ts";
import { SchemaVersionError } from "./errors.ts";
import { PostgresEventStore } from "./events/postgres-event-store.ts";
import { PostgresFreshnessStore } from "./freshness/postgres-freshness-store.ts";
import { PostgresInstigatorStore } from "./instigators/postgres-instigator-store.ts";
import { migrate, type MigrationReport } from "./migrations/migrate.ts";
import { checkSchemaVersion } from "./migrations/schema-version.ts";
import { PostgresNotifications, silentNotifications } from "./notifications/postgres-notifications.ts";
import { createPartitionsAhead, PartitionKeeper } from "./partition-keeper.ts";
import { PostgresDynamicPartitionStore } from "./partitions/postgres-dynamic-partition-store.ts";
import { PostgresPoolStore } from "./pools/postgres-pool-store.ts";
import { PostgresRetentionStore } from "./retention/postgres-retention-store.ts";
import { PostgresRunStore } from "./runs/postgres-run-store.ts";
import type { StoreOptions } from "./runs/run-store.ts";
import type { Storage, StorageOptions } from "./storage.ts";

const defaultMaxConnections = 5;
const migrationTimeoutMs = 600_000;

/**
 * Opens an instance's database: checks that its schema fits this build, and starts to listen.
 *
 * @throws SchemaVersionError when the schema is missing, older, or newer than this build can work with
 * @throws StorageRefusedError for a wrong password, an unknown database, missing rights or an unreadable URL
 * @throws StorageUnavailableError when Postgres cannot be reached; may be tried again
 */
export async function openStorage(options: StorageOptions): Promise<Storage> {
  const databaseOptions = toDatabaseOptions(options);
  const database = new Database(databaseOptions);
  await using opening = new AsyncDisposableStack();
  opening.use(database);
  await database.transaction(checkSchemaVersion);
  const events = opening.use(new PostgresEventStore(database));
  const runs = new PostgresRunStore(database);
  const listens = options.listen ?? true;
  const notifications = listens
    ? opening.use(
        new PostgresNotifications(database, {
          ...databaseOptions,
          connectionString: options.listenConnectionString ?? options.connectionString,
        }),
      )
    : silentNotifications;
  if (listens) opening.use(new PartitionKeeper(database, databaseOptions.log));
  const open = opening.move();
  return {
    runs,
    events,
    assets: new PostgresAssetStore(database),
    assetChecks: new PostgresAssetCheckStore(database),
    backfills: new PostgresBackfillStore(database, runs),
    dynamicPartitions: new PostgresDynamicPartitionStore(database),
    instigators: new PostgresInstigatorStore(database, runs),
    automation: new PostgresAutomationStore(database),
    freshness: new PostgresFreshnessStore(database),
    pools: new PostgresPoolStore(database),
    daemons: new PostgresDaemonStore(database),
    retention: new PostgresRetentionStore(database),
    notifications,
    nowMs: async (callOptions) => {
      const [row] = await database.rows<{ now: number }>(sql`select ${toMs(sql`clock_timestamp()`)} as now`, callOptions);
      return row?.now ?? Number.NaN;
    },
    getValue: async (key, callOptions) => {
      const [row] = await database.rows<{ value: string }>(sql`select value from dagwright.kvs where key = ${key}`, callOptions);
      return row?.value ?? null;
    },
    setValue: async (key, value, callOptions) => {
      await database.rows(
        sql`insert into dagwright.kvs (key, value) values (${key}, ${value}) on conflict (key) do update set value = excluded.value`,
        callOptions,
      );
    },
    createPartitionsAhead: (callOptions) => createPartitionsAhead(database, callOptions),
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}

/**
 * Brings the database's schema to this build's version. Safe to call from several processes at once, and when there is nothing to do.
 *
 * @throws SchemaVersionError when the schema is newer than this build can work with
 */
export async function migrateStorage(
  options: Pick<StorageOptions, "connectionString" | "log">,
  callOptions?: StoreOptions,
): Promise<MigrationReport> {
  await using database = new Database(toDatabaseOptions({ ...options, role: "migrate", maxConnections: 1 }));
  return await database.transaction((transaction) => migrate(transaction), { ...callOptions, timeoutMs: migrationTimeoutMs });
}

function toDatabaseOptions(options: StorageOptions): DatabaseOptions {
  return {
    connectionString: options.connectionString,
    applicationName: `dagwright/${options.role}`,
    maxConnections: options.maxConnections ?? (options.role === "run-worker" ? 1 : defaultMaxConnections),
    log: options.log ?? (() => undefined),
    ...(options.maxConnectionAgeSeconds !== undefined && { maxConnectionAgeSeconds: options.maxConnectionAgeSeconds }),
    ...(options.statementTimeoutMs !== undefined && { statementTimeoutMs: options.statementTimeoutMs }),
    explainSchema: async (connection) => {
      try {
        await checkSchemaVersion(connection);
        return null;
      } catch (error) {
        return error instanceof SchemaVersionError ? error : null;
      }
    },
  };
}
