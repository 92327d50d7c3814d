import { systemTags, type Tags } from "@dagwright/model";
import { makePartitionStatusCache } from "@dagwright/workspace";
import { parseCursor } from "../automation/automation-cursor.ts";
import { DynamicKeysCache } from "../automation/dynamic-keys-cache.ts";
import { evaluateAutomation } from "../automation/evaluate-automation.ts";
import { GraphCache } from "../automation/graph-cache.ts";
import { newsTypes } from "../automation/read-news.ts";
import { createInstigatorLoop, type InstigatorLoopOptions } from "../instigator-loop.ts";
import type { Loop, Pass } from "../loop.ts";

export interface AutomationLoopOptions extends InstigatorLoopOptions {
  /** Tags of every run that automation asks for. Default: none. */
  readonly runTags?: Tags;
  /** Shortest time between two evaluations of a sensor, in seconds, where its own is shorter. Default: the sensors' own. */
  readonly minimumIntervalSeconds?: number;
  /** How often a tick whose evaluation failed is tried again before the next one has its turn. Default 3. */
  readonly maxTickRetries?: number;
  /** Whether automation is paused as a whole. Default: it is not. */
  readonly isPaused?: (signal: AbortSignal) => Promise<boolean>;
}

/**
 * Evaluates automation condition sensors: those for which a time has come, and those behind whose cursors there is news in the stream of
 * events. Whether there is any is looked up when a notification says that something has happened; between notifications it costs nothing.
 */
export function createAutomationLoop(options: AutomationLoopOptions): Loop {
  const { storage, workspace, runTags = {}, minimumIntervalSeconds = 0, maxTickRetries = 3, isPaused } = options;
  const graphs = new GraphCache();
  const partitionStatuses = makePartitionStatusCache(storage);
  const dynamicKeys = new DynamicKeysCache(storage);
  const evaluator = { storage, workspace, graphs, partitionStatuses, dynamicKeys, runTags };
  const intervalMs = (sensor: { readonly minimumIntervalSeconds: number }): number =>
    Math.max(minimumIntervalSeconds, sensor.minimumIntervalSeconds) * 1000;

  const loop = createInstigatorLoop(options, {
    name: "automation",
    daemonType: "ASSET",
    kind: "AUTOMATION",
    find: (snapshot, name) => snapshot.sensors.find((sensor) => sensor.name === name && sensor.automation !== undefined),
    jobNames: ({ automation }) => automation?.jobs ?? [],
    timing: (sensor, claim) => ({ scheduledAtMs: claim.scheduledAtMs, nextAtMs: claim.nowMs + intervalMs(sensor) }),
    async evaluate(_, sensor, { claim }, signal) {
      const entry = workspace.entries().find(({ name }) => name === claim.instigator.location);
      if (entry === undefined) throw new RangeError(`Code location "${claim.instigator.location}" is gone`);
      const evaluated = await evaluateAutomation(evaluator, { entry, sensor, claim }, signal);
      const { automation, runs, jobRequests, cursor, skipReason, failure, nextAtMs } = evaluated;
      const dueNextMs = Math.max(nextAtMs ?? Number.MAX_SAFE_INTEGER, claim.nowMs + intervalMs(sensor));
      return { runRequests: jobRequests, skipReason, cursor, logs: [], automation, failure, tickRuns: runs, nextAtMs: dueNextMs };
    },
    tags: (sensor) => ({ [systemTags.sensorName]: sensor.name }),
    maxTickRetries,
    gatherMs: 0,
  });

  /** Makes due those sensors behind whose cursors there is news. @returns when the next one that has news may be evaluated */
  async function hurryForNews(signal: AbortSignal): Promise<number | null> {
    const sensors = workspace
      .entries()
      .flatMap(({ name: location, isServing, snapshot }) =>
        isServing
          ? (snapshot?.sensors ?? []).flatMap((sensor) => (sensor.automation === undefined ? [] : [{ location, sensor }]))
          : [],
      );
    if (sensors.length === 0) return null;
    const found = new Map(
      (
        await storage.instigators.list(
          "AUTOMATION",
          sensors.map(({ location }) => location),
          { signal },
        )
      ).map((one) => [`${one.location} ${one.name}`, one]),
    );
    const nowMs = await storage.nowMs({ signal });
    const hurried = [];
    let nextMs: number | null = null;
    for (const { location, sensor } of sensors) {
      const instigator = found.get(`${location} ${sensor.name}`);
      if (instigator === undefined || instigator.nextAtMs === null || instigator.nextAtMs <= nowMs) continue;
      const cursor = parseCursor(instigator.cursor);
      // One that was never evaluated is due as it is.
      if (cursor === null) continue;
      const isCodeNew =
        graphs.get(
          workspace.entries().find(({ name }) => name === location)!,
          workspace,
        ).code !== cursor.code;
      const { entries, lagMs } = isCodeNew
        ? { entries: [], lagMs: 0 }
        : await storage.events.readStream(cursor.stream, { types: newsTypes, limit: 1 }, { signal });
      if (!isCodeNew && entries.length === 0) {
        // What has happened may stand behind a transaction that is still open.
        if (lagMs > 0) nextMs = Math.min(nextMs ?? Infinity, nowMs + laggingMs);
        continue;
      }
      const earliestMs = cursor.atMs + intervalMs(sensor);
      if (earliestMs > nowMs) nextMs = Math.min(nextMs ?? Infinity, earliestMs);
      else hurried.push(instigator.id);
    }
    await storage.instigators.hurry(hurried, { signal });
    return nextMs;
  }

  return {
    ...loop,
    wakesOn: ["instigator", "location", "events", "asset"],
    async runOnce(signal): Promise<Pass> {
      if (isPaused !== undefined && (await isPaused(signal))) return { handled: 0, nextDueAtMs: null };
      const newsAtMs = await hurryForNews(signal);
      const pass = await loop.runOnce(signal);
      const times = [newsAtMs, pass.nextDueAtMs].filter((time) => time !== null);
      return { ...pass, nextDueAtMs: times.length === 0 ? null : Math.min(...times) };
    },
  };
}

/** How soon to look again while an open transaction hides what came after it. */
const laggingMs = 1_000;
