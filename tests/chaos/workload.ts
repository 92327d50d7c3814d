import { setTimeout as delay } from "node:timers/promises";
import type { HarnessClient } from "./harness-client.ts";
import { query } from "../graphql.ts";
import type { Storage } from "@dagwright/storage";
import { launchBackfill } from "./launch-backfill.ts";
import { locationName } from "../stack/stack.ts";
import type { Random } from "./random.ts";

export interface WorkloadOptions {
  readonly url: () => string;
  readonly client: HarnessClient;
  readonly storage: Storage;
  readonly random: Random;
  /** Milliseconds between two launches over GraphQL, on average. Default 900. */
  readonly launchEveryMs?: number;
  /** Milliseconds between two moments at which schedules are made due. Default 700. */
  readonly dueEveryMs?: number;
}

/** A launch as its client saw it. */
export interface Launched {
  readonly number: number;
  /** Null when the answer was lost: the run may be there or not, and once at most. */
  readonly runId: string | null;
}

const mostOpenRuns = 15;
const backfillEveryMs = 15_000;
const jobs = ["quick", "chain", "pooled", "in_processes", "counting"] as const;
export type ChaosJob = (typeof jobs)[number];

/** What keeps the stack busy: launches over GraphQL, and schedules that are due every moment instead of every minute. */
export class Workload {
  readonly launched: Launched[] = [];
  readonly #options: WorkloadOptions;
  #launches = 0;
  readonly #stop = new AbortController();
  readonly #running: readonly Promise<void>[];

  constructor(options: WorkloadOptions) {
    this.#options = options;
    const { launchEveryMs = 900, dueEveryMs = 700 } = options;
    this.#running = [
      this.#every(launchEveryMs, () => this.launch(options.random.pick(jobs))),
      this.#every(dueEveryMs, () => this.makeDue()),
      this.#every(backfillEveryMs, () => this.launchBackfill()),
    ];
  }

  /** Ends the launching; what has begun goes on. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#running);
  }

  async #every(meanMs: number, work: () => Promise<void>): Promise<void> {
    const { random } = this.#options;
    while (!this.#stop.signal.aborted) {
      if (!(await this.#isBehind())) await work();
      await delay(meanMs * (0.5 + random.next()), undefined, { signal: this.#stop.signal }).catch(() => undefined);
    }
  }

  /** Whether so much is open that more would only measure the machine. */
  async #isBehind(): Promise<boolean> {
    const open = "select 1 from dagwright.runs where status in ('QUEUED', 'STARTING', 'STARTED', 'CANCELING')";
    // The database is away at times.
    return this.#options.client.query(open).then(
      ({ rows }) => rows.length > mostOpenRuns,
      () => false,
    );
  }

  /** Launches a job over GraphQL. Never rejects: an answer that is lost is noted as such. */
  async launch(job: ChaosJob, priority = 0): Promise<void> {
    const { url } = this.#options;
    const number = this.#launches;
    this.#launches += 1;
    try {
      const { launchRun } = await query<{ launchRun: { __typename: string; run?: { runId: string } } }>(url(), launchMutation, {
        params: {
          selector: { repositoryLocationName: locationName, repositoryName: "__repository__", jobName: job },
          runConfigData: {},
          executionMetadata: {
            tags: [
              { key: "chaos/launch", value: String(number) },
              { key: "dagster/priority", value: String(priority) },
            ],
          },
        },
      });
      this.launched.push({ number, runId: launchRun.run?.runId ?? null });
    } catch {
      this.launched.push({ number, runId: null });
    }
  }

  async launchBackfill(): Promise<void> {
    // The database is away at times.
    await launchBackfill(this.#options.storage).catch(() => undefined);
  }

  /** Moves the next time of some schedules to now. Only of those that wait: a due time that somebody works on stays. */
  async makeDue(): Promise<void> {
    const { client, random } = this.#options;
    await client
      .query(
        `update dagwright.instigators set next_at = date_trunc('milliseconds', clock_timestamp())
         where kind = 'SCHEDULE' and lease_holder is null and next_at > now() + interval '1 second' and mod(abs(hashtext(id || $1)), 3) = 0`,
        [String(random.next())],
      )
      // The database is away at times.
      .catch(() => undefined);
    await client.query(`notify dagwright_work, 'instigator'`).catch(() => undefined);
  }
}

const launchMutation = `
  mutation ($params: ExecutionParams!) {
    launchRun(executionParams: $params) { __typename ... on LaunchRunSuccess { run { runId } } }
  }`;
