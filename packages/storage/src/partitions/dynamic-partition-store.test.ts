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

  test("who knows the keys of before reads what has changed since, and nothing while nothing has", async () => {
    const { dynamicPartitions: store } = world.storage;
    const empty = await store.current("versions", null);
    expect(empty.keys).toEqual([]);
    await store.add("versions", ["a", "b"]);
    const first = await store.current("versions", empty);
    expect(first.keys).toEqual(["a", "b"]);
    expect(await store.current("versions", first)).toBe(first);
    // Neither adds what is there already.
    await store.add("versions", ["a"]);
    await store.delete("versions", ["z"]);
    expect(await store.current("versions", first)).toBe(first);
    await store.add("versions", ["c"]);
    const second = await store.current("versions", first);
    expect(second.keys).toEqual(["a", "b", "c"]);
    await store.delete("versions", ["b"]);
    await store.add("versions", ["d", "b"]);
    for (const known of [empty, first, second, null]) {
      const now = await store.current("versions", known);
      expect(now.keys).toEqual(["a", "c", "d", "b"]);
      expect(now.keys).toEqual(await store.keys("versions"));
    }
    expect(await store.current("other", null)).toMatchObject({ keys: [] });
  });

  test("writers at the same time are followed without a gap, whatever their numbers", async () => {
    const storages = await Promise.all(Array.from({ length: 3 }, () => world.open({ maxConnections: 2 })));
    const { dynamicPartitions: store } = world.storage;
    let known = await store.current("followed", null);
    let isWriting = true;
    const writing = Promise.all(
      storages.map(async ({ dynamicPartitions }, writer) => {
        for (let round = 0; round < 15; round += 1) {
          await dynamicPartitions.add("followed", [`${writer} ${round}`, `shared ${round}`]);
          if (round % 5 === 4) await dynamicPartitions.delete("followed", [`${writer} ${round - 1}`]);
        }
      }),
    ).finally(() => (isWriting = false));
    while (isWriting) known = await store.current("followed", known);
    await writing;
    expect((await store.current("followed", known)).keys).toEqual(await store.keys("followed"));
  });
});
