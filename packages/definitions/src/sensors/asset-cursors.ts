import { type AssetKey, assetKeyToString } from "@dagwright/model";

/** How far a multi-asset sensor has got with one asset. Ids are those of asset events. */
export interface AssetCursor {
  /** The newest materialization that it has consumed. */
  readonly latestConsumedId: string | null;
  readonly latestConsumedPartition: string | null;
  /** By partition: the newest materialization that is older than that and was not consumed. */
  readonly unconsumed: Readonly<Record<string, string>>;
}

const atBeginning: AssetCursor = Object.freeze({ latestConsumedId: null, latestConsumedPartition: null, unconsumed: {} });

/** The cursors of all assets that a sensor monitors, as the text that it keeps between its ticks. */
export class AssetCursors {
  readonly #byAsset: ReadonlyMap<string, AssetCursor>;

  private constructor(byAsset: ReadonlyMap<string, AssetCursor>) {
    this.#byAsset = byAsset;
  }

  /** A text that is no such cursor, as somebody may have set it by hand, starts at the beginning. */
  static parse(text: string | null): AssetCursors {
    const byAsset = new Map<string, AssetCursor>();
    for (const [key, value] of Object.entries(parsed(text))) {
      if (!Array.isArray(value) || value.length !== 3) continue;
      const [partition, id, unconsumed] = value as [string | null, string | null, Record<string, string> | null];
      byAsset.set(key, { latestConsumedPartition: partition, latestConsumedId: id, unconsumed: unconsumed ?? {} });
    }
    return new AssetCursors(byAsset);
  }

  of(asset: AssetKey): AssetCursor {
    return this.#byAsset.get(assetKeyToString(asset)) ?? atBeginning;
  }

  with(changed: readonly (readonly [AssetKey, AssetCursor])[]): AssetCursors {
    return new AssetCursors(
      new Map([...this.#byAsset, ...changed.map(([key, cursor]) => [assetKeyToString(key), cursor] as const)]),
    );
  }

  toString(): string {
    return JSON.stringify(
      Object.fromEntries(
        [...this.#byAsset].map(([key, cursor]) => [
          key,
          [cursor.latestConsumedPartition, cursor.latestConsumedId, cursor.unconsumed],
        ]),
      ),
    );
  }
}

function parsed(text: string | null): object {
  try {
    const value: unknown = JSON.parse(text ?? "{}");
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}

/** A materialization, as far as cursors need it. */
export interface CursorEvent {
  readonly id: string;
  readonly partition: string | null;
}

/** Most partitions of an asset that may trail behind: more of them would make the cursor large. */
export const mostUnconsumed = 25;

/**
 * The cursor after some materializations were consumed.
 *
 * @param between - the unconsumed ones from before and those after the cursor, up to the newest that was consumed, in order of ids
 * @param forgetsOthers - whether what was not consumed counts as if it was
 */
export function advanceAssetCursor(
  cursor: AssetCursor,
  consumed: readonly CursorEvent[],
  between: readonly CursorEvent[],
  forgetsOthers: boolean,
): AssetCursor {
  const newest = consumed.reduce((a, b) => (BigInt(b.id) > BigInt(a.id) ? b : a));
  const isFurther = cursor.latestConsumedId === null || BigInt(newest.id) > BigInt(cursor.latestConsumedId);
  const unconsumed = new Map(forgetsOthers ? [] : Object.entries(cursor.unconsumed));
  if (!forgetsOthers) {
    const ids = new Set(consumed.map(({ id }) => id));
    for (const { id, partition } of between) {
      // What has no partition is told by its newest alone.
      if (partition === null) continue;
      if (ids.has(id)) unconsumed.delete(partition);
      else unconsumed.set(partition, id);
    }
    if (newest.partition !== null) unconsumed.delete(newest.partition);
  }
  return {
    latestConsumedId: isFurther ? newest.id : cursor.latestConsumedId,
    latestConsumedPartition: isFurther ? newest.partition : cursor.latestConsumedPartition,
    unconsumed: Object.fromEntries(unconsumed),
  };
}
