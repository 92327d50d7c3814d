import { assetKeyToString, type AssetSnapshot, type CodeLocationName, crashPoint } from "@dagwright/model";
import type { DeclaredFreshness, Storage } from "@dagwright/storage";
import type { Workspace } from "@dagwright/workspace";
import { planFreshness } from "../decisions/plan-freshness.ts";
import type { Loop } from "../loop.ts";

export interface FreshnessLoopOptions {
  readonly storage: Pick<Storage, "freshness">;
  readonly workspace: Pick<Workspace, "entries">;
  /** Most assets of one transaction. Default 500. */
  readonly batch?: number;
  /** How long a claim holds, in milliseconds. Default 30,000. */
  readonly leaseMs?: number;
}

/**
 * Tells how fresh assets with a policy are: keeps their state and writes an event for each change. What it looks at are assets whose time has come
 * and those that were made; the rest costs nothing, however many there are.
 */
export function createFreshnessLoop({ storage, workspace, batch = 500, leaseMs = 30_000 }: FreshnessLoopOptions): Loop {
  const { freshness } = storage;
  const synced = new Map<CodeLocationName, string>();

  /** Keeps policies in line with what is loaded. A location that cannot be loaded keeps what it declared last. */
  async function sync(signal: AbortSignal): Promise<void> {
    const loaded = workspace.entries().filter(({ snapshotId }) => snapshotId !== null);
    // Who owns an asset depends on all of them.
    if (loaded.every(({ name, snapshotId }) => synced.get(name) === snapshotId)) return;
    const declared = declaredFreshness(workspace.entries());
    for (const { name, snapshotId } of loaded) {
      await freshness.sync(name, declared.get(name) ?? [], { signal });
      synced.set(name, snapshotId!);
    }
  }

  return {
    name: "freshness",
    daemonType: "FRESHNESS_DAEMON",
    wakesOn: ["freshness", "location"],
    async runOnce(signal) {
      await sync(signal);
      const locations = workspace.entries().map(({ name }) => name);
      crashPoint("freshness.before-claim");
      const claims = await freshness.claimDue({ locations, leaseMs, limit: batch }, { signal });
      if (claims.length === 0) return { handled: 0, nextDueAtMs: await freshness.nextDueAtMs(locations, { signal }) };
      crashPoint("freshness.after-claim");
      const outcomes = claims.map(planFreshness);
      crashPoint("freshness.before-commit");
      await freshness.commit(outcomes, { signal });
      crashPoint("freshness.after-commit");
      return { handled: claims.length, nextDueAtMs: null };
    },
  };
}

/** Each asset's policy once, under the location that owns it: the one that makes it goes before those that only name it. */
function declaredFreshness(
  entries: ReturnType<Workspace["entries"]>,
): ReadonlyMap<CodeLocationName, readonly DeclaredFreshness[]> {
  const owners = new Map<string, { readonly location: CodeLocationName; readonly asset: AssetSnapshot }>();
  for (const { name: location, snapshot } of entries) {
    for (const asset of snapshot?.assets ?? []) {
      const id = assetKeyToString(asset.key);
      const before = owners.get(id)?.asset;
      if (before === undefined || (before.isExternal && !asset.isExternal)) owners.set(id, { location, asset });
    }
  }
  const declared = new Map<CodeLocationName, DeclaredFreshness[]>();
  for (const { location, asset } of owners.values()) {
    if (asset.freshnessPolicy === undefined) continue;
    const list = declared.get(location) ?? [];
    declared.set(location, list);
    list.push({ assetKey: asset.key, policy: asset.freshnessPolicy });
  }
  return declared;
}
