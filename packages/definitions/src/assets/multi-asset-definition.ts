import type { AssetDefinition } from "../asset.ts";
import type { Branded } from "../brand.ts";
import type { DefinitionSite } from "../definition-site.ts";
import type { GraphDefinition } from "../graph.ts";
import type { OpDefinition } from "../op.ts";

/** Several assets that one function, or one graph, makes or observes together. */
export interface MultiAssetDefinition extends Branded<"multiAsset"> {
  /** The name of the op or graph. */
  readonly name: string;
  /** Each by the name of its output; by its key where outputs have no names of their own. */
  readonly assets: Readonly<Record<string, AssetDefinition>>;
  readonly node: OpDefinition | GraphDefinition;
  readonly site: DefinitionSite;
}
