import { type Metadata, type MetadataInput, toMetadata } from "@dagwright/model";
import { brand, type Branded } from "./brand.ts";
import { captureSite } from "./definition-site.ts";
import { InvalidNameError } from "./errors.ts";
import type { GivenOf, Nothing, OpOut, OutEntries, OutEntry } from "./op-io.ts";
import type { MaybePromise } from "./schema.ts";
import { checkOptions, type OptionNames } from "./option-names.ts";

/** The value of one output, with what there is to tell of it; made by {@link output}. */
export interface OpOutput<out T = unknown, out Name extends string = string> extends Branded<"opOutput"> {
  readonly value: T;
  readonly outputName: Name;
  readonly metadata: Metadata;
}

/** One of the values of a dynamic output; made by {@link dynamicOutput}. */
export interface DynamicOutput<out T = unknown, out Name extends string = string> extends Branded<"dynamicOutput"> {
  readonly value: T;
  readonly mappingKey: string;
  readonly outputName: Name;
  readonly metadata: Metadata;
}

/** What {@link output} takes beside the value. */
export interface OutputOptions<Name extends string = string> {
  /** Default `result`, the name of an only output. */
  readonly outputName?: Name;
  readonly metadata?: Readonly<Record<string, MetadataInput>>;
}

/**
 * What an op returns, or yields, for one of its outputs. A function that yields stores each output at once:
 * `function* () { yield output(1, {outputName: "left"}); }`.
 */
export function output<T, const Name extends string = "result">(value: T, options: OutputOptions<Name> = {}): OpOutput<T, Name> {
  checkOptions("output", options, outputOptions, output);
  return Object.freeze({
    ...brand("opOutput"),
    value,
    outputName: options.outputName ?? ("result" as Name),
    metadata: toMetadata(options.metadata),
  });
}

const outputOptions: OptionNames<OutputOptions> = { outputName: "text", metadata: true };
const dynamicOutputOptions: OptionNames<DynamicOutputOptions> = { ...outputOptions, mappingKey: "text" };

/** What {@link dynamicOutput} takes beside the value. */
export interface DynamicOutputOptions<Name extends string = string> extends OutputOptions<Name> {
  /** Letters, digits and underscores; names the steps that are mapped over it, and no other value of the output has it. */
  readonly mappingKey: string;
}

const mappingKeyPattern = /^[A-Za-z0-9_]+$/;

/**
 * One value of a dynamic output.
 *
 * @throws InvalidNameError when the mapping key has other characters than letters, digits and underscores
 */
export function dynamicOutput<T, const Name extends string = "result">(
  value: T,
  options: DynamicOutputOptions<Name>,
): DynamicOutput<T, Name> {
  checkOptions("dynamicOutput", options, dynamicOutputOptions, dynamicOutput);
  const { mappingKey } = options;
  if (typeof mappingKey !== "string" || !mappingKeyPattern.test(mappingKey)) {
    throw new InvalidNameError(
      `The mapping key ${JSON.stringify(mappingKey)} of a dynamic output must be of letters, digits and underscores`,
      captureSite(dynamicOutput),
    );
  }
  return Object.freeze({
    ...brand("dynamicOutput"),
    value,
    mappingKey,
    outputName: options.outputName ?? ("result" as Name),
    metadata: toMetadata(options.metadata),
  });
}

type DynamicEntry = OpOut<OpOut["schema"], boolean, true>;
type OptionalEntry = OpOut<OpOut["schema"], false, false> | Nothing;

/** What stands for one output in what an op returns. */
type Given<E> = E extends DynamicEntry ? Iterable<DynamicOutput<GivenOf<E>>> : GivenOf<E> | OpOutput<GivenOf<E>>;

type OptionalKeys<Outs extends OutEntries> = {
  [K in keyof Outs]: Outs[K] extends OptionalEntry ? K : never;
}[keyof Outs];

/** A record of outputs by name; optional ones may be missing, or `undefined`. */
type GivenRecord<Outs extends OutEntries> = {
  readonly [K in Exclude<keyof Outs, OptionalKeys<Outs>>]: Given<Outs[K]>;
} & { readonly [K in OptionalKeys<Outs>]?: Given<Outs[K]> | undefined };

type Yielded<E, Name extends string> = E extends DynamicEntry ? DynamicOutput<GivenOf<E>, Name> : OpOutput<GivenOf<E>, Name>;
type YieldedOf<Outs extends OutEntries> = { [K in keyof Outs & string]: Yielded<Outs[K], K> }[keyof Outs & string];

type Generates<T> = Generator<T, void> | AsyncGenerator<T, void>;

/** What an op with one output may return. */
export type Returns<E extends OutEntry> =
  | (E extends Nothing
      ? MaybePromise<void>
      : E extends OptionalEntry
        ? MaybePromise<Given<E> | undefined | void>
        : MaybePromise<Given<E>>)
  | Generates<Yielded<E, "result">>;

/** What an op with several outputs may return. */
export type ReturnsRecord<Outs extends OutEntries> = MaybePromise<GivenRecord<Outs>> | Generates<YieldedOf<Outs>>;

/** The value that comes of what an op without a schema returns. */
export type ValueFrom<T> = [T] extends [never]
  ? never
  : T extends Generator<OpOutput<infer V>, unknown> | AsyncGenerator<OpOutput<infer V>, unknown>
    ? V
    : Awaited<T> extends infer A
      ? A extends OpOutput<infer V>
        ? V
        : A
      : never;
