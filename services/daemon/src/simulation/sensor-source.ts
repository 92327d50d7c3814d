import {
  type AssetEventRecord,
  type AssetKey,
  type EvaluationResult,
  type RunStatusChange,
  runStatusOfEvent,
  type SensorSnapshot,
  systemTags,
} from "@dagwright/model";
import type { TickRun } from "@dagwright/storage";
import { isMonitored, settleReactions } from "@dagwright/workspace";
import { askedRuns, failureOf } from "./asked-runs.ts";
import type { AskableCode, LocatedCode } from "./located-code.ts";
import { summaryOf, toRun } from "./simulated-run.ts";
import type { SimulatedWorld, WorldChange } from "./simulated-world.ts";
import type { MadeTick, SimulatedOutcome, TickSource } from "./tick-source.ts";

/** How a sensor stands where the simulation begins. */
export interface SensorStart {
  readonly cursor: string | null;
  readonly lastTickAtMs: number | null;
  readonly lastRunKey: string | null;
  /** Of some run keys, those that the sensor has asked for before. */
  seenRunKeys(keys: readonly string[]): Promise<ReadonlySet<string>>;
}

/** One that has never been evaluated. */
export const freshSensor: SensorStart = {
  cursor: null,
  lastTickAtMs: null,
  lastRunKey: null,
  seenRunKeys: () => Promise.resolve(new Set()),
};

export interface SensorSourceOptions {
  readonly world: SimulatedWorld;
  /** Chance from 0 to 1 that an evaluation starts a run, where the sensor's function is not called. */
  readonly chance: number;
  /** Asked for what the function says. Null: it is not called. */
  readonly code: AskableCode;
  /** Default: it has never been evaluated. */
  readonly start?: SensorStart;
}

/** What a function says that has just said "nothing" and kept its cursor: asked again after so long, or when something has happened to it. */
const idleMs = 3_600_000;

/** Greater than any that a database gives in the life of an instance. */
const firstAssumedId = 8_000_000_000_000_000_000n;
/** So many materializations of each asset are told, the newest ones. */
const mostAssumed = 1_000;

/** A sensor's evaluations: at its interval, or where it watches runs or assets, when something has happened to them. */
export function sensorSource(place: LocatedCode, sensor: SensorSnapshot, options: SensorSourceOptions): TickSource {
  const { world, chance } = options;
  const { name, jobNames, minimumIntervalSeconds, monitoredRuns, monitoredAssets } = sensor;
  const intervalMs = minimumIntervalSeconds * 1_000;
  const watches = monitoredRuns !== undefined || monitoredAssets !== undefined;
  const isOurs = concernOf(place, sensor);
  const asked = options.code === null ? null : new AskedSensor(place, sensor, options.code, options);
  const isEventDriven = monitoredRuns === undefined ? sensor.isAssetDriven === true : monitoredRuns.isEventDriven !== false;
  /** What happened before is found in the instance, and a function that watches several assets may wait for some time to pass. */
  const isLookedAt = !watches || (asked !== null && monitoredAssets !== undefined);
  const runs = jobNames.slice(0, 1).map((job) => ({ job, partition: null }));
  let seen = 0;
  let lastAtMs = -Infinity;
  /** What it looks at that has happened since it did. */
  const news = (): readonly WorldChange[] => world.changes.slice(seen).filter(isOurs);

  return {
    firstAtMs: (fromMs) => (isLookedAt ? fromMs : null),
    ...(watches && {
      hurriedAtMs(nowMs: number): number | null {
        if (news().length > 0) return isEventDriven ? nowMs : Math.max(nowMs, lastAtMs + intervalMs);
        seen = world.changes.length;
        return null;
      },
    }),
    tickAt(dueAtMs, nowMs, random): MadeTick | Promise<MadeTick> {
      const changes = watches ? news() : [];
      seen = world.changes.length;
      lastAtMs = nowMs;
      const nextAt = (isIdle: boolean): number | null =>
        isLookedAt ? nowMs + (isIdle ? Math.max(intervalMs, idleMs) : intervalMs) : null;
      const made = (outcome: SimulatedOutcome | null): MadeTick["tick"] =>
        outcome === null
          ? null
          : { kind: "SENSOR", name, location: place.location, scheduledAtMs: dueAtMs, atMs: nowMs, outcome };
      if (asked !== null)
        return asked
          .evaluate(changes, dueAtMs, nowMs)
          .then(({ outcome, isIdle }) => ({ tick: made(outcome), nextAtMs: nextAt(isIdle) }));
      const isHit = changes.length > 0 || !watches ? random() < chance : false;
      return { tick: isHit ? made({ kind: "runs", runs }) : null, nextAtMs: nextAt(false) };
    },
  };
}

