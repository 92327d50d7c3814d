import { createHash } from "node:crypto";
import type { RunPartition } from "@dagwright/model";

/** Names what a run of a backfill makes, such that the database refuses a second run for it. */
export const runUnit = (names: readonly string[], partition: RunPartition | null): string =>
  createHash("sha256")
    .update(JSON.stringify([names.toSorted(), partition]))
    .digest("hex")
    .slice(0, 40);
