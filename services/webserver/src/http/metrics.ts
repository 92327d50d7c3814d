import { isAlive } from "@dagwright/storage";
import type { FastifyInstance } from "fastify";

import type { ServerScope } from "../graphql/context.ts";

/** A scrape that takes longer says more about the database than its numbers would. */
const scrapeMs = 5_000;

/**
 * `GET /metrics` in Prometheus's text format: what the instance knows of its runs and daemons, which every webserver answers alike, and what this process
 * uses. Everything is read when it is asked for; nothing is kept or counted in between.
 */
export function metricsEndpoint(app: FastifyInstance, scope: ServerScope): void {
  let collector: Promise<() => Promise<{ readonly type: string; readonly text: string }>> | undefined;
  app.get("/metrics", async (_request, reply) => {
    const collect = await (collector ??= makeCollector(scope));
    const { type, text } = await collect();
    return reply.type(type).send(text);
  });
}

/** Loaded when somebody scrapes: most servers on a laptop never do. */
async function makeCollector({ storage, workspace }: ServerScope) {
  const { collectDefaultMetrics, Gauge, Registry } = await import("prom-client");
  const register = new Registry();
  collectDefaultMetrics({ register });
  const gauge = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Gauge({ name: `dagwright_${name}`, help, labelNames: [...labelNames], registers: [register] });
  const runs = gauge("runs", "Runs that have not ended.", ["status", "location"]);
  const oldest = gauge("oldest_run_age_seconds", "Age of the oldest run that has not ended.", ["status", "location"]);
  const beat = gauge("daemon_heartbeat_age_seconds", "Time since a replica's last sign of life.", ["daemon", "replica"]);
  const lag = gauge("daemon_lag_seconds", "How much later than due a replica's last pass began.", ["daemon", "replica"]);
  const errors = gauge("daemon_errors", "Errors of a replica in the last five minutes.", ["daemon", "replica"]);
  const alive = gauge("daemon_replicas", "Replicas that are alive.", ["daemon"]);
  const locations = gauge("code_location_up", "1 while a code location serves its definitions.", ["location"]);

  return async () => {
    const signal = AbortSignal.timeout(scrapeMs);
    const [counts, beats, nowMs] = await Promise.all([
      storage.runs.unfinishedCounts({ signal }),
      storage.daemons.heartbeats({ signal }),
      storage.nowMs({ signal }),
    ]);
    for (const each of [runs, oldest, beat, lag, errors, alive, locations]) each.reset();
    for (const { status, location, count, oldestCreatedAtMs } of counts) {
      runs.set({ status, location }, count);
      oldest.set({ status, location }, Math.max(0, nowMs - oldestCreatedAtMs) / 1000);
    }
    for (const each of beats) {
      const labels = { daemon: each.daemonType, replica: each.holder };
      beat.set(labels, each.silentMs / 1000);
      lag.set(labels, each.lagMs / 1000);
      errors.set(labels, each.errors.length);
      alive.inc({ daemon: each.daemonType }, isAlive(each) ? 1 : 0);
    }
    for (const entry of workspace.entries()) locations.set({ location: entry.name }, entry.isServing ? 1 : 0);
    return { type: register.contentType, text: await register.metrics() };
  };
}
