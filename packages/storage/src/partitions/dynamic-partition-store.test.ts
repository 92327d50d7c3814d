import { expect, test } from "vitest";
import { describeEachWay } from "../testing/ways-in.ts";

describeEachWay("dynamic partitions", (world) => {
  test("keys keep the order in which they were added, and are added once", async () => {
    const { dynamicPartitions: store } = world.storage;
    expect(await store.add("order", ["b", "a", "b", "odd \0 key"])).toEqual(["b", "a", "odd \0 key"]);
    expect(await store.add("order", ["c", "a"])).toEqual(["c"]);
    expect(await store.keys("order")).toEqual(["b", "a", "odd \0 key", "c"]);
    expect(await store.existing("order", ["a", "z", "b"])).toEqual(["b", "a"]);
    expect(await store.keys("another")).toEqual([]);
  });

  test("a deleted key is gone, and comes last when it is added again", async () => {
    const { dynamicPartitions: store } = world.storage;
    await store.add("deleted", ["a", "b", "c"]);
    expect(await store.delete("deleted", ["a", "unknown"])).toEqual(["a"]);
    await store.add("deleted", ["a"]);
    expect(await store.keys("deleted")).toEqual(["b", "c", "a"]);
  });

  test("pages follow one another from either end, whatever is deleted meanwhile", async () => {
    const { dynamicPartitions: store } = world.storage;
    await store.add("paged", ["a", "b", "c", "d", "e"]);
    const first = await store.list("paged", { limit: 2 });
    expect(first.keys).toEqual(["a", "b"]);
    await store.delete("paged", ["b"]);
    expect((await store.list("paged", { limit: 2, cursor: first.cursor! })).keys).toEqual(["c", "d"]);
    const newest = await store.list("paged", { limit: 1, newestFirst: true });
    expect(newest.keys).toEqual(["e"]);
    expect((await store.list("paged", { limit: 9, newestFirst: true, cursor: newest.cursor! })).keys).toEqual(["d", "c", "a"]);
  });

  test("calls at the same time with the same keys neither deadlock nor add one twice", async () => {
    const keys = Array.from({ length: 200 }, (_, index) => `key ${index}`);
    const storages = await Promise.all(Array.from({ length: 4 }, () => world.open({ maxConnections: 2 })));
    const added = await Promise.all(
      storages.map((storage, index) => storage.dynamicPartitions.add("contended", index % 2 === 0 ? keys : keys.toReversed())),
    );
    expect(added.flat().toSorted()).toEqual(keys.toSorted());
    expect(await world.storage.dynamicPartitions.keys("contended")).toHaveLength(200);
  });
});
