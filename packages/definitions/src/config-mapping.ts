import type { JsonObject } from "@dagwright/model";
import { brand, type Branded } from "./brand.ts";
import { captureSite, type DefinitionSite } from "./definition-site.ts";
import { InvalidOptionError } from "./errors.ts";
import type { OutputOf, Schema } from "./schema.ts";

/** What is given to a job in place of run config, and how it becomes that. */
export interface RunConfigMapping extends Branded<"configMapping"> {
  readonly config: Schema;
  readonly map: (config: never) => JsonObject;
  readonly site: DefinitionSite;
}

/**
 * Gives a job a run config of its own, smaller than what its ops and resources ask for: `job("load", {config: configMapping(z.object({day:
 * z.iso.date()}), ({day}) => ({ops: {fetch: {config: {from: day, to: day}}}}))}, …)`. A launch then gives `{day: …}`, and nothing else.
 *
 * @param config - schema (zod) of what is given
 * @param map - makes the run config of it, in the shape of a run's; it is called wherever the run's code runs, so it must always give the same
 * @throws InvalidOptionError
 */
export function configMapping<C extends Schema>(config: C, map: (config: OutputOf<C>) => JsonObject): RunConfigMapping {
  const site = captureSite(configMapping);
  if (typeof (config as C | undefined)?.["~standard"]?.validate !== "function" || typeof map !== "function")
    throw new InvalidOptionError("configMapping", "it takes a zod schema and a function that makes run config of it", site);
  return Object.freeze({ ...brand("configMapping"), config, map: map as RunConfigMapping["map"], site });
}
