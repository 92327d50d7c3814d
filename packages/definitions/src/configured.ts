import { isDefinition } from "./brand.ts";
import { showPath } from "./check-config.ts";
import { readConfig } from "./config-input.ts";
import type { ConfigPreset } from "./config-preset.ts";
import { captureSite } from "./definition-site.ts";
import type { OrEnvReferences } from "./env-reference.ts";
import { InvalidConfigPresetError, InvalidOptionError } from "./errors.ts";
import type { LoggerDefinition } from "./logger.ts";
import { checkName } from "./names.ts";
import { callable, type OpDefinition } from "./op.ts";
import type { Resource, ResourceDefinition } from "./resource.ts";
import type { InputOf, OutputOf, Schema } from "./schema.ts";
import { checkOptions, type OptionNames } from "./option-names.ts";

/** What may get its config in code. */
type Presettable = OpDefinition | ResourceDefinition | LoggerDefinition;

/** What a definition takes as a preset: what its schema takes, with references to the environment where there are scalars. */
export type PresetConfig<D> =
  D extends Resource<unknown, infer C> ? (C extends Schema ? OrEnvReferences<InputOf<C>> : unknown) : unknown;

/** What {@link configured} takes beside definition and config. */
export interface ConfiguredOptions<Outer extends Schema | undefined = undefined> {
  /** Needed for ops. Resources and loggers keep their name, so that what needs them gets the preset one. */
  readonly name?: string;
  readonly description?: string;
  /** Schema of what run config still says; with it the config is made by a function. */
  readonly config?: Outer;
}

const configuredOptions: OptionNames<ConfiguredOptions<Schema>> = { name: "text", description: "text", config: true };

/**
 * Makes a definition that brings its config along, and asks run config for none:
 * `configured(fetchOrders, {region: "eu"}, {name: "fetch_eu_orders"})`.
 *
 * @param config - what the definition's own schema takes; `envVar(NAME)` may stand for a text, number or boolean
 * @throws InvalidConfigPresetError when it does not fit; InvalidNameError, InvalidOptionError
 */
export function configured<D extends Presettable>(definition: D, config: PresetConfig<D>, options?: ConfiguredOptions): D;
/**
 * Makes a definition that asks run config for something smaller, and makes its own config of that:
 * `configured(fetchOrders, ({day}) => ({from: day, to: day}), {name: "fetch_day", config: z.object({day: z.iso.date()})})`.
 */
export function configured<D extends Presettable, Outer extends Schema>(
  definition: D,
  config: (outer: OutputOf<Outer>) => PresetConfig<D>,
  options: ConfiguredOptions<Outer> & { readonly config: Outer },
): D;
export function configured(
  definition: Presettable,
  config: unknown,
  options: ConfiguredOptions<Schema | undefined> = {},
): Presettable {
  const site = captureSite(configured);
  checkOptions("configured", options, configuredOptions, site);
  const isOp = isDefinition(definition, "op");
  const kind = isOp ? "op" : isDefinition(definition, "logger") ? "logger" : "resource";
  if (!isOp && kind === "resource" && !isDefinition(definition, "resource"))
    throw new InvalidOptionError("configured", "its first argument must be an op, a resource or a logger", site);
  const name = options.name ?? (isOp ? "" : definition.name);
  const owner = `${kind} "${name === "" ? definition.name : name}"`;
  if (name === "") throw new InvalidOptionError(owner, "a preset of an op is an op of its own; give it a `name`", site);
  checkName(kind, name, site);
  if (definition.config === null) throw new InvalidOptionError(owner, `${kind} "${definition.name}" takes no config`, site);
  if (typeof config === "function" && options.config === undefined)
    throw new InvalidOptionError(owner, "its config is made by a function, of what a `config` schema would say; give that", site);
  const preset: ConfigPreset = {
    of: definition,
    config: typeof config === "function" ? (config as ConfigPreset["config"]) : () => config,
  };
  const made = {
    ...definition,
    name,
    description: options.description ?? definition.description,
    config: options.config ?? null,
    preset,
    site,
  };
  if (options.config === undefined) {
    const { problems } = readConfig(definition.config, config, { env: null, hasSelectors: false });
    if (problems.length > 0)
      throw new InvalidConfigPresetError(
        owner,
        problems.map(({ path, problem }) => (path.length === 0 ? problem : `${showPath(path)}: ${problem}`)),
        site,
      );
  }
  return isOp ? callable(made as OpDefinition, {}) : (Object.freeze(made) as Presettable);
}