/** Which changes are a sensor's business. */
function concernOf(
  { location }: LocatedCode,
  { name, monitoredRuns, monitoredAssets }: SensorSnapshot,
): (change: WorldChange) => boolean {
  if (monitoredRuns !== undefined) {
    const status = runStatusOfEvent[monitoredRuns.eventType];
    const monitor = { name, location, monitored: monitoredRuns };
    return (change) =>
      (change.kind === "started" || change.kind === "ended") &&
      statusAt(change) === status &&
      isMonitored(change.run.run, monitor);
  }
  const keys = new Set((monitoredAssets ?? []).map(textOf));
  return (change) =>
    (change.kind === "ended" &&
      change.run.status === "SUCCESS" &&
      (change.run.run.plannedAssets ?? []).some(({ assetKey }) => keys.has(textOf(assetKey)))) ||
    (change.kind === "reported" && change.events.some(({ assetKey }) => keys.has(textOf(assetKey))));
}

const textOf = (key: AssetKey): string => JSON.stringify(key);

const statusAt = (change: Extract<WorldChange, { readonly run: unknown }>): string =>
  change.kind === "started" ? "STARTED" : change.run.status;

/** A sensor whose function is called, with the cursor that it kept and the keys that it has asked for. */
class AskedSensor {
  readonly #place: LocatedCode;
  readonly #sensor: SensorSnapshot;
  readonly #code: NonNullable<AskableCode>;
  readonly #world: SimulatedWorld;
  readonly #start: SensorStart;
  readonly #keys = new Set<string>();
  /** Materializations of its assets in virtual time, the newest of each. */
  readonly #made = new Map<string, AssetEventRecord[]>();
  #lastMade = 0;
  #cursor: string | null;
  #lastTickAtMs: number | null;
  #lastRunKey: string | null;

  constructor(
    place: LocatedCode,
    sensor: SensorSnapshot,
    code: NonNullable<AskableCode>,
    { world, start = freshSensor }: SensorSourceOptions,
  ) {
    this.#place = place;
    this.#sensor = sensor;
    this.#code = code;
    this.#world = world;
    this.#start = start;
    this.#cursor = start.cursor;
    this.#lastTickAtMs = start.lastTickAtMs;
    this.#lastRunKey = start.lastRunKey;
  }

  /** @returns a null outcome where it skips */
  async evaluate(
    changes: readonly WorldChange[],
    dueAtMs: number,
    nowMs: number,
  ): Promise<{ readonly outcome: SimulatedOutcome | null; readonly isIdle: boolean }> {
    const { name, jobNames } = this.#sensor;
    const { location, snapshot } = this.#place;
    const requester = {
      kind: "SENSOR",
      name,
      location,
      jobNames,
      tags: { [systemTags.sensorName]: name },
      snapshot,
      client: this.#code,
    } as const;
    try {
      const result = await this.#ask(changes);
      const runs = await this.#unseen(await askedRuns(result, requester, { scheduledAtMs: dueAtMs, nowMs }, this.#world));
      if ((result.dynamicPartitions ?? []).length > 0) this.#world.changePartitions(result.dynamicPartitions!, nowMs);
      if ((result.assetEvents ?? []).length > 0) this.#world.report(result.assetEvents!, nowMs);
      for (const { run } of runs) this.#world.submit(run, { kind: "SENSOR", name }, nowMs);
      const isMoved = result.cursor !== undefined && result.cursor !== this.#cursor;
      if (result.cursor !== undefined) this.#cursor = result.cursor;
      this.#lastTickAtMs = dueAtMs;
      this.#lastRunKey = runs.findLast(({ runKey }) => runKey !== null)?.runKey ?? this.#lastRunKey;
      if (runs.length === 0) return { outcome: null, isIdle: !isMoved };
      return { outcome: { kind: "runs", runs: runs.map(({ run }) => summaryOf(run)) }, isIdle: false };
    } catch (error) {
      return { outcome: failureOf(error), isIdle: true };
    }
  }

