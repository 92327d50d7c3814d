import type { MetadataValue } from "@dagwright/model";
import { captureSite } from "../definition-site.ts";
import { InvalidOptionError } from "../errors.ts";
import type { AssetCheckDefinition } from "./asset-check.ts";
import { type ReadyMadeCheckOptions, readyMadeChecks, readyMadeNames } from "./ready-made-check.ts";
import { checkOptions, type OptionNames } from "../option-names.ts";

/** What {@link buildMetadataBoundsChecks} takes; at least one bound. */
export interface MetadataBoundsOptions extends ReadyMadeCheckOptions {
  /** The name of a number among the metadata of materializations. */
  readonly metadataKey: string;
  readonly minValue?: number;
  readonly maxValue?: number;
  /** Whether `minValue` itself is too small. Default false. */
  readonly exclusiveMin?: boolean;
  /** Whether `maxValue` itself is too large. Default false. */
  readonly exclusiveMax?: boolean;
}

const boundsOptions: OptionNames<MetadataBoundsOptions> = {
  ...readyMadeNames,
  metadataKey: "text",
  minValue: true,
  maxValue: true,
  exclusiveMin: "flag",
  exclusiveMax: "flag",
};

/**
 * Checks, named `<metadata key>_bounds_check`, that pass when a number among the metadata of an asset's latest materialization lies within
 * bounds.
 *
 * @returns one definition, of which runs may evaluate a part; put it into `definitions({assetChecks})`
 * @throws InvalidOptionError without a bound, or with bounds that nothing lies within
 */
export function buildMetadataBoundsChecks(options: MetadataBoundsOptions): readonly AssetCheckDefinition[] {
  checkOptions("buildMetadataBoundsChecks", options, boundsOptions, buildMetadataBoundsChecks);
  const { metadataKey, minValue, maxValue, exclusiveMin = false, exclusiveMax = false } = options;
  const refuse = (problem: string): InvalidOptionError =>
    new InvalidOptionError("buildMetadataBoundsChecks", problem, captureSite(buildMetadataBoundsChecks));
  if (minValue === undefined && maxValue === undefined) throw refuse("it has neither `minValue` nor `maxValue`");
  if (minValue !== undefined && maxValue !== undefined && minValue > maxValue)
    throw refuse(`its \`minValue\` ${minValue} is greater than its \`maxValue\` ${maxValue}`);
  const bounds = [
    ...(minValue === undefined ? [] : [`greater than ${exclusiveMin ? "" : "or equal to "}${minValue}`]),
    ...(maxValue === undefined ? [] : [`less than ${exclusiveMax ? "" : "or equal to "}${maxValue}`]),
  ].join(" and ");
  return readyMadeChecks({
    ...options,
    name: `${metadataKey.replaceAll(/[^A-Za-z0-9_]/g, "_")}_bounds_check`,
    description: `Checks that the latest materialization has metadata value \`${metadataKey}\` ${bounds}`,
    below: buildMetadataBoundsChecks,
    async evaluate(assetKey, { instance }) {
      const latest = await instance.latestMaterialization(assetKey);
      if (latest === null) return { passed: false, description: "The asset has not been materialized." };
      const told = latest.event.metadata[metadataKey];
      if (told === undefined) return { passed: false, description: `The materialization has no metadata \`${metadataKey}\`.` };
      const value = numberOf(told);
      if (value === null) return { passed: false, description: `\`${metadataKey}\` is ${told.type}, not a number.` };
      if (minValue !== undefined && (exclusiveMin ? value <= minValue : value < minValue))
        return { passed: false, description: `${value} is less than ${exclusiveMin ? "or equal to " : ""}${minValue}.` };
      if (maxValue !== undefined && (exclusiveMax ? value >= maxValue : value > maxValue))
        return { passed: false, description: `${value} is greater than ${exclusiveMax ? "or equal to " : ""}${maxValue}.` };
      return { passed: true, description: `${value} is within its bounds.` };
    },
  });
}

function numberOf(value: MetadataValue): number | null {
  if (value.type === "int") return Number(value.int);
  return value.type === "float" ? value.float : null;
}
