import {
  type AssetCheckExecution,
  type AssetCheckKey,
  assetCheckKeyToString,
  type AssetEventRecord,
  type AssetKey,
  assetKeyToString,
  dataVersionOf,
  type DataVersionRecord,
  initialDataVersion,
  type InstanceBackend,
  type InstanceMethods,
  type RunId,
  type RunLogEntry,
  type RunStatus,
  type Tags,
} from "@dagwright/model";
import { checkOptions, type OptionNames } from "../option-names.ts";

type AssetEventsRequest = InstanceMethods["assetEvents"]["request"];

/** Newest first, from the id on that a page ended with. */
function page<T extends { readonly id: string }>(list: readonly T[], cursor: string | undefined, limit: number): readonly T[] {
  const older = cursor === undefined ? list : list.filter(({ id }) => BigInt(id) < BigInt(cursor));
  return older.toReversed().slice(0, limit);
}

/** A run as conditions of automation ask about it. */
export interface InMemoryRun {
  readonly id: RunId;
  readonly status: RunStatus;
  readonly tags: Tags;
  /** What it is to make. */
  readonly assetKeys: readonly AssetKey[];
  readonly checkKeys: readonly AssetCheckKey[];
  /** Null: what it makes has no partitions. */
  readonly partitions: readonly string[] | null;
}

export interface InMemoryInstanceOptions {
  readonly dynamicPartitions?: Readonly<Record<string, readonly string[]>>;
}

const instanceNames: OptionNames<InMemoryInstanceOptions> = { dynamicPartitions: true };

/** What an instance remembers of assets, in memory: for runs of tests, which have no database. */
export class InMemoryInstance implements InstanceBackend {
  readonly #events = new Map<string, AssetEventRecord[]>();
  readonly #executions = new Map<string, AssetCheckExecution[]>();
  readonly #dynamicPartitions = new Map<string, Set<string>>();
  readonly #checkChanges: { readonly id: string; readonly check: AssetCheckKey }[] = [];
  readonly #runs = new Map<RunId, InMemoryRun & { readonly changedAtId: string }>();
  #lastId = 0;

  /** @param dynamicPartitions - keys that exist from the beginning, by the name of their definition */
  constructor(options: InMemoryInstanceOptions = {}) {
    checkOptions(new.target.name, options, instanceNames, InMemoryInstance as never);
    const { dynamicPartitions = {} } = options;
    for (const [name, keys] of Object.entries(dynamicPartitions)) this.#dynamicPartitions.set(name, new Set(keys));
  }

  /** Takes note of a run that has begun, or come to another status. */
  noteRun(run: InMemoryRun): void {
    this.#runs.set(run.id, { ...run, changedAtId: this.#nextId() });
  }

