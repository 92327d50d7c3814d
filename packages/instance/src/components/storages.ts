import { opaqueMapping, text } from "../config-file/scalars.ts";
import { block } from "../config-file/block.ts";
import { mysqlConfig } from "../config/mysql.ts";
import { type PostgresConfig, postgresConfig } from "../config/postgres.ts";
import { component, type ComponentDefinition } from "./component.ts";

const insteadOfOthers = "use Postgres, or leave the storage out for the embedded Postgres";

/** The components of one of `run_storage`, `event_log_storage` and `schedule_storage`; `noun` is `Run`, `EventLog` or `Schedule`. */
function storagesOf(prefix: "Run" | "EventLog" | "Schedule") {
  const sqlite = {
    pythonPackage: "dagster",
    config: block({ base_dir: text().optional(), inst_data: opaqueMapping().optional() }),
    notBuilt: insteadOfOthers,
  };
  return [
    { className: `Postgres${prefix}Storage`, pythonPackage: "dagster_postgres", config: postgresConfig },
    { className: `MySQL${prefix}Storage`, pythonPackage: "dagster_mysql", config: mysqlConfig, notBuilt: insteadOfOthers },
    { className: `Sqlite${prefix}Storage`, ...sqlite },
    ...(prefix === "EventLog" ? [{ className: "ConsolidatedSqliteEventLogStorage", ...sqlite }] : []),
    { className: `InMemory${prefix}Storage`, pythonPackage: "dagster", config: opaqueMapping(), notBuilt: insteadOfOthers },
  ] satisfies ComponentDefinition<unknown>[];
}

const storageBlock = (prefix: "Run" | "EventLog" | "Schedule", noun: string) =>
  component(storagesOf(prefix), { noun, custom: false }).transform((setting) => setting as PostgresConfig);

export const runStorage = storageBlock("Run", "run storage");
export const eventLogStorage = storageBlock("EventLog", "event log storage");
export const scheduleStorage = storageBlock("Schedule", "schedule storage");

/** What `storage.custom` may name: the storages of Dagster's that unite the three. */
export const unitedStorage = component(
  [
    { className: "DagsterPostgresStorage", pythonPackage: "dagster_postgres", config: postgresConfig },
    { className: "DagsterMySQLStorage", pythonPackage: "dagster_mysql", config: mysqlConfig, notBuilt: insteadOfOthers },
    {
      className: "DagsterSqliteStorage",
      pythonPackage: "dagster",
      config: block({ base_dir: text() }),
      notBuilt: insteadOfOthers,
    },
    {
      className: "LegacyStorage",
      pythonPackage: "dagster",
      config: opaqueMapping(),
      notBuilt: "name the three storages in their own blocks",
    },
  ],
  { noun: "storage", custom: false },
).transform((setting) => setting as PostgresConfig);
