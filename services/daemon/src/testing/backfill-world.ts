import { buildRepository, evaluatePartitionedConfig, toLocationSnapshot, validateRunConfig } from "@dagwright/definitions";
import {
  type Backfill,
  codeLocationName,
  holderId,
  type JsonObject,
  type Run,
  type RunEvent,
  type RunId,
  runPartitionOf,
  snapshotId,
  systemTags,
} from "@dagwright/model";
import { runSubset } from "@dagwright/partitions";
import { type CodeLocationClient, CodeLocationUnreachableError } from "@dagwright/rpc";
import type { NewBackfill, Storage, SubmitMode } from "@dagwright/storage";
import {
  backfillMoment,
  backfillTargets,
  type LocationEntry,
  newBackfillId,
  PartitionGraph,
  partitionsOf,
  toAssetTargets,
  toJobTarget,
  type WantedTargets,
  type Workspace,
} from "@dagwright/workspace";
import type { Loop } from "../loop.ts";
import { type BackfillLoopOptions, createBackfillLoop } from "../loops/backfills.ts";

const never = new AbortController().signal;
const shop = codeLocationName("shop");

/** Real definitions as a code location in this process. It starts no workers. */
export function workspaceOfDefinitions(exported: unknown): Workspace & {
  isAway: boolean;
  define(exported: unknown): void;
  readonly terminated: Run[];
} {
  let repository = buildRepository(exported);
  const requireServer = (): void => {
    if (workspace.isAway) throw new CodeLocationUnreachableError("unix:/nowhere", "connection refused");
  };
  const client: Partial<CodeLocationClient> = {
    validateRunConfig: async ({ jobName, runConfig }) => {
      requireServer();
      const checked = validateRunConfig(repository, jobName, runConfig);
      if (checked.ok) return { ok: true, runConfig: runConfig as JsonObject };
      const errors = checked.errors.map(({ reason, message, path }) => ({ reason, message, path: path.map(String) }));
      return { ok: false, errors };
    },
    getPartitionConfig: async ({ jobName, partitionKey }) => {
      requireServer();
      const config = repository.jobs.get(jobName)?.partitionedConfig ?? null;
      return config === null ? { runConfig: {}, tags: {} } : evaluatePartitionedConfig(jobName, config, partitionKey);
    },
  };
  const entryOf = (): LocationEntry => ({
    name: shop,
    status: "LOADED",
    isReachable: !workspace.isAway,
    isServing: !workspace.isAway,
    snapshot: toLocationSnapshot(repository),
    snapshotId: snapshotId("0".repeat(64)),
    codeHash: "c",
    versionKey: "v",
    loadError: null,
    serverId: "s",
    sdkVersion: "0.0.0",
    workingDirectory: "/",
    entryFile: "/definitions.ts",
    updatedAtMs: 0,
    address: "unix:/nowhere",
    client: client as CodeLocationClient,
  });
  const terminated: Run[] = [];
  const workspace = {
    isAway: false,
    terminated,
    define(next: unknown) {
      repository = buildRepository(next);
      entry = entryOf();
    },
    entries: () => [workspace.isAway ? { ...entry, isServing: false } : entry],
    location: () => entry,
    client: () => client as CodeLocationClient,
    onChange: () => ({ [Symbol.dispose]() {} }),
    waitUntilLoaded: () => Promise.resolve(),
    setLocations: () => Promise.resolve(),
    launchRun: () => Promise.resolve({}),
    terminateRun: async (run: Run) => terminated.push(run) > 0,
    watchWorkers: async function* () {
      // No worker ever lives here.
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  let entry = entryOf();
  return workspace;
}

/** A backfill, its daemon and runs that end when a test says so. */
export class BackfillWorld {
  readonly storage: Storage;
  readonly workspace: ReturnType<typeof workspaceOfDefinitions>;
  readonly loop: Loop;

  constructor(storage: Storage, exported: unknown, options: Partial<BackfillLoopOptions> = {}) {
    this.storage = storage;
    this.workspace = workspaceOfDefinitions(exported);
    this.loop = this.daemon(options);
  }

  /** One more replica. */
  daemon(options: Partial<BackfillLoopOptions> = {}): Loop {
    const submitMode: SubmitMode = { kind: "queue" };
    return createBackfillLoop({
      storage: this.storage,
      workspace: this.workspace,
      terminator: this.workspace,
      holder: holderId(`daemon-${Math.random()}`),
      submitMode,
      launchAll: () => Promise.resolve(),
      ...options,
    });
  }

  async launchAssets(names: readonly string[], wanted: WantedTargets, more: Partial<NewBackfill> = {}): Promise<Backfill> {
    const snapshot = this.workspace.entries()[0]!.snapshot!;
    const assets = names.map((name) => snapshot.assets.find(({ key }) => key.join("/") === name)!);
    const moment = await backfillMoment(
      assets.flatMap(({ partitions }) => partitions ?? []),
      this.storage,
    );
    const graph = new PartitionGraph(
      assets.map((asset) => ({ asset, snapshot, location: shop })),
      moment.view,
    );
    return this.storage.backfills.create({
      id: newBackfillId(),
      assetKeys: assets.map(({ key }) => key),
      tags: {},
      runConfig: {},
      createdAtMs: moment.view.nowMs,
      dynamicKeys: moment.dynamicKeys,
      targets: toAssetTargets(backfillTargets(graph, wanted)),
      ...more,
    });
  }

  async launchJob(name: string, more: Partial<NewBackfill> = {}): Promise<Backfill> {
    const job = this.workspace.entries()[0]!.snapshot!.jobs.find((each) => each.name === name)!;
    const moment = await backfillMoment([job.partitions!], this.storage);
    return this.storage.backfills.create({
      id: newBackfillId(),
      job: { name, location: shop },
      tags: {},
      runConfig: {},
      createdAtMs: moment.view.nowMs,
      dynamicKeys: moment.dynamicKeys,
      targets: [toJobTarget(shop, job.partitions!, partitionsOf(job.partitions!).all(moment.view))],
      ...more,
    });
  }

  /** Passes until there is nothing to do now. */
  async settle(loop: Loop = this.loop): Promise<readonly unknown[]> {
    const errors: unknown[] = [];
    for (let pass = 0; pass < 200; pass += 1) {
      const { handled, nextDueAtMs, errors: told = [] } = await loop.runOnce(never);
      errors.push(...told);
      if (handled > 0) continue;
      // What rests after a pass is due in a moment.
      const waitMs = nextDueAtMs === null ? Infinity : nextDueAtMs - (await this.storage.nowMs());
      if (waitMs > 3_000) break;
      await new Promise((resolve) => setTimeout(resolve, Math.max(1, waitMs)));
    }
    return errors;
  }

  /** Its runs, the oldest first. */
  async runs(id: Backfill["id"]): Promise<readonly Run[]> {
    const filter = { tags: [{ key: systemTags.backfill, values: [id] }] };
    return this.storage.runs.list(filter, { limit: 20_000, ascending: true });
  }

  /** What each of its runs makes, in short. */
  async made(id: Backfill["id"]): Promise<readonly string[]> {
    return (await this.runs(id)).map(textOf).toSorted();
  }

  /** Ends runs; those that succeed materialize what they were to make. */
  async end(runs: readonly Run[], status: "SUCCESS" | "FAILURE" = "SUCCESS", isRetried = false): Promise<void> {
    for (const run of runs) {
      const { assets } = this.workspace.entries()[0]!.snapshot!;
      const materializations = (run.selection.assetKeys ?? []).flatMap((key): RunEvent[] => {
        const snapshot = assets.find((asset) => asset.key.join("/") === key.join("/"))?.partitions;
        const partition = runPartitionOf(run.tags);
        const view = { nowMs: Date.now(), dynamicKeys: () => [] };
        const keys =
          snapshot === undefined || partition === null
            ? [null]
            : partition.kind === "one"
              ? [partition.key]
              : [...runSubset(partitionsOf(snapshot), partition, view).keys()];
        return keys.map((each) => materialization(key, each));
      });
      await this.storage.events.append({
        runId: run.id,
        attempt: null,
        entries: [
          { type: "RUN_STARTING", ...base },
          { type: "RUN_START", ...base },
          ...(status === "SUCCESS" ? materializations : []),
          status === "SUCCESS"
            ? { type: "RUN_SUCCESS", ...base }
            : { type: "RUN_FAILURE", ...base, error: null, reason: "STEP_FAILURE" },
        ],
      });
      // Nobody is there to decide upon retries.
      if (status === "FAILURE" && !isRetried) await this.storage.runs.dropRetries();
    }
  }

  /** Ends whatever runs until the backfill itself has ended. */
  async finish(id: Backfill["id"], fails: (run: Run) => boolean = () => false): Promise<Backfill> {
    const ended = new Set<RunId>();
    for (let round = 0; round < 50; round += 1) {
      await this.settle();
      const open = (await this.runs(id)).filter((run) => !ended.has(run.id) && run.status === "QUEUED");
      for (const run of open) {
        ended.add(run.id);
        await this.end([run], fails(run) ? "FAILURE" : "SUCCESS");
      }
      const backfill = await this.storage.backfills.get(id);
      if (backfill.endedAtMs !== null) return backfill;
    }
    throw new Error(`Backfill ${id} does not end`);
  }
}

const base = { atMs: 1, message: "", stepKey: null } as const;

export const materialization = (assetKey: readonly string[], partition: string | null): RunEvent => ({
  type: "ASSET_MATERIALIZATION",
  ...base,
  assetKey,
  partition,
  description: null,
  metadata: {},
  tags: {},
});

export function textOf(run: Run): string {
  const names = (run.selection.assetKeys ?? []).map((key) => key.join("/")).join("+");
  const partition = runPartitionOf(run.tags);
  const text = names === "" ? run.jobName : names;
  if (partition === null) return text;
  return partition.kind === "one" ? `${text} ${partition.key}` : `${text} ${partition.start}..${partition.end}`;
}