  /** In the order in which they began. */
  notedRuns(): readonly InMemoryRun[] {
    return [...this.#runs.values()];
  }

  /** What has been recorded after an id: assets' events, executions of checks that began or ended, runs with their newest status. */
  changesAfter(id: string): {
    readonly events: readonly AssetEventRecord[];
    readonly checks: readonly AssetCheckKey[];
    readonly runs: readonly InMemoryRun[];
  } {
    const after = BigInt(id);
    const isNew = (change: { readonly id: string }): boolean => BigInt(change.id) > after;
    return {
      events: [...this.#events.values()].flatMap((list) => list.filter(isNew)),
      checks: this.#checkChanges.filter(isNew).map(({ check }) => check),
      runs: [...this.#runs.values()].filter((run) => isNew({ id: run.changedAtId })),
    };
  }

  /** Everything that was recorded of an asset, oldest first. */
  eventsOfAsset(key: AssetKey): readonly AssetEventRecord[] {
    return this.#eventsOf(key);
  }

  /** Executions of a check, oldest first. */
  executionsOfCheck(check: AssetCheckKey): readonly AssetCheckExecution[] {
    return this.#executions.get(assetCheckKeyToString(check)) ?? [];
  }

  /** The id of what was recorded last. */
  get lastEventId(): string {
    return String(this.#lastId);
  }

  /** Takes note of an entry of a run's log, as a database would; `runId` is null for what is reported from outside any run. */
  record(runId: RunId | null, entry: RunLogEntry): void {
    switch (entry.type) {
      case "ASSET_MATERIALIZATION":
      case "ASSET_OBSERVATION":
        listOf(this.#events, assetKeyToString(entry.assetKey)).push({ id: this.#nextId(), runId, event: entry });
        return;
      case "ASSET_CHECK_EVALUATION_PLANNED":
      case "ASSET_CHECK_EVALUATION":
        return this.#checkEvent(runId, entry);
      default:
        return;
    }
  }

  #checkEvent(runId: RunId | null, entry: RunLogEntry & { type: `ASSET_CHECK_EVALUATION${"" | "_PLANNED"}` }): void {
    const check = { assetKey: entry.assetKey, name: entry.checkName };
    const list = listOf(this.#executions, assetCheckKeyToString(check));
    const { partition, stepKey } = entry;
    this.#checkChanges.push({ id: this.#nextId(), check });
    const planned = list.findIndex((one) => runId !== null && one.runId === runId && one.partition === partition);
    if (entry.type === "ASSET_CHECK_EVALUATION_PLANNED") {
      if (planned !== -1) return;
      const id = this.#nextId();
      list.push({ id, check, runId, status: "PLANNED", partition, stepKey, createdAtMs: entry.atMs, evaluation: null });
      return;
    }
    const ended = {
      check,
      runId,
      status: entry.success ? "SUCCEEDED" : "FAILED",
      partition,
      stepKey,
      evaluation: entry,
    } as const;
    const before = list[planned];
    if (before === undefined) list.push({ id: this.#nextId(), createdAtMs: entry.atMs, ...ended });
    else list[planned] = { ...before, ...ended };
  }

  assetEvents({
    assetKey,
    types,
    partition,
    cursor,
    after,
    ids,
    ascending,
    limit,
  }: AssetEventsRequest): Promise<readonly AssetEventRecord[]> {
    const events = this.#eventsOf(assetKey).filter(
      ({ id, event }) =>
        types.includes(event.type) &&
        (partition === undefined || event.partition === partition) &&
        (ids === undefined || ids.includes(id)) &&
        (after === undefined || BigInt(id) > BigInt(after)),
    );
    if (ascending !== true) return Promise.resolve(page(events, cursor, limit));
    return Promise.resolve(events.filter(({ id }) => cursor === undefined || BigInt(id) < BigInt(cursor)).slice(0, limit));
  }

  latestMaterializations({
    assetKeys,
  }: InstanceMethods["latestMaterializations"]["request"]): Promise<readonly AssetEventRecord[]> {
    return Promise.resolve(
      assetKeys.flatMap((key) => this.#eventsOf(key).findLast(({ event }) => event.type === "ASSET_MATERIALIZATION") ?? []),
    );
  }

  checkExecutions({
    check,
    cursor,
    limit,
  }: InstanceMethods["checkExecutions"]["request"]): Promise<readonly AssetCheckExecution[]> {
    return Promise.resolve(page(this.#executions.get(assetCheckKeyToString(check)) ?? [], cursor, limit));
  }

  latestDataVersions({
    assetKeys,
    partitions,
  }: InstanceMethods["latestDataVersions"]["request"]): Promise<readonly DataVersionRecord[]> {
    const newest = (assetKey: AssetKey, partition: string | null): readonly DataVersionRecord[] => {
      const found = this.#eventsOf(assetKey).findLast(({ event }) => partition === null || event.partition === partition);
      if (found === undefined) return [];
      return [{ assetKey, partition, eventId: found.id, dataVersion: dataVersionOf(found.event.tags) ?? initialDataVersion }];
    };
    return Promise.resolve(assetKeys.flatMap((key) => [null, ...partitions].flatMap((partition) => newest(key, partition))));
  }

  dynamicPartitions({ name }: InstanceMethods["dynamicPartitions"]["request"]): Promise<readonly string[]> {
    return Promise.resolve([...(this.#dynamicPartitions.get(name) ?? [])]);
  }

  existingDynamicPartitions({ name, keys }: InstanceMethods["existingDynamicPartitions"]["request"]): Promise<readonly string[]> {
    const known = this.#dynamicPartitions.get(name);
    return Promise.resolve(keys.filter((key) => known?.has(key) === true));
  }

  addDynamicPartitions({ name, keys }: InstanceMethods["addDynamicPartitions"]["request"]): Promise<null> {
    const known = this.#dynamicPartitions.get(name) ?? new Set();
    this.#dynamicPartitions.set(name, known);
    for (const key of keys) known.add(key);
    return Promise.resolve(null);
  }

  deleteDynamicPartitions({ name, keys }: InstanceMethods["deleteDynamicPartitions"]["request"]): Promise<null> {
    for (const key of keys) this.#dynamicPartitions.get(name)?.delete(key);
    return Promise.resolve(null);
  }

  materializedPartitions({ assetKey }: InstanceMethods["materializedPartitions"]["request"]): Promise<readonly string[]> {
    const keys = this.#eventsOf(assetKey).flatMap(({ event }) =>
      event.type === "ASSET_MATERIALIZATION" && event.partition !== null ? [event.partition] : [],
    );
    return Promise.resolve([...new Set(keys)].sort());
  }

  #eventsOf(assetKey: AssetKey): readonly AssetEventRecord[] {
    return this.#events.get(assetKeyToString(assetKey)) ?? [];
  }

  #nextId(): string {
    this.#lastId += 1;
    return String(this.#lastId);
  }
}

function listOf<T>(lists: Map<string, T[]>, key: string): T[] {
  let list = lists.get(key);
  if (list === undefined) lists.set(key, (list = []));
  return list;
}
