import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { JsonObject } from "@dagwright/model";
import { parseDocument } from "yaml";
import { UsageError } from "../errors.ts";

export interface RunConfigOptions {
  /** `-c`: files of YAML or JSON; later ones are laid over earlier ones. */
  readonly config?: readonly string[];
  /** `--config-json`: the config itself. */
  readonly configJson?: string;
}

/**
 * The run config that a command line gives; empty when it gives none.
 *
 * @throws UsageError that names file and line of what cannot be read
 */
export function readRunConfig({ config = [], configJson }: RunConfigOptions, directory: string): JsonObject {
  if (config.length > 0 && configJson !== undefined)
    throw new UsageError("Give the run config by -c or by --config-json, not both.");
  if (configJson !== undefined) return parseJson(configJson, "--config-json");
  let merged: JsonObject = {};
  for (const file of config) merged = mergeRunConfigs(merged, parseYaml(readText(resolve(directory, file)), file));
  return merged;
}

/** Reads an option whose value is a JSON object of texts, as `--tags`. @throws UsageError */
export function parseTags(text: string | undefined): Readonly<Record<string, string>> {
  const tags = Object.entries(text === undefined ? {} : parseJson(text, "--tags")).map(([key, value]) => {
    if (typeof value === "object")
      throw new UsageError(`--tags: the value of "${key}" must be a text, as in '{"team": "growth"}'.`);
    return [key, String(value)];
  });
  return Object.fromEntries(tags) as Readonly<Record<string, string>>;
}

/** The second laid over the first: mappings are merged key by key, everything else is replaced. */
export function mergeRunConfigs(below: JsonObject, above: JsonObject): JsonObject {
  const entries = Object.entries(above).map(([key, value]) => {
    const before = Object.hasOwn(below, key) ? below[key] : undefined;
    return [key, isMapping(before) && isMapping(value) ? mergeRunConfigs(before, value) : value] as const;
  });
  // Not by assignment: a key may be named __proto__.
  return Object.fromEntries([...Object.entries(below), ...entries]);
}

const isMapping = (value: unknown): value is JsonObject => typeof value === "object" && value !== null && !Array.isArray(value);

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new UsageError(`The run config ${file} cannot be read (${(cause as NodeJS.ErrnoException).code ?? String(cause)}).`, {
      cause,
    });
  }
}

/** JSON is read as YAML too, being nearly all of it. */
function parseYaml(text: string, file: string): JsonObject {
  const document = parseDocument(text, { schema: "core", logLevel: "error" });
  const [problem] = document.errors;
  if (problem !== undefined)
    throw new UsageError(`${file} is neither YAML nor JSON: ${problem.message.trimEnd()}`, { cause: problem });
  return requireMapping(document.toJS({ maxAliasCount: 1_000 }), file);
}

function parseJson(text: string, option: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new UsageError(`${option} is not valid JSON: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
  return requireMapping(value, option);
}

function requireMapping(value: unknown, where: string): JsonObject {
  if (value === null || value === undefined) return {};
  if (isMapping(value)) return value;
  throw new UsageError(`${where} must hold a mapping, not ${Array.isArray(value) ? "a list" : `a ${typeof value}`}.`);
}
