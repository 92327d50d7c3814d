import { captureSite } from "./definition-site.ts";
import { InvalidOptionError } from "./errors.ts";
import type { InputOf, OutputOf, Schema } from "./schema.ts";
import { checkOptions } from "./option-names.ts";

/** In the registry, so that schemas which another copy of this package named are recognised. */
const nameSymbol: unique symbol = Symbol.for("dagwright.namedType");

/** What a schema was named by {@link namedType}. */
export interface NamedType {
  readonly name: string;
  readonly description: string | null;
  readonly schema: Schema;
}

/**
 * Gives values a type that people know by name: pages and logs show it in place of how the schema is built. With zod
 * `schema.meta({title, description})` does the same.
 *
 * @throws InvalidOptionError without a name
 */
export function namedType<S extends Schema>(
  name: string,
  schema: S,
  options: { readonly description?: string } = {},
): Schema<InputOf<S>, OutputOf<S>> {
  if (typeof name !== "string" || name.trim() === "")
    throw new InvalidOptionError("namedType", "its first argument must be the type's name", captureSite(namedType));
  checkOptions(`namedType "${name}"`, options, { description: true }, namedType);
  const named: NamedType = { name, description: options.description ?? null, schema };
  return Object.freeze({
    "~standard": schema["~standard"],
    [nameSymbol]: Object.freeze(named),
  }) as Schema<InputOf<S>, OutputOf<S>>;
}

/** Null for what {@link namedType} did not make. */
export const namedTypeOf = (schema: unknown): NamedType | null =>
  (typeof schema === "object" && schema !== null && (schema as { readonly [nameSymbol]?: NamedType })[nameSymbol]) || null;
