import type { Backfill, CodeLocationName, PartitionsSnapshot } from "@dagwright/model";
import { type Partitions, type PartitionSubset, type PartitionsView, subsetFromJSON } from "@dagwright/partitions";
import type { BackfillTarget, NewBackfill } from "@dagwright/storage";
import { partitionsOf, unpartitioned } from "../asset-runs/partition-graph.ts";
import { keptView } from "./new-backfill.ts";

/** How far a backfill has come with one of its assets, or with its job. */
export interface BackfillTargetState {
  readonly place: number;
  /** The text of the asset's key; empty for a job. */
  readonly name: string;
  readonly location: CodeLocationName;
  /** As they were when the backfill was made; null: it has none. */
  readonly snapshot: PartitionsSnapshot | null;
  /** Of one without partitions: a single one that stands for all of it. */
  readonly partitions: Partitions;
  readonly target: PartitionSubset;
  readonly requested: PartitionSubset;
  readonly done: PartitionSubset;
  readonly failed: PartitionSubset;
}

export interface BackfillState {
  /** The moment of the backfill: what came later is no part of it, and what went later is. */
  readonly view: PartitionsView;
  readonly targets: readonly BackfillTargetState[];
}

/** What is stored of a backfill's progress, as sets to reckon with. */
export function readBackfillState(
  backfill: Pick<Backfill, "createdAtMs">,
  targets: readonly BackfillTarget[],
  dynamicKeys: NewBackfill["dynamicKeys"],
): BackfillState {
  const view = keptView(backfill.createdAtMs, dynamicKeys);
  return {
    view,
    targets: targets.map(({ place, name, location, partitions: snapshot, ...sets }) => {
      const partitions = snapshot === null ? unpartitioned : partitionsOf(snapshot);
      const read = (of: keyof typeof sets): PartitionSubset => subsetFromJSON(partitions, sets[of].subset, view);
      return {
        place,
        name,
        location,
        snapshot,
        partitions,
        target: read("target"),
        requested: read("requested"),
        done: read("done"),
        failed: read("failed"),
      };
    }),
  };
}
