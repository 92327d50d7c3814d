import type { AssetEvent, AssetKey } from "@dagwright/model";
import type { StoredAssetEvent } from "@dagwright/storage";

import type * as gql from "../../gen/types.ts";
import { instantMs } from "../arguments/instant.ts";
import { pageSize } from "../arguments/page-size.ts";
import { rowCursor, timeCursor } from "../arguments/row-cursor.ts";
import type { GraphContext } from "../context.ts";
import { toRunEvent } from "../events/to-run-event.ts";

interface EventArgs {
  readonly partitions?: readonly string[] | null | undefined;
  readonly beforeTimestampMillis?: string | null | undefined;
  readonly afterTimestampMillis?: string | null | undefined;
  readonly limit?: number | null | undefined;
  readonly cursor?: string | null | undefined;
}

/** A client that asks for no limit gets this many and pages on by time. */
const largestPage = 1_000;

export async function assetEvents(
  key: AssetKey,
  types: readonly AssetEvent["type"][],
  { partitions, beforeTimestampMillis, afterTimestampMillis, limit, cursor }: EventArgs,
  { storage, signal }: GraphContext,
): Promise<readonly StoredAssetEvent[]> {
  const page = {
    types,
    limit: pageSize(limit, largestPage),
    // The web UI asks for all of them by naming none.
    ...(partitions !== null && partitions !== undefined && partitions.length > 0 && { partitions }),
    ...rowCursor(cursor, "an asset's events"),
    ...toMs("beforeMs", beforeTimestampMillis),
    ...toMs("afterMs", afterTimestampMillis),
  };
  return page.limit === 0 ? [] : storage.assets.events(key, page, { signal });
}

/** Newest first. The newest one alone is in the asset's kept state, which is read for all assets of a request together. */
export async function materializationsOf(
  key: AssetKey,
  args: EventArgs,
  context: GraphContext,
): Promise<gql.MaterializationEvent[]> {
  const events = isNewestOnly(args)
    ? [(await context.loaders.assetState.load(key))?.lastMaterialization ?? null]
    : await assetEvents(key, ["ASSET_MATERIALIZATION"], args, context);
  return events
    .flatMap((event) => (event === null ? [] : [toAssetEvent(event)]))
    .filter((event) => event.__typename === "MaterializationEvent");
}

export async function observationsOf(key: AssetKey, args: EventArgs, context: GraphContext): Promise<gql.ObservationEvent[]> {
  const events = isNewestOnly(args)
    ? [(await context.loaders.assetState.load(key))?.lastObservation ?? null]
    : await assetEvents(key, ["ASSET_OBSERVATION"], args, context);
  return events
    .flatMap((event) => (event === null ? [] : [toAssetEvent(event)]))
    .filter((event) => event.__typename === "ObservationEvent");
}

const isNewestOnly = ({ limit, partitions, beforeTimestampMillis, afterTimestampMillis }: EventArgs): boolean =>
  limit === 1 &&
  (partitions ?? []).length === 0 &&
  (beforeTimestampMillis ?? null) === null &&
  (afterTimestampMillis ?? null) === null;

export const toAssetEvent = ({ event, runId }: StoredAssetEvent): gql.DagsterRunEvent => toRunEvent({ ...event, runId });

function toMs<Name extends string>(name: Name, text: string | null | undefined): { readonly [N in Name]?: number } {
  if (text === null || text === undefined || text === "") return {};
  return { [name]: instantMs(timeCursor(text, "times in milliseconds") ?? 0) } as { readonly [N in Name]: number };
}
