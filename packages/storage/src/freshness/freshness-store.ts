import type { AssetKey, CodeLocationName, FreshnessPolicySnapshot, FreshnessState } from "@dagwright/model";
import type { StoreOptions } from "../runs/run-store.ts";

/** An asset's freshness policy, as a code location declares it. */
export interface DeclaredFreshness {
  readonly assetKey: AssetKey;
  readonly policy: FreshnessPolicySnapshot;
}

/** How fresh an asset is, as it was told last. */
export interface StoredFreshness {
  readonly assetKey: AssetKey;
  readonly state: FreshnessState;
  /** When it came to be so. */
  readonly changedAtMs: number;
}

/** An asset whose freshness may have changed, leased to whoever claimed it. */
export interface FreshnessClaim {
  readonly assetKey: AssetKey;
  /** Null: it has none any more. */
  readonly policy: FreshnessPolicySnapshot | null;
  /** Null: nothing was told of it yet. */
  readonly known: Pick<StoredFreshness, "state" | "changedAtMs"> | null;
  /** When it was made the last time; null: never. */
  readonly lastMadeAtMs: number | null;
  /** The database's time of the claim. */
  readonly nowMs: number;
  readonly fence: string;
}

/** What a claim came to: the state to keep, and the changes to tell of on the way to it. */
export interface FreshnessOutcome {
  readonly claim: FreshnessClaim;
  readonly state: FreshnessState;
  readonly changedAtMs: number;
  /** Oldest first; each is an event of the asset. */
  readonly transitions: readonly { readonly from: FreshnessState; readonly to: FreshnessState; readonly atMs: number }[];
  /** When it can change next although the asset is not made; null: never. */
  readonly dueAtMs: number | null;
}

/** How fresh assets are, and when that can change. A look costs what is due, however many assets there are. */
export interface FreshnessStore {
  /**
   * Keeps the policies of a location's assets in line with what it declares. What is new or changed is due at once, and what has no policy any
   * more, so that this is told. Safe to call from several processes at once.
   */
  sync(location: CodeLocationName, declared: readonly DeclaredFreshness[], options?: StoreOptions): Promise<void>;
  /**
   * Claims assets whose freshness may have changed: whose time has come, or that were made. A claim that is neither committed nor renewed is
   * due again after `leaseMs`.
   *
   * @returns claimed assets, longest due first; empty when nothing is due
   */
  claimDue(
    claim: {
      readonly locations: readonly CodeLocationName[];
      readonly leaseMs: number;
      readonly limit: number;
    },
    options?: StoreOptions,
  ): Promise<readonly FreshnessClaim[]>;
  /**
   * Writes states with their events, in one transaction. Claims that were lost, or of assets that were made meanwhile, are left out: these
   * are due again.
   *
   * @returns how many were written
   */
  commit(outcomes: readonly FreshnessOutcome[], options?: StoreOptions): Promise<number>;
  /** When the next asset of the locations is due; null: none is. */
  nextDueAtMs(locations: readonly CodeLocationName[], options?: StoreOptions): Promise<number | null>;
  /** What was told last; assets of which nothing was told are not in it. */
  states(keys: readonly AssetKey[], options?: StoreOptions): Promise<readonly StoredFreshness[]>;
}
