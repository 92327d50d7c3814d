import { openRawClient } from "@dagwright/storage/testing";
import type pg from "pg";
import { harnessName } from "./audit.ts";

/** The harness's way to the database, over servers that die: one connection at a time, a new one when the last is lost. */
export class HarnessClient implements AsyncDisposable {
  readonly #connectionString: string;
  #client: Promise<pg.Client> | null = null;
  #last: Promise<unknown> = Promise.resolve();

  constructor(connectionString: string) {
    this.#connectionString = connectionString;
  }

  /** @throws what Postgres says, also that it is away */
  async query<Row extends object>(query: string | pg.QueryConfig, values?: readonly unknown[]): Promise<pg.QueryResult<Row>> {
    const ask = async (): Promise<pg.QueryResult<Row>> => {
      const client = await this.#connect();
      return client.query<Row>(query as string, values === undefined ? undefined : [...values]);
    };
    // One after the other, whoever asks.
    const answer = this.#last.then(ask, ask);
    this.#last = answer;
    return answer;
  }

  async rows<Row extends object>(query: string | pg.QueryConfig, values?: readonly unknown[]): Promise<readonly Row[]> {
    return (await this.query<Row>(query, values)).rows;
  }

  /** The first column. */
  async column(query: string): Promise<readonly string[]> {
    return (await this.rows<Readonly<Record<string, string>>>(query)).map((row) => Object.values(row)[0] ?? "");
  }

  #connect(): Promise<pg.Client> {
    if (this.#client !== null) return this.#client;
    const connecting = openRawClient(this.#connectionString, harnessName);
    this.#client = connecting;
    const forget = (): void => {
      if (this.#client === connecting) this.#client = null;
    };
    connecting.then((client) => client.on("end", forget), forget);
    return connecting;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await (await this.#client)?.end();
  }
}
