import { type AssetKey, assetKeyFromString, assetKeyToString, assetKeyToUserString } from "@dagwright/model";

import { AssetNotFoundError } from "../../errors.ts";
import type * as gql from "../../gen/types.ts";
import { assetCursor } from "../arguments/asset-cursor.ts";
import { pageSize } from "../arguments/page-size.ts";
import type { GraphContext } from "../context.ts";
import { oneOf } from "../errors/one-of.ts";
import { toRun } from "../runs/to-run.ts";
import { loadedLocations, requireJob } from "../workspace/find-definitions.ts";
import { toRepository } from "../workspace/to-repository.ts";
import { toAssetEvent } from "./asset-events.ts";
import { madeTogether } from "./asset-ops.ts";
import { allAssets, assetsAmong, type FoundAsset } from "./find-assets.ts";
import { toAsset } from "./to-asset.ts";
import { toAssetNode } from "./to-asset-node.ts";

const largestPage = 1_000;

interface PageArgs {
  readonly prefix?: readonly string[] | null | undefined;
  readonly cursor?: string | null | undefined;
  readonly limit?: number | null | undefined;
}

/** Keys that runs have recorded, a page of them. */
async function recordedKeys(
  { prefix, cursor, limit }: PageArgs,
  { storage, signal }: GraphContext,
): Promise<readonly AssetKey[]> {
  const page = {
    limit: pageSize(limit, largestPage),
    ...(prefix !== null && prefix !== undefined && { prefix }),
    ...assetCursor(cursor),
  };
  return storage.assets.list(page, { signal });
}

async function listAssets(args: PageArgs, context: GraphContext): Promise<gql.AssetConnection> {
  const { prefix, cursor, limit } = args;
  const recorded = await recordedKeys(args, context);
  const defined = [...allAssets(context)].flatMap(([text, { asset }]) => {
    const isBelow = (prefix ?? []).every((part, index) => asset.key[index] === part);
    const isBehind = cursor === null || cursor === undefined || cursor === "" || text > cursor;
    return isBelow && isBehind ? [text] : [];
  });
  const texts = [...new Set([...recorded.map(assetKeyToString), ...defined])].sort();
  const page = texts.slice(0, pageSize(limit, largestPage));
  return {
    __typename: "AssetConnection",
    nodes: page.map((text) => toAsset(assetKeyFromString(text))),
    cursor: page.at(-1) ?? null,
  };
}

/** Runs that are to make the asset and have not done so. Only the newest plan of each asset is kept. */
async function latestInfo(key: AssetKey, { loaders }: GraphContext): Promise<gql.AssetLatestInfo> {
  const state = await loaders.assetState.load(key);
  const made = state?.lastMaterialization ?? null;
  const runId = state?.lastPlannedRunId ?? made?.runId ?? null;
  const run = runId === null ? null : await loaders.maybeRun.load(runId);
  const isPending = run !== null && made?.runId !== run.id;
  const isUnstarted = run !== null && ["QUEUED", "NOT_STARTED", "STARTING"].includes(run.status);
  const isInProgress = run !== null && ["STARTED", "CANCELING"].includes(run.status);
  const event = made === null ? null : toAssetEvent(made);
  return {
    id: assetKeyToString(key),
    assetKey: { path: key },
    latestMaterialization: event?.__typename === "MaterializationEvent" ? event : null,
    unstartedRunIds: isPending && isUnstarted ? [run.id] : [],
    inProgressRunIds: isPending && isInProgress ? [run.id] : [],
    latestRun: run === null ? null : toRun(run),
  };
}

export const assetQueries = {
  assetsOrError: oneOf("AssetsOrError", async (_root, { assetKeys, ...page }, context) => {
    if (assetKeys === null || assetKeys === undefined) return listAssets(page, context);
    const nodes = assetKeys.map(({ path }) => toAsset(path));
    return { __typename: "AssetConnection", nodes, cursor: nodes.at(-1)?.id ?? null };
  }),
  assetRecordsOrError: oneOf("AssetRecordsOrError", async (_root, args, context) => {
    const keys = await recordedKeys(args, context);
    return {
      __typename: "AssetRecordConnection",
      assets: keys.map((path) => ({ id: assetKeyToString(path), key: { path } })),
      cursor: keys.length === 0 ? null : assetKeyToString(keys.at(-1) ?? []),
    };
  }),
  // A key that nobody knows is told by the asset's own `hasDefinitionOrRecord`, as clients know it from Dagster.
  assetOrError: oneOf("AssetOrError", (_root, { assetKey: { path } }) => toAsset(path)),
  assetNodeOrError: oneOf("AssetNodeOrError", (_root, { assetKey: { path } }, context) => {
    const found = allAssets(context).get(assetKeyToString(path));
    if (found === undefined) throw new AssetNotFoundError(assetKeyToUserString(path));
    return toAssetNode(found);
  }),
  assetNodes: (_root, { group, pipeline, assetKeys }, context) => {
    const wanted =
      assetKeys === null || assetKeys === undefined ? null : new Set(assetKeys.map(({ path }) => assetKeyToString(path)));
    const ofJob =
      pipeline === null || pipeline === undefined
        ? null
        : new Set(requireJob(pipeline, context).job.assets.map(({ assetKey }) => assetKeyToString(assetKey)));
    const isWanted = ([text, found]: readonly [string, FoundAsset]): boolean => {
      if (ofJob !== null && !(ofJob.has(text) && found.entry.name === pipeline?.repositoryLocationName)) return false;
      if (group === null || group === undefined) return true;
      return found.asset.group === group.groupName && found.entry.name === group.repositoryLocationName;
    };
    // One by one, as they are written: all nodes of a large workspace at once would hold the event loop.
    const among = wanted === null ? allAssets(context).entries() : assetsAmong(context, wanted).values();
    return among.filter(isWanted).map(([, found]) => toAssetNode(found));
  },
  assetsLatestInfo: (_root, { assetKeys }, context) => Promise.all(assetKeys.map(({ path }) => latestInfo(path, context))),
  assetNodeAdditionalRequiredKeys: (_root, { assetKeys }, context) => {
    const given = new Set(assetKeys.map(({ path }) => assetKeyToString(path)));
    const needed = new Map<string, AssetKey>();
    for (const text of given) {
      const found = allAssets(context).get(text);
      for (const key of found === undefined ? [] : madeTogether(found)) needed.set(assetKeyToString(key), key);
    }
    return [...needed].flatMap(([text, path]) => (given.has(text) ? [] : [{ path }]));
  },
  assetNodeDefinitionCollisions: (_root, { assetKeys }, context) => {
    const makers = loadedLocations(context).map((location) => ({
      location,
      made: new Set(location.snapshot.assets.flatMap(({ key, isExternal }) => (isExternal ? [] : [assetKeyToString(key)]))),
    }));
    return assetKeys.flatMap(({ path }) => {
      const text = assetKeyToString(path);
      const found = makers.filter(({ made }) => made.has(text));
      return found.length < 2 ? [] : [{ assetKey: { path }, repositories: found.map(({ location }) => toRepository(location)) }];
    });
  },
} satisfies Partial<gql.Query>;
