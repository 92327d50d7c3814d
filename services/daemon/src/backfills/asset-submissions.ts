import {
  type AssetKey,
  assetKeyFromString,
  assetKeyToString,
  assetKeyToUserString,
  type AssetSnapshot,
  DomainError,
  systemTags,
} from "@dagwright/model";
import { runSubset } from "@dagwright/partitions";
import type { Storage } from "@dagwright/storage";
import {
  AssetRunPlanner,
  type AssetRunRequest,
  type LocatedAsset,
  packAssetRuns,
  PartitionGraph,
  partitionsView,
  type Workspace,
} from "@dagwright/workspace";
import { planBackfill } from "../decisions/plan-backfill.ts";
import type { HeldBackfill, Part } from "./held-backfill.ts";
import { requireLocation, type ServingLocation } from "./require-location.ts";
import { runUnit } from "./run-unit.ts";
import type { Submission } from "./submission.ts";

export interface SubmissionSources {
  readonly storage: Storage;
  readonly workspace: Workspace;
}

/**
 * The runs that a backfill of assets requests next, made one at a time. What can no longer be requested has been given up before the first.
 *
 * @throws LocationAwayError, AssetRunConfigError
 */
export async function* assetSubmissions(
  held: HeldBackfill,
  { storage, workspace }: SubmissionSources,
  signal: AbortSignal,
): AsyncGenerator<Submission, void, undefined> {
  const locations = new Map(
    [...new Set(held.targets.map(({ location }) => location))].map((name) => [name, requireLocation(workspace, name)]),
  );
  const places = new Map(held.targets.map(({ name, place }) => [name, place]));
  const graph = graphOf(held, locations);
  const plan = planBackfill(graph, new Map(held.targets.map((target) => [target.name, target])));
  for (const [name, failed] of plan.failed) held.add("failed", places.get(name)!, failed);
  for (const problem of plan.problems) held.tell(problem);

  const planners = new Map<string, Promise<AssetRunPlanner>>();
  const plannerOf = (location: ServingLocation): Promise<AssetRunPlanner> => {
    const known = planners.get(location.name) ?? makePlanner(location, held, storage, signal);
    planners.set(location.name, known);
    return known;
  };
  for (const wanted of plan.requests) {
    const isWatched = wanted.some(({ assetKey }) =>
      graph
        .childrenOf(graph.get(assetKeyToString(assetKey))!)
        .some((child) => !wanted.some((each) => isSame(each.assetKey, child.asset.key))),
    );
    for (const request of packAssetRuns(wanted, held.view)) {
      const names = request.assetKeys.map(assetKeyToString);
      const parts = partsOf(request, names, held, places);
      try {
        const run = await (await plannerOf(locations.get(request.location)!)).plan(request, { signal });
        const planned = run.plannedAssets?.find(({ assetKey }) => isSame(assetKey, request.assetKeys[0]!))?.partitions?.length;
        if (planned !== undefined && planned !== parts[0]!.subset.size)
          throw new PartitionsChangedError(request.assetKeys[0]!, textOf(request));
        yield {
          parts,
          problem: null,
          run: {
            run,
            unit: runUnit(names, request.partition),
            places: parts.map(({ place }) => place),
            partition: request.partition,
            partitionCount: parts[0]!.subset.size,
            isWatched,
          },
        };
      } catch (error) {
        if (!isAboutPartitions(error)) throw error;
        yield { parts, run: null, problem: `${request.assetKeys.map(assetKeyToUserString).join(", ")}: ${error.message}` };
      }
    }
  }
}

/** The partitions of an asset are no longer those for which the backfill was made. */
class PartitionsChangedError extends DomainError<"PartitionsChangedError"> {
  constructor(key: AssetKey, range: string) {
    super(
      "PartitionsChangedError",
      `the partitions of "${assetKeyToUserString(key)}" ${range} are no longer what they were when the backfill began`,
    );
  }
}

const isAboutPartitions = (error: unknown): error is DomainError<string> =>
  error instanceof DomainError &&
  ["UnknownPartitionError", "InvalidPartitionRangeError", "PartitionsChangedError", "AssetNotMadeHereError"].includes(error.kind);

const isSame = (a: AssetKey, b: AssetKey): boolean => assetKeyToString(a) === assetKeyToString(b);

const textOf = ({ partition }: AssetRunRequest): string =>
  partition === null ? "" : partition.kind === "one" ? `("${partition.key}")` : `("${partition.start}" to "${partition.end}")`;

function partsOf(
  { partition }: AssetRunRequest,
  names: readonly string[],
  held: HeldBackfill,
  places: ReadonlyMap<string, number>,
): readonly Part[] {
  return names.map((name) => {
    const place = places.get(name)!;
    const { partitions } = held.targets[place]!;
    const subset = partition === null ? partitions.all(held.view) : runSubset(partitions, partition, held.view);
    return { place, subset };
  });
}

/** The targets as they are defined now, with the partitions that they had. Those that are gone are given up. */
function graphOf(held: HeldBackfill, locations: ReadonlyMap<string, ServingLocation>): PartitionGraph {
  const located = held.targets.map((target): LocatedAsset => {
    const { name, place, location } = target;
    const { snapshot } = locations.get(location)!;
    const asset = assetsByKey(snapshot).get(name);
    if (asset !== undefined) return { location, snapshot, asset };
    const key = assetKeyFromString(name);
    const left = held.left(target);
    if (!left.isEmpty)
      held.tell(
        `"${assetKeyToUserString(key)}" is no longer defined in code location "${location}"; what was left of it was given up`,
      );
    held.add("failed", place, left);
    return { location, snapshot, asset: goneAsset(key) };
  });
  return new PartitionGraph(located, held.view, new Map(held.targets.map(({ name, snapshot }) => [name, snapshot])));
}

const indexes = new WeakMap<object, ReadonlyMap<string, AssetSnapshot>>();

function assetsByKey(snapshot: { readonly assets: readonly AssetSnapshot[] }): ReadonlyMap<string, AssetSnapshot> {
  const known = indexes.get(snapshot) ?? new Map(snapshot.assets.map((asset) => [assetKeyToString(asset.key), asset]));
  indexes.set(snapshot, known);
  return known;
}

const goneAsset = (key: AssetKey): AssetSnapshot => ({
  key,
  description: null,
  group: "",
  kinds: [],
  owners: [],
  tags: {},
  metadata: {},
  codeVersion: null,
  dependencies: [],
  isExternal: true,
  isExecutable: false,
  opName: null,
  jobNames: [],
  ioManagerKey: "",
  type: { name: "Any", description: null },
});

async function makePlanner(
  entry: ServingLocation,
  held: HeldBackfill,
  storage: Storage,
  signal: AbortSignal,
): Promise<AssetRunPlanner> {
  const { backfill, targets, view: moment } = held;
  const names = new Set(targets.map(({ name }) => name));
  const snapshots = entry.snapshot.assets.flatMap(({ key, partitions }) =>
    partitions !== undefined && names.has(assetKeyToString(key)) ? [partitions] : [],
  );
  // Windows of time that have come since are none of its; keys that were deleted since are not there.
  const now = await partitionsView(snapshots, storage, { signal });
  return new AssetRunPlanner({
    entry,
    runConfig: backfill.runConfig,
    tags: { ...backfill.tags, [systemTags.backfill]: backfill.id },
    view: { nowMs: moment.nowMs, dynamicKeys: (name) => now.dynamicKeys(name) },
  });
}
