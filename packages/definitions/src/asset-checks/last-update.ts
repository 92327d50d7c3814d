import type { AssetEventRecord } from "@dagwright/model";
import type { AssetReference, InstanceAccess } from "../instance/instance-access.ts";

/** Metadata of an observation or materialization that says when the data itself last changed. */
const lastUpdatedKey = "dagster/last_updated_timestamp";

/** Names of the metadata that freshness checks give; pages and tools know them. */
export const freshnessKeys = {
  params: "dagster/freshness_params",
  lastUpdated: lastUpdatedKey,
  lowerBound: "dagster/freshness_lower_bound_timestamp",
  freshUntil: "dagster/fresh_until_timestamp",
  latestCronTick: "dagster/latest_cron_tick_timestamp",
} as const;

/**
 * When an asset was last updated, in milliseconds: by its newest materialization, or by what its newest observation tells in the metadata
 * `dagster/last_updated_timestamp`. Null: nothing tells.
 */
export async function lastUpdateMs(instance: InstanceAccess, asset: AssetReference, partition?: string): Promise<number | null> {
  const [made, seen] = await Promise.all([
    instance.latestMaterialization(asset, partition),
    instance.latestObservation(asset, partition),
  ]);
  const times = [made && (toldUpdateMs(made) ?? made.event.atMs), seen && toldUpdateMs(seen)].filter((one) => one !== null);
  return times.length === 0 ? null : Math.max(...times);
}

function toldUpdateMs({ event }: AssetEventRecord): number | null {
  const told = event.metadata[lastUpdatedKey];
  return told?.type === "timestamp" ? told.epochSeconds * 1_000 : null;
}

const units = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
] as const;

/** A span in words: `1 hour, 5 minutes`. */
export function spanInWords(ms: number): string {
  let left = Math.floor(ms / 1_000);
  const parts = units.flatMap(([unit, seconds]) => {
    const count = Math.floor(left / seconds);
    left -= count * seconds;
    return count === 0 ? [] : [`${count} ${unit}${count === 1 ? "" : "s"}`];
  });
  return parts.length === 0 ? "0 seconds" : parts.join(", ");
}
