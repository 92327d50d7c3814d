import { type ConfiguredValueSnapshot, redactedSecret } from "@dagwright/model";
import { readConfig, type ConfigInputOptions, type ReadConfig } from "./config-input.ts";
import { type Environment, isEnvReference } from "./env-reference.ts";
import { marksSecret } from "./input-value.ts";
import type { Schema } from "./schema.ts";
import { zodDefinition } from "./zod-structure.ts";

/** Config that a definition brings along for the one it was made from. */
export interface ConfigPreset {
  /** What takes the config. */
  readonly of: Configurable;
  /** Gives it, from what run config says for the preset itself; it may hold references to the environment. */
  readonly config: (outer: never) => unknown;
}

/** What config is given to: an op, a resource, a logger. */
export interface Configurable {
  /** Of what run config says; null when it says nothing. */
  readonly config: Schema | null;
  readonly preset?: ConfigPreset;
}

/** Whether it gets config, from run config or from its preset. */
export const hasConfig = ({ config, preset }: Configurable): boolean => config !== null || preset !== undefined;

/** Reads what run config says for a definition, and hands it through its presets. */
export function readConfigOf({ config, preset }: Configurable, given: unknown, env: Environment | null): ReadConfig {
  const outer: ReadConfig =
    config === null ? { value: undefined, problems: [], secrets: [] } : read(config, given, { env, hasSelectors: true });
  return preset === undefined ? outer : throughPreset(preset, outer, config !== null, env);
}

function throughPreset({ of, config }: ConfigPreset, outer: ReadConfig, hasOuter: boolean, env: Environment | null): ReadConfig {
  const isUnread = hasOuter && outer.value === undefined;
  if (outer.problems.length > 0 || isUnread) return outer;
  let given: unknown;
  try {
    given = config(outer.value as never);
  } catch (error) {
    const problem = `its preset cannot be made of it: ${error instanceof Error ? error.message : String(error)}`;
    return { ...outer, problems: [{ path: [], problem }] };
  }
  const inner: ReadConfig =
    of.config === null ? { value: undefined, problems: [], secrets: [] } : read(of.config, given, { env, hasSelectors: false });
  const through = of.preset === undefined ? inner : throughPreset(of.preset, inner, of.config !== null, env);
  // The path leads through what run config does not show.
  const problems = through.problems.map(({ path, problem }) => ({
    path: [],
    problem: `its preset${path.length === 0 ? "" : ` at ${path.join(".")}`}: ${problem}`,
  }));
  return { value: through.value, problems, secrets: [...outer.secrets, ...through.secrets] };
}

/** An object's config that is not given, or empty in YAML, is an empty object; anything else stays as it is. */
const read = (schema: Schema, given: unknown, options: ConfigInputOptions): ReadConfig =>
  readConfig(schema, given ?? (zodDefinition(schema)?.type === "object" ? {} : given), options);

/**
 * Names of the environment variables that presets refer to, sorted. A preset that is made of run config is not asked: what it refers to is known when
 * that config is.
 */
export function presetVariables({ config, preset }: Configurable): readonly string[] {
  if (preset === undefined) return [];
  const names = new Set<string>(presetVariables(preset.of));
  if (config === null) collectVariables(constantConfig(preset), names);
  return [...names].sort();
}

/** What a preset says for each field of the config that it stands for, as it may be shown; nothing where it is made of run config. */
export function presetValues({ config, preset }: Configurable): readonly ConfiguredValueSnapshot[] {
  const given = preset === undefined || config !== null ? null : constantConfig(preset);
  if (preset === undefined || typeof given !== "object" || given === null || Array.isArray(given)) return [];
  const schema = zodDefinition(preset.of.config);
  const secret = new Set(schema?.fields.filter(([, field]) => schema.isSecret || marksSecret(field)).map(([name]) => name));
  return Object.entries(given).map(([field, value]): ConfiguredValueSnapshot => {
    if (isEnvReference(value)) return { field, type: "ENV_VAR", value: value.env };
    if (secret.has(field)) return { field, type: "SECRET", value: redactedSecret };
    return { field, type: "VALUE", value: JSON.stringify(value) ?? "null" };
  });
}

function constantConfig(preset: ConfigPreset): unknown {
  try {
    return preset.config(undefined as never);
  } catch {
    return null;
  }
}

function collectVariables(value: unknown, names: Set<string>): void {
  if (isEnvReference(value)) names.add(value.env);
  else if (typeof value === "object" && value !== null) for (const inner of Object.values(value)) collectVariables(inner, names);
}
