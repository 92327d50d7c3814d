import { assetKeyToString, type AssetSnapshot } from "@dagwright/model";
import { defaultMapping, spanningMapping } from "@dagwright/partitions";
import type { AssetDefinition } from "../asset.ts";
import type { InputDefinition } from "../op.ts";
import type { Repository } from "../repository.ts";

/**
 * Which partitions an asset reads of each other one, where that is not as their partitions suggest. Whoever plans runs asks for one answer, also
 * where two inputs read one asset, each in a way of its own.
 */
export function partitionMappingsOf(
  one: AssetDefinition,
  { assets }: Pick<Repository, "assets">,
): NonNullable<AssetSnapshot["partitionMappings"]> {
  const readsOf = new Map<string, InputDefinition[]>();
  for (const input of one.reads) {
    const id = assetKeyToString(input.assetKey!);
    const others = readsOf.get(id);
    if (others === undefined) readsOf.set(id, [input]);
    else others.push(input);
  }
  return [...readsOf].flatMap(([id, reads]) => {
    const given = reads.map(({ read }) => read?.mapping?.snapshot ?? null);
    if (given.every((mapping) => mapping === null)) return [];
    const usual = defaultMapping(assets.get(id)?.partitions ?? null, one.partitions).snapshot;
    return [{ upstream: reads[0]!.assetKey!, mapping: spanningMapping(given.map((mapping) => mapping ?? usual)) }];
  });
}
