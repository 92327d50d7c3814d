import { type Metadata, toMetadata } from "@dagwright/model";
import { isDefinition } from "./brand.ts";
import type { DefinitionSite } from "./definition-site.ts";
import { InvalidOptionError } from "./errors.ts";
import { checkName } from "./names.ts";
import type { InEntry, OpIn, OpOut, OutEntry } from "./op-io.ts";
import type { InputDefinition, OpOptions, OutputDefinition } from "./op.ts";
import type { Schema } from "./schema.ts";
import { hasDefault } from "./value-type.ts";

/** Checks and describes one entry of `ins`. */
export function inputDefinition(
  kind: "op" | "graph",
  owner: string,
  name: string,
  entry: InEntry,
  site: DefinitionSite,
): InputDefinition {
  const label = `${kind} "${owner}"`;
  checkName("input", name, site, label);
  if (isDefinition(entry, "nothing")) return inputOf(name, null, null, {}, { hasDefault: false, isOrderOnly: true });
  const given = isDefinition(entry, "opIn") ? (entry as OpIn) : null;
  const schema = given?.schema ?? (entry as Schema);
  checkSchema(label, `its input "${name}"`, schema, site);
  // Inside a graph nothing could stand in for a value that the outside does not wire.
  const fallback = kind === "op" && hasDefault(schema);
  const inputManagerKey = given?.inputManagerKey ?? null;
  return inputOf(name, schema, given?.description ?? null, given?.metadata ?? {}, {
    hasDefault: fallback,
    isOrderOnly: false,
    ...(inputManagerKey !== null && { inputManagerKey }),
  });
}

const inputOf = (
  name: string,
  schema: Schema | null,
  description: string | null,
  metadata: Metadata,
  rest: Pick<InputDefinition, "hasDefault" | "isOrderOnly" | "inputManagerKey">,
): InputDefinition => Object.freeze({ name, schema, description, metadata, ...rest, assetKey: null });

/** Checks and describes an op's `out` or `outs`. */
export function outputDefinitions(
  name: string,
  options: Pick<OpOptions, "out" | "outs" | "ioManagerKey" | "metadata">,
  site: DefinitionSite,
): readonly OutputDefinition[] {
  const label = `op "${name}"`;
  if (options.out && options.outs) throw new InvalidOptionError(label, "it has both `out` and `outs`; keep one", site);
  if (!options.outs) return [outputDefinition(label, "result", options.out ?? null, options, site)];
  const outs = Object.entries(options.outs);
  if (outs.length === 0) throw new InvalidOptionError(label, "`outs` is empty; leave it out or name at least one output", site);
  for (const [output] of outs) checkName("output", output, site, label);
  return outs.map(([output, entry]) => outputDefinition(label, output, entry, options, site));
}

function outputDefinition(
  label: string,
  name: string,
  entry: OutEntry | null,
  options: Pick<OpOptions, "ioManagerKey" | "metadata">,
  site: DefinitionSite,
): OutputDefinition {
  const shared = { name, metadata: toMetadata(options.metadata), ioManagerKey: options.ioManagerKey ?? "io_manager" };
  if (entry === null) return Object.freeze({ ...shared, schema: null, description: null, isRequired: true });
  if (isDefinition(entry, "nothing"))
    return Object.freeze({ ...shared, schema: null, description: null, isRequired: true, isNothing: true });
  const given = isDefinition(entry, "opOut") ? (entry as OpOut) : null;
  const schema = given === null ? (entry as Schema) : (given.schema ?? null);
  if (schema !== null || given === null) checkSchema(label, `its output "${name}"`, schema, site);
  if (given === null) return Object.freeze({ ...shared, schema, description: null, isRequired: true });
  return Object.freeze({
    ...shared,
    schema,
    description: given.description,
    metadata: { ...shared.metadata, ...given.metadata },
    ioManagerKey: given.ioManagerKey ?? shared.ioManagerKey,
    isRequired: given.isRequired,
    ...(given.isDynamic && { isDynamic: true }),
  });
}

export function checkSchema(owner: string, what: string, schema: unknown, site: DefinitionSite): void {
  if (typeof (schema as Schema | null)?.["~standard"]?.validate === "function") return;
  throw new InvalidOptionError(owner, `${what} has no schema; give a zod schema or one of another Standard Schema library`, site);
}
