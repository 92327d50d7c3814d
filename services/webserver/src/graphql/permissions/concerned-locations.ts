import {
  type AssetKey,
  type Backfill,
  backfillId,
  type CodeLocationName,
  codeLocationName,
  isRunId,
  runId,
} from "@dagwright/model";
import { BackfillNotFoundError } from "@dagwright/storage";

import type * as gql from "../../gen/types.ts";
import { findAssets } from "../assets/find-assets.ts";
import type { GraphContext } from "../context.ts";
import { findInstigator } from "../instigators/find-instigators.ts";

export const named = (location: string): readonly CodeLocationName[] => [codeLocationName(location)];
export const ofRepository = (selector: { readonly repositoryLocationName: string }): readonly CodeLocationName[] =>
  named(selector.repositoryLocationName);

export async function ofRun(id: string, { loaders }: GraphContext): Promise<readonly CodeLocationName[]> {
  const known = isRunId(runId(id)) ? await loaders.maybeRun.load(runId(id)) : null;
  return known === null ? [] : [known.location];
}

/** An asset that no location defines (any more) concerns the whole deployment. */
export function ofAssets(keys: readonly AssetKey[], context: Pick<GraphContext, "workspace">): readonly CodeLocationName[] {
  const found = keys.map((key) => findAssets(context, [key]).map(({ entry }) => entry.name));
  return found.some((locations) => locations.length === 0) ? [] : [...new Set(found.flat())];
}

export const locationsOfBackfill = (
  { job, assetKeys }: Pick<Backfill, "job" | "assetKeys">,
  context: Pick<GraphContext, "workspace">,
): readonly CodeLocationName[] => (job === null ? ofAssets(assetKeys ?? [], context) : [job.location]);

export async function ofBackfill(id: string, context: GraphContext): Promise<readonly CodeLocationName[]> {
  try {
    return locationsOfBackfill(await context.storage.backfills.get(backfillId(id), { signal: context.signal }), context);
  } catch (error) {
    if (error instanceof BackfillNotFoundError) return [];
    throw error;
  }
}

/** By the first of several ids that clients may give. */
export function ofInstigator(ids: readonly (string | null | undefined)[], context: GraphContext): readonly CodeLocationName[] {
  const found = findInstigator(ids.find((id) => id !== null && id !== undefined && id !== "") ?? "", context);
  return found === null ? [] : [found.location];
}

export function ofNewBackfill(params: gql.LaunchBackfillParams, context: GraphContext): readonly CodeLocationName[] {
  const { selector, assetSelection, partitionsByAssets } = params;
  if (selector !== null && selector !== undefined) return ofRepository(selector.repositorySelector);
  const assets = partitionsByAssets?.flatMap((each) => each?.assetKey ?? []) ?? assetSelection ?? [];
  return ofAssets(
    assets.map(({ path }) => path),
    context,
  );
}
