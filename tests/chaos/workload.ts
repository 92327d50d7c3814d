import { setTimeout as delay } from "node:timers/promises";
import type { HarnessClient } from "./harness-client.ts";
import { query } from "../graphql.ts";
import type { Storage } from "@dagwright/storage";
import { launchBackfill } from "./launch-backfill.ts";
import { locationName } from "../stack/stack.ts";
import { failSeconds, gauges, warnSeconds } from "./project/gauges.ts";
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
const mostOpenBackfills = 3;
const backfillEveryMs = 15_000;
const gaugeEveryMs = 3_000;
/** How old what is told of a gauge is: fresh, soon too old, too old. */
const agesMs = [0, (warnSeconds + 1) * 1_000, (failSeconds + 1) * 1_000] as const;
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
      this.#every(gaugeEveryMs, () => this.reportGauge()),
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
      if (!(await this.isBehind())) await work();
      await delay(meanMs * (0.5 + random.next()), undefined, { signal: this.#stop.signal }).catch(() => undefined);
    }
  }

  /** Whether so much is open that more would only measure the machine. */
  async isBehind(): Promise<boolean> {
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

  /** Unless there are some already: each is worked on by several passes. */
  async launchBackfill(): Promise<void> {
    const { client, storage } = this.#options;
    // The database is away at times.
    const open = await client.column("select id from dagwright.backfills where ended_at is null").catch(() => []);
    if (open.length < mostOpenBackfills) await launchBackfill(storage).catch(() => undefined);
  }

  /** Tells from outside that a gauge was made, a while ago or now: its freshness changes, and what follows it is asked for. */
  async reportGauge(): Promise<void> {
    const { storage, random, client } = this.#options;
    // What was there when conditions were evaluated for the first time is no news to them, and nobody asks for what follows it.
    const evaluated = `select 1 from dagwright.ticks t join dagwright.instigators i on i.id = t.instigator_id where i.name = 'sensor_automation' limit 1`;
    const hasBegun = await client.query(evaluated).then(
      ({ rows }) => rows.length > 0,
      () => false,
    );
    if (!hasBegun) return;
    const event = {
      type: "ASSET_MATERIALIZATION",
      atMs: Date.now() - random.pick(agesMs),
      message: "",
      stepKey: null,
      assetKey: [random.pick(gauges)],
      partition: null,
      description: null,
      metadata: {},
      tags: {},
    } as const;
    // The database is away at times.
    await storage.assets.report([event]).catch(() => undefined);
  }

  /** Puts things into the tables that retention is to remove, and lets it begin at once, whoever has its turn. */
  async makeOld(): Promise<void> {
    const { client } = this.#options;
    await client.query(oldThings).catch(() => undefined);
    await client.query("update dagwright.retention set next_at = now(), lease_until = now()").catch(() => undefined);
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

const oldThings = `
  with old_ticks as (
    insert into dagwright.ticks (instigator_id, scheduled_at, started_at, status)
    select id, now() - interval '100 days' - make_interval(secs => n + random()), now(), 'SKIPPED'
    from dagwright.instigators, generate_series(1, 20) n where name like 'sensor%')
  insert into dagwright.automation_evaluations (entity, evaluation_id, instigator_id, evaluated_at, requested_count, explanation)
  select 'old', nextval('dagwright.automation_evaluation_ids'), 'old', now() - interval '100 days', 0, '{}' from generate_series(1, 50)`;

const launchMutation = `
  mutation ($params: ExecutionParams!) {
    launchRun(executionParams: $params) { __typename ... on LaunchRunSuccess { run { runId } } }
  }`;
