export { DuckDBIOManager, type DuckDBIOManagerOptions } from "./duckdb-io-manager.ts";
export { DuckDBLockedError, DuckDBPartitionError, DuckDBTableError } from "./errors.ts";
