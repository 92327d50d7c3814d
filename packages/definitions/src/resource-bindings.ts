import { brand, isDefinition } from "./brand.ts";
import type { DefinitionSite } from "./definition-site.ts";
import { CircularImportError } from "./errors.ts";
import { checkName } from "./names.ts";
import type { ResourceDefinition } from "./resource.ts";

/** Resources in a list, each under its own name, or by name. */
export type ResourceBindings = readonly ResourceDefinition[] | readonly [] | Readonly<Record<string, unknown>>;

/** Resources as a list, each with the name to which it is bound. */
export function boundResources(bindings: ResourceBindings | undefined, site: DefinitionSite): readonly ResourceDefinition[] {
  if (bindings === undefined) return [];
  if (Array.isArray(bindings)) return bindings as readonly ResourceDefinition[];
  return Object.entries(bindings).map(([name, value]) => {
    if (value === undefined) throw new CircularImportError(`resource "${name}" in definitions`, site);
    if (!isDefinition(value, "resource")) return valueResource(name, value, site);
    checkName("resource", name, site);
    return renamed(value as ResourceDefinition, name);
  });
}

/** The resource under another name, with which it is bound. */
const renamed = (definition: ResourceDefinition, name: string): ResourceDefinition =>
  definition.name === name ? definition : Object.freeze({ ...definition, name });

/** A resource that is a value which is there already, and belongs to whoever made it: it is not disposed. */
const valueResource = (name: string, value: unknown, site: DefinitionSite): ResourceDefinition => {
  checkName("resource", name, site);
  return Object.freeze({
    ...brand("resource"),
    name,
    description: null,
    config: null,
    resources: Object.freeze({}),
    lifetime: "run",
    init: () => value,
    isValue: true,
    ...(isProcessLocal(value) && { isInMemory: true }),
    site,
  } as const);
};

/** As I/O managers say it of themselves. */
const isProcessLocal = (value: unknown): boolean =>
  typeof value === "object" && value !== null && "isProcessLocal" in value && value.isProcessLocal === true;
