import type { RunId } from "@dagwright/model";
import type { Storage, StoreOptions } from "@dagwright/storage";
import { describeWait, explainWait, type WaitReason } from "./explain-wait.ts";
import { limitedTagsOf, type QueueLimits } from "./queue-limits.ts";

/** A queued run, and why it is not under way. */
export interface RunWait {
  readonly runId: RunId;
  readonly priority: number;
  readonly enqueuedAtMs: number;
  /** How many runs are before it in the queue; at most 10,000. */
  readonly ahead: number;
  readonly reasons: readonly {
    readonly kind: WaitReason["kind"];
    readonly message: string;
    /** Runs that are in its way: under way with the tag, in the pool, or of its job. The first ten. */
    readonly runIds: readonly RunId[];
  }[];
}

const mostRuns = 10;

/** Why these runs wait, as the queue would decide now; those that are not queued are left out. */
export async function readWaits(
  ids: readonly RunId[],
  storage: Pick<Storage, "runs" | "pools">,
  limits: QueueLimits,
  options?: StoreOptions,
): Promise<readonly RunWait[]> {
  const places = await storage.runs.queuePlaces(ids, limitedTagsOf(limits), options);
  // Many wait for the same.
  const known = new Map<string, Promise<readonly RunId[]>>();
  const inTheWay = (reason: WaitReason): Promise<readonly RunId[]> => {
    const key = JSON.stringify(reason);
    const found = known.get(key) ?? runsInTheWay(reason, storage, limits, options);
    known.set(key, found);
    return found;
  };
  return Promise.all(
    places.map(async (place) => ({
      runId: place.run.id,
      priority: place.run.priority,
      enqueuedAtMs: place.run.enqueuedAtMs,
      ahead: place.ahead,
      reasons: await Promise.all(
        explainWait(place, limits).map(async (reason) => ({
          kind: reason.kind,
          message: describeWait(reason, place.ahead),
          runIds: await inTheWay(reason),
        })),
      ),
    })),
  );
}

async function runsInTheWay(
  reason: WaitReason,
  { runs, pools }: Pick<Storage, "runs" | "pools">,
  limits: QueueLimits,
  options: StoreOptions | undefined,
): Promise<readonly RunId[]> {
  switch (reason.kind) {
    case "tag":
      return runs.activeWith({ tag: reason.key, value: reason.value }, mostRuns, options);
    case "pool": {
      const found = await Promise.all(
        reason.pools.map(async ({ name }) =>
          reason.granularity === "run"
            ? runs.activeWith({ pool: name }, mostRuns, options)
            : (await pools.get(name, limits.pools.defaultLimit, options)).claims.map(({ runId }) => runId),
        ),
      );
      return [...new Set(found.flat())].slice(0, mostRuns);
    }
    case "other-run":
      return reason.runId === null ? [] : [reason.runId];
    case "location":
    case "run-limit":
    case "turn":
      return [];
    default:
      return reason satisfies never;
  }
}
