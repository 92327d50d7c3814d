import { InMemoryInstance } from "@dagwright/definitions";
import { type AssetEventRecord, runId } from "@dagwright/model";
import { expect, test } from "vitest";
import { withAssumedMaterializations } from "./assumed-materializations.ts";

const event = (name: string, partition: string | null): AssetEventRecord["event"] => ({
  type: "ASSET_MATERIALIZATION",
  assetKey: [name],
  partition,
  atMs: 0,
  message: "",
  stepKey: null,
  description: null,
  metadata: {},
  tags: {},
});
const assumed = [
  { id: "800", runId: null, event: event("a", "x") },
  { id: "801", runId: runId("00000000-0000-7000-8000-000000000001"), event: event("a", "z") },
  { id: "802", runId: null, event: event("b", null) },
];

test("what is assumed stands behind what is there, whichever way it is read", async () => {
  const there = new InMemoryInstance();
  there.record(null, event("a", "x"));
  there.record(null, event("a", "y"));
  there.record(null, event("c", null));
  const instance = withAssumedMaterializations(there, assumed);
  const ids = async (more: object): Promise<readonly string[]> => {
    const request = { assetKey: ["a"], types: ["ASSET_MATERIALIZATION"] as const, limit: 10, ...more };
    return (await instance.assetEvents(request)).map(({ id }) => id);
  };
  const [first, second] = await ids({ ascending: true, limit: 2 });
  expect(await ids({})).toEqual(["801", "800", second, first]);
  expect(await ids({ ascending: true })).toEqual([first, second, "800", "801"]);
  expect(await ids({ limit: 1 })).toEqual(["801"]);
  expect(await ids({ limit: 3 })).toEqual(["801", "800", second]);
  expect(await ids({ after: second, ascending: true })).toEqual(["800", "801"]);
  expect(await ids({ cursor: "801" })).toEqual(["800", second, first]);
  expect(await ids({ partition: "x" })).toEqual(["800", first]);
  expect(await ids({ ids: [first!, "801"] })).toEqual(["801", first]);
  expect(await ids({ types: ["ASSET_OBSERVATION"] })).toEqual([]);
  const newest = await instance.latestMaterializations({ assetKeys: [["a"], ["b"], ["c"], ["d"]] });
  expect(newest.map(({ event: { assetKey }, id }) => [assetKey[0], id])).toEqual([
    ["a", "801"],
    ["b", "802"],
    ["c", expect.any(String)],
  ]);
  expect(await instance.materializedPartitions({ assetKey: ["a"] })).toEqual(["x", "y", "z"]);
});
