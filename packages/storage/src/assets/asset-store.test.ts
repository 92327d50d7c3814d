import { type AssetEvent, type AssetKey, holderId, type RunId } from "@dagwright/model";
import { expect, test, vi } from "vitest";
import { openRawClient } from "../testing/raw-client.ts";
import { materialization, newRun, runStart } from "../testing/new-run.ts";
import { describeEachWay } from "../testing/ways-in.ts";

describeEachWay("assets", (world) => {
  const startRun = async (planned: readonly AssetKey[] = [], ...partitions: readonly string[]): Promise<RunId> => {
    const plannedAssets = planned.map((assetKey) => ({ assetKey, partitions: partitions.length === 0 ? null : partitions }));
    const [claim] = await world.storage.runs.submit([newRun({ plannedAssets })], {
      kind: "launch",
      holder: holderId("h"),
      claimMs: 60_000,
    });
    await world.storage.runs.beginWork({
      runId: claim!.run.id,
      attempt: 1,
      fence: null,
      worker: {},
      leaseMs: 60_000,
      entries: [runStart],
    });
    return claim!.run.id;
  };
  const observation = (assetKey: AssetKey): AssetEvent => ({
    type: "ASSET_OBSERVATION",
    atMs: 7,
    message: "seen",
    stepKey: null,
    assetKey,
    partition: null,
    description: "d\0",
    metadata: {},
    tags: { a: "\ud800" },
  });
  const failure = (assetKey: AssetKey, partition: string | null): AssetEvent => ({
    type: "ASSET_FAILED_TO_MATERIALIZE",
    atMs: 8,
    message: "failed",
    stepKey: null,
    assetKey,
    partition,
    failureType: "FAILED",
    reason: "FAILED_TO_MATERIALIZE",
    error: null,
  });

  test("the latest state of each kind is kept, of events in runs and outside", async () => {
    const key = ["state", "one"];
    const first = await startRun([key]);
    await world.storage.events.append({
      runId: first,
      attempt: 1,
      entries: [materialization(key), observation(key), materialization(key, "p1"), failure(key, "p2")],
    });
    await world.storage.assets.report([{ ...(materialization(key) as AssetEvent), message: "by hand" }]);
    const second = await startRun([key], "p3");
    const [state] = await world.storage.assets.states([key, ["unknown"]]);
    expect(state).toEqual({
      key,
      lastMaterialization: {
        id: expect.any(String) as string,
        runId: null,
        seq: null,
        event: { ...materialization(key), message: "by hand" },
      },
      lastObservation: { id: expect.any(String) as string, runId: first, seq: 5, event: observation(key) },
      lastFailure: { id: expect.any(String) as string, runId: first, seq: 7, event: failure(key, "p2") },
      lastPlannedRunId: second,
    });
    expect(await world.storage.assets.materializedPartitions(key)).toEqual(["p1"]);
  });

  test("states outlive their events", async () => {
    const key = ["outlives"];
    await world.storage.assets.report([materialization(key, "p") as AssetEvent]);
    await using raw = await openRawClient(world.connectionString);
    await raw.query(`delete from dagwright.asset_events where asset_key = '["outlives"]'`);
    expect((await world.storage.assets.states([key]))[0]?.lastMaterialization?.event).toEqual(materialization(key, "p"));
    expect(await world.storage.assets.materializedPartitions(key)).toEqual(["p"]);
    expect(await world.storage.assets.events(key, { types: ["ASSET_MATERIALIZATION"], limit: 10 })).toEqual([]);
  });

  test("events come newest first, paged by id, narrowed by type, partition and time", async () => {
    const key = ["paged"];
    for (const partition of ["a", "b", "a", "c"])
      await world.storage.assets.report([materialization(key, partition) as AssetEvent]);
    await world.storage.assets.report([observation(key), observation(["paged", "below"])]);
    const read = (page: object) => world.storage.assets.events(key, { types: ["ASSET_MATERIALIZATION"], limit: 10, ...page });
    const partitions = async (page: object) =>
      (await read(page)).map((stored) => ("partition" in stored.event ? stored.event.partition : null));
    expect(await partitions({})).toEqual(["c", "a", "b", "a"]);
    expect(await partitions({ types: ["ASSET_MATERIALIZATION", "ASSET_OBSERVATION"], limit: 2 })).toEqual([null, "c"]);
    const [newest] = await read({ limit: 1 });
    expect(await partitions({ cursor: newest!.id, limit: 2 })).toEqual(["a", "b"]);
    expect(await partitions({ partitions: ["a"] })).toEqual(["a", "a"]);
    expect(await partitions({ beforeMs: 1_000 })).toEqual([]);
    expect(await partitions({ afterMs: 1_000 })).toHaveLength(4);
  });

  test("keys are listed in order, by prefix, paged by key", async () => {
    const keys = [["list"], ["list", "a"], ["list", "b", "c"], ["list2"], ["list", "\0 odd"]];
    await world.storage.assets.report(keys.map((key) => materialization(key) as AssetEvent));
    const listed = await world.storage.assets.list({ prefix: ["list"], limit: 10 });
    expect(new Set(listed)).toEqual(new Set([["list"], ["list", "a"], ["list", "b", "c"], ["list", "\0 odd"]]));
    const pages: AssetKey[] = [];
    for (let cursor: AssetKey | undefined; ; cursor = pages.at(-1)!) {
      const page = await world.storage.assets.list({ prefix: ["list"], limit: 2, ...(cursor === undefined ? {} : { cursor }) });
      pages.push(...page);
      if (page.length < 2) break;
    }
    expect(pages).toEqual(listed);
    expect((await world.storage.assets.list({ limit: 100 })).length).toBeGreaterThan(4);
  });

  test("what has changed among an asset's partitions is read since a version", async () => {
    const key = ["changes"];
    expect(await world.storage.assets.partitionChanges(key, null)).toEqual({ version: "-1", isReset: true, changes: [] });
    await world.storage.assets.report(["a", "b"].map((partition) => materialization(key, partition) as AssetEvent));
    const first = await world.storage.assets.partitionChanges(key, null);
    expect(first.changes.map(({ partition }) => partition).toSorted()).toEqual(["a", "b"]);
    await world.storage.assets.report([materialization(key, "c") as AssetEvent, observation(key)]);
    const second = await world.storage.assets.partitionChanges(key, first.version);
    expect(second.changes).toEqual([{ partition: "c", isMaterialized: true }]);
    await world.storage.assets.wipePartitions(key, ["a"]);
    const third = await world.storage.assets.partitionChanges(key, second.version);
    expect(third.changes).toEqual([{ partition: "a", isMaterialized: false }]);
    expect(await world.storage.assets.partitionChanges(key, third.version)).toEqual({
      version: third.version,
      isReset: false,
      changes: [],
    });
    expect(await world.storage.assets.materializedPartitions(key)).toEqual(["b", "c"]);
    expect([...(await world.storage.assets.latestOfPartitions(key, ["a", "b"])).keys()]).toEqual(["b"]);
  });

  test("an asset is wiped whole, in batches, and begins anew; who keeps its partitions hears of it", async () => {
    const key = ["wiped"];
    const many = Array.from({ length: 12_000 }, (_, index) => `p${index}`);
    const wiped = new Set<string | null>(many);
    const run = await startRun([key]);
    await world.storage.events.append({
      runId: run,
      attempt: 1,
      entries: many.map((partition) => materialization(key, partition)),
    });
    const { events, assets } = world.storage;
    const { version } = await assets.partitionChanges(key, null);
    const cursor = await events.streamEnd();
    expect(await assets.wipe(["never seen"])).toBe(false);
    expect(await assets.wipe(key)).toBe(true);

    expect(await assets.states([key])).toEqual([]);
    expect(await assets.list({ prefix: key, limit: 5 })).toEqual([]);
    expect(await assets.events(key, { types: ["ASSET_MATERIALIZATION", "ASSET_MATERIALIZATION_PLANNED"], limit: 5 })).toEqual([]);
    expect(await assets.materializedPartitions(key)).toEqual([]);
    const after = await assets.partitionChanges(key, version);
    expect(after).toMatchObject({ isReset: true, changes: [] });
    // The run's log keeps its own.
    expect(await events.read(run, { afterSeq: 0, limit: 5, types: ["ASSET_MATERIALIZATION"] })).toHaveLength(5);

    await events.append({ runId: run, attempt: 1, entries: [materialization(key, "again")] });
    expect(await assets.partitionChanges(key, after.version)).toMatchObject({
      isReset: false,
      changes: [{ partition: "again", isMaterialized: true }],
    });
    expect(await assets.list({ prefix: key, limit: 5 })).toEqual([key]);
    // The stream ends at the horizon, which any open transaction of the cluster holds up: also when the cursor was taken, which then is before the many.
    await vi.waitFor(async () => {
      const { entries } = await events.readStream(cursor, { types: ["ASSET_MATERIALIZATION"], limit: many.length + 10 });
      const partitions = entries.map((entry) => ("partition" in entry ? entry.partition : null));
      expect(partitions.filter((partition) => !wiped.has(partition))).toEqual(["again"]);
    }, 20_000);
  });

  test("a partition that a run makes while its asset is wiped forgets what was before", async () => {
    const key = ["wiped", "meanwhile"];
    await world.storage.assets.report([materialization(key, "p") as AssetEvent, failure(key, "q")]);
    await using client = await openRawClient(world.connectionString);
    // As it is after the first step of a wipe that was cut off.
    await client.query(
      "update dagwright.assets set wiped_version = next.id, partitions_version = next.id from (select nextval('dagwright.event_ids') as id) next where key like '%meanwhile%'",
    );
    expect(await world.storage.assets.materializedPartitions(key)).toEqual([]);
    await startRun([key], "p");
    expect(await world.storage.assets.wipe(key)).toBe(true);
    await startRun([key], "p");
    expect(await world.storage.assets.materializedPartitions(key)).toEqual([]);
    expect(await world.storage.assets.unsettledPartitions(key)).toMatchObject([{ partition: "p", status: "IN_PROGRESS" }]);
  });

  test("wiping partitions leaves the newest of the others as the asset's latest state", async () => {
    const key = ["wiped", "parts"];
    for (const partition of ["a", "b", "c"]) await world.storage.assets.report([materialization(key, partition) as AssetEvent]);
    const [b] = await world.storage.assets.events(key, { types: ["ASSET_MATERIALIZATION"], partitions: ["b"], limit: 1 });
    await world.storage.assets.wipePartitions(key, ["c", "never"]);
    expect((await world.storage.assets.states([key]))[0]!.lastMaterialization).toEqual(b);
    await world.storage.assets.wipePartitions(key, ["a"]);
    expect((await world.storage.assets.states([key]))[0]!.lastMaterialization).toEqual(b);
    expect(await world.storage.assets.materializedPartitions(key)).toEqual(["b"]);
  });

  test("versions of an asset's partitions become visible in their order", async () => {
    const key = ["versions"];
    const storages = await Promise.all(Array.from({ length: 4 }, () => world.open({ maxConnections: 2 })));
    const seen = new Set<string>();
    let version: string | null = null;
    const look = async (): Promise<void> => {
      const answer = await world.storage.assets.partitionChanges(key, version);
      for (const { partition } of answer.changes) seen.add(partition);
      version = answer.version;
    };
    let isWriting = true;
    const reader = (async () => {
      while (isWriting) await look();
    })();
    await Promise.all(
      Array.from({ length: 80 }, (_, index) =>
        storages[index % 4]!.assets.report([materialization(key, String(index)) as AssetEvent]),
      ),
    );
    isWriting = false;
    await reader;
    await look();
    expect(seen.size).toBe(80);
  });

  test("partitions that a run is to make are in progress, then made or failed", async () => {
    const key = ["unsettled"];
    const id = await startRun([key], "a", "b");
    const unsettled = async () =>
      [...(await world.storage.assets.unsettledPartitions(key))].sort((a, b) => (a.partition < b.partition ? -1 : 1));
    expect(await unsettled()).toEqual([
      { partition: "a", status: "IN_PROGRESS", runId: id },
      { partition: "b", status: "IN_PROGRESS", runId: id },
    ]);
    await world.storage.events.append({
      runId: id,
      attempt: 1,
      entries: [
        materialization(key, "a"),
        { type: "RUN_FAILURE", atMs: 9, message: "failed", stepKey: null, error: null, reason: "STEP_FAILURE" },
      ],
    });
    expect(await unsettled()).toEqual([{ partition: "b", status: "FAILED", runId: id }]);
    await world.storage.assets.report([materialization(key, "b") as AssetEvent]);
    expect(await unsettled()).toEqual([]);
    expect(await world.storage.assets.latestRunOfPartition(key, "a")).toBe(id);
    expect(await world.storage.assets.latestRunOfPartition(key, "c")).toBeNull();
  });

  test("runs that write the same assets at the same time neither deadlock nor lose a state", async () => {
    const keys = Array.from({ length: 20 }, (_, index) => ["contended", String(index)]);
    const storages = await Promise.all(Array.from({ length: 4 }, () => world.open({ maxConnections: 2 })));
    const runs = await Promise.all(Array.from({ length: 8 }, () => startRun(keys)));
    await Promise.all(
      runs.map((runId, index) => {
        const shuffled = index % 2 === 0 ? keys : keys.toReversed();
        return storages[index % 4]!.events.append({
          runId,
          attempt: 1,
          entries: shuffled.map((key) => materialization(key, "p")),
        });
      }),
    );
    const states = await world.storage.assets.states(keys);
    expect(states).toHaveLength(20);
    for (const state of states) {
      const events = await world.storage.assets.events(state.key, { types: ["ASSET_MATERIALIZATION"], limit: 100 });
      expect(events).toHaveLength(8);
      expect(state.lastMaterialization).toEqual(events[0]);
    }
  });
});
