import { type Metadata, type MetadataInput, toMetadata } from "@dagwright/model";
import { brand, type Branded } from "./brand.ts";
import type { InputOf, OutputOf, Schema } from "./schema.ts";
import { checkOptions, type OptionNames } from "./option-names.ts";

/** What stands in `ins` or `outs` for an order without a value: {@link nothing}. */
export interface Nothing extends Branded<"nothing"> {
  readonly isNothing: true;
}

/**
 * In `ins`: an order without a value. The op waits for what is wired to it, gets nothing of it, and its function does not see the input.
 * As `out`: the op makes no value; only order can be wired to it.
 */
export const nothing: Nothing = Object.freeze({ ...brand("nothing"), isNothing: true as const });

/** An input with more than a schema; made by {@link opIn}. */
export interface OpIn<S extends Schema = Schema> extends Branded<"opIn"> {
  readonly schema: S;
  readonly description: string | null;
  readonly metadata: Metadata;
  readonly inputManagerKey: string | null;
}

/** What {@link opIn} takes beside the schema. */
export interface OpInOptions {
  readonly description?: string;
  readonly metadata?: Readonly<Record<string, MetadataInput>>;
  /**
   * Name of the resource that loads the value, in place of the I/O manager that stored it: it has a method `loadInput` and knows what the
   * other one writes.
   */
  readonly inputManagerKey?: string;
}

/** An input of an op with a description or metadata of its own: `ins: {orders: opIn(orders, {description: "of one day"})}`. */
export function opIn<S extends Schema>(schema: S, options: OpInOptions = {}): OpIn<S> {
  checkOptions("opIn", options, opInOptions, opIn);
  return Object.freeze({
    ...brand("opIn"),
    schema,
    description: options.description ?? null,
    metadata: toMetadata(options.metadata),
    inputManagerKey: options.inputManagerKey ?? null,
  });
}

const opInOptions: OptionNames<OpInOptions> = { description: "text", metadata: true, inputManagerKey: "text" };

/** An output with more than a schema; made by {@link opOut} and {@link dynamicOut}. */
export interface OpOut<
  S extends Schema | undefined = Schema | undefined,
  Required extends boolean = boolean,
  Dynamic extends boolean = boolean,
> extends Branded<"opOut"> {
  readonly schema: S;
  readonly description: string | null;
  readonly metadata: Metadata;
  /** Null: that of the op. */
  readonly ioManagerKey: string | null;
  readonly isRequired: Required;
  readonly isDynamic: Dynamic;
}

/** What {@link opOut} and {@link dynamicOut} take beside the schema. */
export interface OpOutOptions<Required extends boolean = boolean> {
  readonly description?: string;
  readonly metadata?: Readonly<Record<string, MetadataInput>>;
  /** Name of the I/O manager that stores it. Default: that of the op. */
  readonly ioManagerKey?: string;
  /**
   * False: the op may leave it out, and what depends on it is then skipped; of a dynamic output, what collects it when there is none.
   * Default true.
   */
  readonly isRequired?: Required;
}

const opOutOptions: OptionNames<OpOutOptions> = { description: "text", metadata: true, ioManagerKey: "text", isRequired: "flag" };

const outOf = (schema: Schema | undefined, options: OpOutOptions, isDynamic: boolean): OpOut =>
  Object.freeze({
    ...brand("opOut"),
    schema,
    description: options.description ?? null,
    metadata: toMetadata(options.metadata),
    ioManagerKey: options.ioManagerKey ?? null,
    isRequired: options.isRequired ?? true,
    isDynamic,
  });

/**
 * An output of an op that may be left out, or has a description, metadata or I/O manager of its own:
 * `outs: {even: opOut(z.number(), {isRequired: false}), odd: opOut(z.number(), {isRequired: false})}`.
 */
export function opOut<S extends Schema>(
  schema: S,
  options: OpOutOptions<false> & { readonly isRequired: false },
): OpOut<S, false, false>;
/** It is always made. */
export function opOut<S extends Schema>(schema: S, options?: OpOutOptions<true>): OpOut<S, true, false>;
export function opOut(schema: Schema, options: OpOutOptions = {}): OpOut {
  checkOptions("opOut", options, opOutOptions, opOut);
  return outOf(schema, options, false);
}

/**
 * An output of which there is any number of values, each with a mapping key: the op returns or yields `dynamicOutput(value, {mappingKey})`.
 * A call gives a handle to `map` over and to `collect`.
 */
export function dynamicOut<S extends Schema>(
  schema: S,
  options: OpOutOptions<false> & { readonly isRequired: false },
): OpOut<S, false, true>;
/** When there are no values, what collects them gets an empty list. */
export function dynamicOut<S extends Schema>(schema: S, options?: OpOutOptions<true>): OpOut<S, true, true>;
export function dynamicOut(schema: Schema, options: OpOutOptions = {}): OpOut {
  checkOptions("dynamicOut", options, opOutOptions, dynamicOut);
  return outOf(schema, options, true);
}

/** What `ins` has for an input. */
export type InEntry = Schema | OpIn | Nothing;
/** Named inputs, as `ins` takes them. */
export type InEntries = Readonly<Record<string, InEntry>>;
/** What `out`, or `outs` for one of them, has. */
export type OutEntry = Schema | OpOut | Nothing;
/** Named outputs, as `outs` takes them. */
export type OutEntries = Readonly<Record<string, OutEntry>>;

type SchemaOf<E> = E extends OpIn<infer S> ? S : E extends OpOut<infer S> ? S : E extends Schema ? E : undefined;

/** The value of an input or output as it is made. */
export type GivenOf<E> = E extends Nothing ? undefined : SchemaOf<E> extends infer S extends Schema ? InputOf<S> : unknown;
/** The value of an input or output as it is used. */
export type TakenOf<E> = E extends Nothing ? undefined : SchemaOf<E> extends infer S extends Schema ? OutputOf<S> : unknown;
