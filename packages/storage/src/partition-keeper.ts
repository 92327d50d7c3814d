import { sql } from "./database/sql.ts";
import type { CallOptions, Database, DatabaseOptions } from "./database/database.ts";

/** Weeks of partitions that are kept ready; an instance that is off for shorter loses nothing. */
const weeksAhead = 8;
const everyMs = 24 * 3_600_000;

/** @returns how many were created */
export async function createPartitionsAhead(database: Database, options?: CallOptions): Promise<number> {
  const [row] = await database.rows<{ created: number }>(
    sql`select dagwright.create_partitions_ahead(${weeksAhead}::int) as created`,
    options,
  );
  return row?.created ?? 0;
}

/**
 * Keeps partitions ahead for as long as a process lives. Without any such process rows go to the default partitions: nothing breaks, but
 * retention has to delete them one by one.
 */
export class PartitionKeeper implements AsyncDisposable {
  readonly #database: Database;
  readonly #log: DatabaseOptions["log"];
  readonly #timer: NodeJS.Timeout;
  #running: Promise<void>;

  constructor(database: Database, log: DatabaseOptions["log"]) {
    this.#database = database;
    this.#log = log;
    this.#running = this.#run();
    this.#timer = setInterval(() => {
      this.#running = this.#run();
    }, everyMs);
    this.#timer.unref();
  }

  async #run(): Promise<void> {
    try {
      await createPartitionsAhead(this.#database);
    } catch (error) {
      // A role that may not create tables, or a database that is away: the next time or another process will do.
      this.#log("warn", "partitions of the coming weeks could not be created", {
        message: error instanceof Error ? error.message : String(error),
      });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }
}
