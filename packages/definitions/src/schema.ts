import type { StandardSchemaV1 } from "@standard-schema/spec";

/** A schema for values: zod, or any library that speaks Standard Schema. */
export type Schema<Input = unknown, Output = Input> = StandardSchemaV1<Input, Output>;

/** Named schemas, as `ins` and `outs` take them. */
export type Schemas = Readonly<Record<string, Schema>>;

/** What a schema accepts. */
export type InputOf<S extends Schema> = StandardSchemaV1.InferInput<S>;

/** What a schema returns. */
export type OutputOf<S extends Schema> = StandardSchemaV1.InferOutput<S>;

/** The value, or a promise of it. */
export type MaybePromise<T> = T | PromiseLike<T>;
