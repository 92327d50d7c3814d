import { namedTypeOf, type Schema } from "@dagwright/definitions";

const known = new WeakMap<object, boolean>();

/**
 * Whether checking a value a second time gives it back as it was. What leaves a step is checked and, by a transforming schema,
 * changed; a reader that declares the very same schema gets it so, and must not change it again.
 *
 * Told from the structure of zod's schemas; other libraries do not show theirs, so theirs are taken to transform.
 */
export function isPure(schema: Schema): boolean {
  const named = namedTypeOf(schema);
  if (named !== null) return isPure(named.schema);
  let pure = known.get(schema);
  if (pure === undefined) {
    pure = isZod(schema) && !transforms(schema, new Set());
    known.set(schema, pure);
  }
  return pure;
}

interface Zod {
  readonly _zod: { readonly def: Readonly<Record<string, unknown>> };
}

const isZod = (value: object): value is Zod =>
  "_zod" in value &&
  typeof value._zod === "object" &&
  value._zod !== null &&
  "def" in value._zod &&
  typeof value._zod.def === "object";

const transformingTypes = new Set([
  "transform",
  "pipe",
  "promise",
  "function",
  "catch",
  "default",
  "prefault",
  "template_literal",
  "success",
]);

function transforms(part: unknown, seen: Set<object>): boolean {
  if (typeof part !== "object" || part === null || seen.has(part)) return false;
  seen.add(part);
  if (Array.isArray(part)) return part.some((inner) => transforms(inner, seen));
  if (!isZod(part))
    return Object.getPrototypeOf(part) === Object.prototype && Object.values(part).some((inner) => transforms(inner, seen));
  const { def } = part._zod;
  if (transformingTypes.has(String(def["type"])) || def["check"] === "overwrite" || def["coerce"] === true) return true;
  if (def["type"] === "lazy") return transforms((def["getter"] as () => unknown)(), seen);
  return Object.values(def).some((inner) => transforms(inner, seen));
}
