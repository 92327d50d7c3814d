import { InvalidPartitionsError, Partitions, partitionsFromSnapshot } from "@dagwright/partitions";
import type { PartitionsSnapshot } from "@dagwright/model";
import type { DefinitionSite } from "../definition-site.ts";
import { CircularImportError, InvalidOptionError } from "../errors.ts";

/**
 * The `partitions` option of a definition, checked. What another copy of the package made is recognised by its description.
 *
 * @throws InvalidOptionError, CircularImportError
 */
export function toPartitions(options: { readonly partitions?: unknown }, owner: string, site: DefinitionSite): Partitions | null {
  const given = options.partitions;
  if (given === undefined) {
    if ("partitions" in options) throw new CircularImportError(`\`partitions\` of ${owner}`, site);
    return null;
  }
  if (given === null) return null;
  if (given instanceof Partitions) return given;
  const snapshot = (given as { readonly snapshot?: unknown }).snapshot;
  if (typeof snapshot !== "object" || snapshot === null || !("kind" in snapshot)) {
    throw new InvalidOptionError(
      owner,
      "its `partitions` must be made by dailyPartitions(…), staticPartitions(…) or one of their siblings",
      site,
    );
  }
  try {
    return partitionsFromSnapshot(snapshot as PartitionsSnapshot);
  } catch (error) {
    if (error instanceof InvalidPartitionsError) throw new InvalidOptionError(owner, error.message, site);
    throw error;
  }
}
