import { createHash } from "node:crypto";
import {
  type AssetCheckKey,
  type AssetCheckSeverity,
  type AssetKey,
  assetKeyToString,
  type MetadataInput,
} from "@dagwright/model";
import type { AnyAsset } from "../asset.ts";
import { captureSite } from "../definition-site.ts";
import { InvalidOptionError } from "../errors.ts";
import type { AssetCheckContext } from "../op-context.ts";
import { type AssetCheckDefinition, multiAssetCheck } from "./asset-check.ts";
import { type CheckResult, checkResult } from "./check-result.ts";
import { checkSpec } from "./check-spec.ts";
import type { OptionNames } from "../option-names.ts";

/** What ready-made checks of several assets have in common. */
export interface ReadyMadeCheckOptions {
  /** The assets to check, definitions or keys. */
  readonly assets: readonly (AnyAsset | string | readonly string[])[];
  /** How bad it is when one does not pass. Default `WARN`. */
  readonly severity?: AssetCheckSeverity;
}

export const readyMadeNames: OptionNames<ReadyMadeCheckOptions> = { assets: "list", severity: "text" };

interface ReadyMadeParts extends ReadyMadeCheckOptions {
  /** The name of each check, and the beginning of its op's. */
  readonly name: string;
  readonly description: string;
  readonly blocking?: boolean;
  readonly metadata?: Readonly<Record<string, MetadataInput>>;
  /** For errors: the function that the user called. */
  readonly below: (...args: never[]) => unknown;
  readonly evaluate: (
    assetKey: AssetKey,
    context: AssetCheckContext,
  ) => Promise<
    Pick<CheckResult, "passed"> & { readonly description: string; readonly metadata?: Readonly<Record<string, MetadataInput>> }
  >;
}

/** One check of the same sort for each asset, evaluated by one op of which a run may want a part. */
export function readyMadeChecks(parts: ReadyMadeParts): readonly AssetCheckDefinition[] {
  const { name, assets, severity = "WARN", description, blocking = false, metadata = {}, below, evaluate } = parts;
  if (assets.length === 0) throw new InvalidOptionError(below.name, "it has no `assets`", captureSite(below));
  const specs = assets.map((asset) => checkSpec(name, { asset, description, blocking, metadata }));
  // Config and logs know it by this name: the same for the same assets, another for others.
  const keys = specs.map(({ assetKey }) => assetKeyToString(assetKey!)).sort();
  const id = createHash("sha256").update(JSON.stringify(keys)).digest("hex").slice(0, 8);
  const evaluateAll = async (checks: readonly AssetCheckKey[], context: AssetCheckContext): Promise<readonly CheckResult[]> => {
    const results: CheckResult[] = [];
    for (const { assetKey } of checks) {
      const outcome = await evaluate(assetKey, context);
      results.push(checkResult({ ...outcome, severity, asset: assetKey, check: name }));
    }
    return results;
  };
  return [multiAssetCheck(`${name}_${id}`, { specs, canSubset: true }, (_, context) => evaluateAll(context.checks, context))];
}
