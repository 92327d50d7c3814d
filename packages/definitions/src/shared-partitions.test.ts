import { type LocationSnapshot, sharePartitions, unsharePartitions } from "@dagwright/model";
import { dailyPartitions, multiPartitions, staticPartitions } from "@dagwright/partitions";
import { expect, test } from "vitest";
import { asset, buildRepository, definitions, toLocationSnapshot } from "./index.ts";

const keysOf = (count: number, name = "customer"): string[] => Array.from({ length: count }, (_, index) => `${name} ${index}`);
const snapshotOf = (assets: number, keys: number): LocationSnapshot =>
  toLocationSnapshot(
    buildRepository(
      definitions({
        // Each with a definition of its own, as functions that make assets have.
        assets: Array.from({ length: assets }, (_, index) =>
          asset(`a${index}`, { partitions: staticPartitions(keysOf(keys)) }, () => 1),
        ),
      }),
    ),
  );

test("a hundred assets with the same ten thousand keys carry them once", () => {
  const [one, many] = [1, 100].map((count) => sharePartitions(snapshotOf(count, 10_000)));
  expect(many!.sharedKeys).toHaveLength(1);
  const keysBytes = JSON.stringify(keysOf(10_000)).length;
  expect(JSON.stringify(many).length).toBeLessThan(100 * (JSON.stringify(one).length - keysBytes) + 2 * keysBytes);
});

test("what was shared comes back as it was, in one list", () => {
  const partitions = multiPartitions({
    customer: staticPartitions(keysOf(100)),
    date: dailyPartitions({ startDate: "2026-01-01" }),
  });
  const repository = buildRepository(
    definitions({
      assets: [
        asset("multi", { partitions }, () => 1),
        asset("same", { partitions: staticPartitions(keysOf(100)) }, () => 1),
        // As long, with the same first and last key.
        asset("other", { partitions: staticPartitions([...keysOf(100).slice(0, 98), "customer x", "customer 99"]) }, () => 1),
        asset("few", { partitions: staticPartitions(["a", "b"]) }, () => 1),
        asset("none", () => 1),
      ],
    }),
  );
  const snapshot = toLocationSnapshot(repository);
  const sent = sharePartitions(snapshot);
  expect(sent.sharedKeys).toHaveLength(2);
  const received = unsharePartitions(JSON.parse(JSON.stringify(sent)) as typeof sent);
  expect(received).toEqual(JSON.parse(JSON.stringify(snapshot)));
  const [same] = received.assets.filter(({ key }) => key[0] === "same").map(({ partitions: one }) => one);
  const [multi] = received.assets.filter(({ key }) => key[0] === "multi").map(({ partitions: one }) => one);
  expect(multi?.kind === "multi" && multi.dimensions[0]!.partitions).toBe(same);
});

test("a snapshot without large lists is as it was", () => {
  const snapshot = snapshotOf(2, 5);
  expect(sharePartitions(snapshot)).toBe(snapshot);
  expect(unsharePartitions(snapshot)).toEqual(snapshot);
});
