import type { Schema } from "./schema.ts";

/** Registered, so that marks of another copy of this package count. */
const secretMark: unique symbol = Symbol.for("dagwright.secret");

interface ZodInternals {
  readonly def: Readonly<Record<PropertyKey, unknown>>;
  readonly constr: new (def: unknown) => { readonly _zod: { parent?: unknown } };
}

/**
 * Marks a part of a config schema as secret: `config: z.object({token: secret(z.string())})`.
 *
 * Its values are replaced by asterisks wherever a run could show them: log lines and captured output, events with their metadata and
 * errors, and its run config as GraphQL and the command line answer it. Best give them by reference, `{env: NAME}`: then not even
 * the database holds them. The mark outlives what is chained after it (`secret(z.string()).min(8).optional()`); `.meta({secret: true})`
 * marks as well. What is made from a secret (a part of it, a digest, a reversed text) is another text, and nobody knows it.
 *
 * @param schema - a zod 4 schema of text or numbers, or of objects, lists and maps of them
 * @returns a copy of the schema, of the same type
 * @throws TypeError when it is no schema of zod 4
 */
export function secret<S extends Schema>(schema: S): S {
  const zod = (schema as { readonly _zod?: ZodInternals } | null | undefined)?._zod;
  if (typeof zod?.def !== "object" || typeof zod.constr !== "function") {
    throw new TypeError("secret(…) takes a schema of zod 4, such as secret(z.string())");
  }
  const marked = new zod.constr({ ...zod.def, [secretMark]: true });
  // As zod's own copies do: the description is found by way of the original.
  marked._zod.parent = schema;
  return marked as unknown as S;
}

/** Whether a schema of zod was given to {@link secret}, or has `secret: true` among its metadata. */
export function isMarkedSecret(schema: object): boolean {
  const { _zod: zod, meta } = schema as { readonly _zod?: Partial<ZodInternals>; readonly meta?: () => unknown };
  if (zod?.def?.[secretMark] === true) return true;
  const metadata: unknown = typeof meta === "function" ? meta.call(schema) : undefined;
  return typeof metadata === "object" && metadata !== null && (metadata as { readonly secret?: unknown }).secret === true;
}
