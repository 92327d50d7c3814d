import { crashPoint, type HolderId } from "@dagwright/model";
import { isTransientCallError } from "@dagwright/rpc";
import type { Storage } from "@dagwright/storage";
import { launchClaims, type LaunchOptions, type RunLauncher } from "@dagwright/workspace";
import type { FastifyBaseLogger } from "fastify";

export interface LaunchSweepOptions {
  readonly storage: Storage;
  readonly launcher: RunLauncher;
  readonly holder: HolderId;
  readonly log: FastifyBaseLogger;
  /** What becomes of queued runs whose code location cannot be reached. Default: nothing else than of others. */
  readonly requeue?: NonNullable<LaunchOptions["requeue"]>;
  /** How long this server has for a launch that it took over, in milliseconds. Default 30 s. */
  readonly claimMs?: number;
  /** How often it looks when nothing wakes it, in milliseconds: the longest that a run waits whose launcher died. Default 10 s. */
  readonly everyMs?: number;
}

const batch = 50;

/**
 * Takes over launches whose claim ran out: the process that was to launch them died, or their code location was away. Every webserver and daemon
 * does so; each launch is claimed by one.
 */
export function startLaunchSweep({
  storage,
  launcher,
  holder,
  log,
  requeue = { maxRetries: 0, delayMs: 0 },
  claimMs = 30_000,
  everyMs = 10_000,
}: LaunchSweepOptions): AsyncDisposable {
  const stop = new AbortController();
  let wake = Promise.withResolvers<void>();
  const subscription = storage.notifications.subscribe(({ kind }) => {
    if (kind === "launch" || kind === "resync") wake.resolve();
  });

  const sweep = async (): Promise<number> => {
    crashPoint("launches.before-claim");
    const claims = await storage.runs.claimLaunches(holder, batch, claimMs, { signal: stop.signal });
    if (claims.length > 0) crashPoint("launches.after-claim");
    const outcomes = await launchClaims(claims, {
      storage,
      launcher,
      isTransient: isTransientCallError,
      nowMs: Date.now,
      requeue,
    });
    for (const { claim, result, error } of outcomes) {
      log.info({ runId: claim.run.id, result, err: error }, "Took over a launch that was overdue");
    }
    return claims.length;
  };
  const loop = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      wake = Promise.withResolvers<void>();
      let handled = 0;
      try {
        handled = await sweep();
      } catch (error) {
        if (!stop.signal.aborted) log.warn({ err: error }, "The sweep of overdue launches failed; it is tried again");
      }
      if (handled === batch) continue;
      const timer = setTimeout(() => wake.resolve(), everyMs);
      stop.signal.addEventListener("abort", () => wake.resolve(), { once: true });
      if (!stop.signal.aborted) await wake.promise;
      clearTimeout(timer);
    }
  };
  const running = loop();

  return {
    async [Symbol.asyncDispose]() {
      subscription[Symbol.dispose]();
      stop.abort();
      await running;
    },
  };
}
