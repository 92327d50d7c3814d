import { holderId, instigatorIdOf } from "@dagwright/model";
import { expect, test } from "vitest";
import { declaredInstigators } from "./instigator-sync.ts";
import { createSensorLoop } from "./loops/sensors.ts";
import {
  jobSnapshot,
  type LocationCode,
  locationName,
  request,
  result,
  sensor,
  serveLocation,
} from "./testing/served-location.ts";
import { openTestStorage } from "./testing/test-storage.ts";

const never = new AbortController().signal;
const id = instigatorIdOf(locationName, "file_sensor");
const materialization = {
  type: "ASSET_MATERIALIZATION",
  atMs: 1,
  stepKey: null,
  message: "",
  assetKey: ["outside"],
  partition: null,
  description: null,
  metadata: {},
  tags: {},
} as const;

/** One tick of a sensor of a job that is partitioned by the dynamic partitions `regions`. */
async function tickOf(answer: ReturnType<typeof result>) {
  const storage = await openTestStorage();
  const code: LocationCode = {
    sensors: [sensor({ timeoutSeconds: 7 })],
    jobs: [{ ...jobSnapshot, partitions: { kind: "dynamic", name: "regions" } }],
    evaluate: (_, context) => {
      contexts.push(context);
      return answer;
    },
  };
  const contexts: object[] = [];
  const workspace = serveLocation(code);
  await storage.dynamicPartitions.add("regions", ["old"]);
  await storage.instigators.sync(
    locationName,
    declaredInstigators(locationName, workspace.entries()[0]!.snapshot!, await storage.nowMs()),
  );
  const loop = createSensorLoop({
    storage,
    workspace,
    holder: holderId("daemon"),
    submitMode: { kind: "queue" },
    launchAll: () => Promise.resolve(),
  });
  await loop.runOnce(never);
  await loop.drain?.();
  const [tick] = await storage.instigators.ticks(id, { limit: 1 });
  return { storage, tick, contexts };
}

const changes = [
  { kind: "add", name: "regions", keys: ["eu", "old"] },
  { kind: "delete", name: "regions", keys: ["old", "never"] },
] as const;

test("partitions that a tick adds are there for its own runs, and all that it comes to is written with them", async () => {
  const { storage, tick, contexts } = await tickOf(
    result({
      runRequests: [request({ partition: "eu" })],
      cursor: "moved",
      dynamicPartitions: changes,
      assetEvents: [materialization],
    }),
  );
  expect(tick).toMatchObject({
    status: "SUCCESS",
    dynamicPartitions: [
      { kind: "add", name: "regions", keys: ["eu"], skippedKeys: ["old"] },
      { kind: "delete", name: "regions", keys: ["old"], skippedKeys: ["never"] },
    ],
  });
  expect(await storage.dynamicPartitions.keys("regions")).toEqual(["eu"]);
  expect(await storage.runs.list({}, { limit: 2 })).toMatchObject([{ partition: "eu" }]);
  expect(await storage.assets.events(["outside"], { types: ["ASSET_MATERIALIZATION"], limit: 2 })).toHaveLength(1);
  expect((await storage.instigators.get(id))?.cursor).toBe("moved");
  expect(contexts).toMatchObject([
    { timeoutMs: 7_000, lastTickCompletedAtMs: null, lastStartedAtMs: expect.any(Number) as number },
  ]);
});

test("a run that cannot be takes everything else of its tick along", async () => {
  const { storage, tick } = await tickOf(
    result({
      runRequests: [request({ partition: "nowhere" })],
      cursor: "moved",
      dynamicPartitions: changes,
      assetEvents: [materialization],
    }),
  );
  expect(tick).toMatchObject({ status: "FAILURE", error: { name: "UnknownPartitionError" }, dynamicPartitions: [] });
  expect(await storage.dynamicPartitions.keys("regions")).toEqual(["old"]);
  expect(await storage.assets.events(["outside"], { types: ["ASSET_MATERIALIZATION"], limit: 2 })).toEqual([]);
  expect((await storage.instigators.get(id))?.cursor).toBeNull();
});
