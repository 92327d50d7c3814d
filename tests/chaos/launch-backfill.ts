import { codeLocationName, type PartitionsSnapshot } from "@dagwright/model";
import type { Storage } from "@dagwright/storage";
import { backfillMoment, newBackfillId, partitionsOf, toJobTarget } from "@dagwright/workspace";
import { locationName } from "../stack/stack.ts";
import { cells } from "./project/cells.ts";

const partitions: PartitionsSnapshot = { kind: "static", keys: cells };

/** Asks for all partitions of the project's job `cell`, at most three at a time: a backfill of several transactions. */
export async function launchBackfill(storage: Storage): Promise<void> {
  const location = codeLocationName(locationName);
  const { view, dynamicKeys } = await backfillMoment([partitions], storage);
  await storage.backfills.create({
    id: newBackfillId(),
    job: { name: "cell", location },
    tags: {},
    runConfig: {},
    maxRunsInFlight: 3,
    createdAtMs: view.nowMs,
    dynamicKeys,
    targets: [toJobTarget(location, partitions, partitionsOf(partitions).all(view))],
  });
}
