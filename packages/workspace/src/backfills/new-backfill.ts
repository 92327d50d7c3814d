import { randomInt } from "node:crypto";
import { type BackfillId, backfillId, type CodeLocationName, type PartitionsSnapshot } from "@dagwright/model";
import type { PartitionSubset, PartitionsView } from "@dagwright/partitions";
import type { NewBackfill, NewBackfillTarget, Storage } from "@dagwright/storage";
import { partitionsOf, type PartitionNode } from "../asset-runs/partition-graph.ts";
import { dynamicNames } from "../run-partitions.ts";

const letters = "abcdefghijklmnopqrstuvwxyz";

/** Eight letters by chance. Should they be taken, the database says so. */
export const newBackfillId = (): BackfillId =>
  backfillId(Array.from({ length: 8 }, () => letters[randomInt(letters.length)]).join(""));

/** What a backfill keeps of the moment at which it was made. */
export interface BackfillMoment {
  readonly view: PartitionsView;
  readonly dynamicKeys: NewBackfill["dynamicKeys"];
}

/** The partitions that there are now, by the database's clock; for a backfill to keep. */
export async function backfillMoment(
  snapshots: readonly PartitionsSnapshot[],
  storage: Pick<Storage, "nowMs" | "dynamicPartitions">,
  options?: { readonly signal?: AbortSignal },
): Promise<BackfillMoment> {
  const names = [...new Set(snapshots.flatMap(dynamicNames))];
  const [nowMs, ...lists] = await Promise.all([
    storage.nowMs(options),
    ...names.map((name) => storage.dynamicPartitions.keys(name, options)),
  ]);
  const dynamicKeys = Object.fromEntries(names.map((name, index) => [name, lists[index]!]));
  return { view: keptView(nowMs, dynamicKeys), dynamicKeys };
}

const none: readonly string[] = [];

export const keptView = (nowMs: number, dynamicKeys: NewBackfill["dynamicKeys"]): PartitionsView => ({
  nowMs,
  dynamicKeys: (name) => dynamicKeys[name] ?? none,
});

/** Assets and what is to be made of them, as a backfill stores it. */
export const toAssetTargets = (targets: ReadonlyMap<PartitionNode, PartitionSubset>): readonly NewBackfillTarget[] =>
  Array.from(targets, ([node, subset]) => ({
    name: node.id,
    location: node.location,
    partitions: node.isPartitioned ? node.partitions.snapshot : null,
    target: { subset: subset.toJSON(), count: subset.size },
    none: node.partitions.none().toJSON(),
  }));

/** A job's partitions, as a backfill stores them. */
export const toJobTarget = (
  location: CodeLocationName,
  snapshot: PartitionsSnapshot,
  subset: PartitionSubset,
): NewBackfillTarget => ({
  name: "",
  location,
  partitions: snapshot,
  target: { subset: subset.toJSON(), count: subset.size },
  none: partitionsOf(snapshot).none().toJSON(),
});
