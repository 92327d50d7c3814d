import type { AssetCheckTarget, AssetKey } from "@dagwright/model";
import type { Storage } from "@dagwright/storage";

/** The materialization that an evaluation from outside is about: the newest there is. */
export async function targetOf(
  key: AssetKey,
  { assets }: Pick<Storage, "assets">,
  signal: AbortSignal,
): Promise<AssetCheckTarget | null> {
  const made = (await assets.states([key], { signal }))[0]?.lastMaterialization ?? null;
  return made === null ? null : { id: made.id, runId: made.runId, atMs: made.event.atMs };
}
