import { block, oneOf } from "../config-file/block.ts";
import { refused } from "../config-file/refused.ts";
import { text } from "../config-file/scalars.ts";
import { unitedStorage } from "../components/storages.ts";
import { mysqlConfig } from "./mysql.ts";
import { type PostgresConfig, postgresConfig } from "./postgres.ts";

/** Where runs, events and schedules are kept. */
export type StorageConfig = ({ readonly kind: "postgres" } & PostgresConfig) | { readonly kind: "embedded" };

const instead = "use postgres, or leave storage out for the embedded Postgres";

/** `storage`. */
export const storage = oneOf({
  postgres: postgresConfig,
  mysql: refused(`MySQL storage is known, but not built yet; ${instead}`, mysqlConfig),
  sqlite: refused(`SQLite storage is known, but not built yet; ${instead}`, block({ base_dir: text() })),
  custom: unitedStorage,
}).transform((given): StorageConfig => ({ kind: "postgres", ...(given.value as PostgresConfig) }));
