import { DomainError } from "@dagwright/model";

/** Another process kept the database file open for too long. */
export class DuckDBLockedError extends DomainError<"DuckDBLockedError"> {
  constructor(database: string, waitedMs: number, cause: unknown) {
    super(
      "DuckDBLockedError",
      `The DuckDB database ${database} was in use by another process for ${Math.round(waitedMs / 1000)} seconds; only one process can have it open`,
      { cause },
    );
  }
}

/** A partition's rows cannot be told from the others, or are not in it. */
export class DuckDBPartitionError extends DomainError<"DuckDBPartitionError"> {
  constructor(table: string, partition: string, problem: string) {
    super("DuckDBPartitionError", `Partition "${partition}" of table ${table} ${problem}`);
  }
}

/** What is to be stored does not fit the table that is there. */
export class DuckDBTableError extends DomainError<"DuckDBTableError"> {
  constructor(table: string, problem: string) {
    super("DuckDBTableError", `Table ${table} ${problem}`);
  }
}