  async #ask(changes: readonly WorldChange[]): Promise<EvaluationResult> {
    const { name, monitoredRuns, monitoredAssets, timeoutSeconds } = this.#sensor;
    const history = {
      cursor: this.#cursor,
      lastTickAtMs: this.#lastTickAtMs,
      lastRunKey: this.#lastRunKey,
      ...(timeoutSeconds !== undefined && { timeoutMs: timeoutSeconds * 1_000 }),
    };
    if (monitoredAssets !== undefined) {
      for (const change of changes) this.#noteMade(change);
      const assumedMaterializations = [...this.#made.values()].flat().toSorted((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1));
      return this.#code.evaluateSensor({ name, context: { ...history, assumedMaterializations } });
    }
    if (monitoredRuns === undefined) return this.#code.evaluateSensor({ name, context: history });
    const statusChanges = changes.flatMap((change): readonly RunStatusChange[] => {
      if (!("run" in change)) return [];
      const run = toRun(change.run);
      const told = {
        type: monitoredRuns.eventType,
        atMs: change.atMs,
        message: "Simulated",
        stepKey: null,
        error: null,
        reason: null,
      };
      return [{ run, event: told as unknown as RunStatusChange["event"], stepFailures: [] }];
    });
    const answer = await this.#code.evaluateSensor({ name, context: { ...history, statusChanges } });
    const settled = settleReactions(statusChanges, answer.reactions ?? []);
    if (settled.failure !== null && settled.failure !== undefined) throw new Error(settled.failure.message);
    return { ...settled, logs: answer.logs };
  }

  #noteMade(change: WorldChange): void {
    const note = (assetKey: AssetKey, partition: string | null, runId: AssetEventRecord["runId"]): void => {
      const id = textOf(assetKey);
      if (this.#sensor.monitoredAssets?.some((key) => textOf(key) === id) !== true) return;
      this.#lastMade += 1;
      const told = { message: "Simulated", stepKey: null, description: null, metadata: {}, tags: {} };
      const list = this.#made.get(id) ?? [];
      this.#made.set(id, list);
      list.push({
        id: String(firstAssumedId + BigInt(this.#lastMade)),
        runId,
        event: { type: "ASSET_MATERIALIZATION", assetKey, partition, atMs: change.atMs, ...told },
      });
      if (list.length > mostAssumed) list.splice(0, list.length - mostAssumed);
    };
    if (change.kind === "reported")
      for (const event of change.events) if (event.type === "ASSET_MATERIALIZATION") note(event.assetKey, event.partition, null);
    if (change.kind === "ended" && change.run.status === "SUCCESS")
      for (const { assetKey, partitions } of change.run.run.plannedAssets ?? [])
        for (const partition of partitions ?? [null]) note(assetKey, partition, change.run.id);
  }

  /** A run key that was asked for before starts no second run. */
  async #unseen(runs: readonly TickRun[]): Promise<readonly TickRun[]> {
    const keys = runs.flatMap(({ runKey }) => (runKey === null || this.#keys.has(runKey) ? [] : [runKey]));
    const before = keys.length === 0 ? new Set<string>() : await this.#start.seenRunKeys(keys);
    for (const key of before) this.#keys.add(key);
    return runs.filter(({ runKey }) => {
      if (runKey === null) return true;
      if (this.#keys.has(runKey)) return false;
      this.#keys.add(runKey);
      return true;
    });
  }
}
