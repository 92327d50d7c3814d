import { ValueCodecConflictError } from "../errors.ts";
import { checkOptions } from "@dagwright/definitions";
import type { OptionNames } from "@dagwright/model";

/** How instances of one class are kept between steps. */
export interface ValueCodec<Instance extends object = object, Encoded = unknown> {
  /** Stands in stored values, so it must stay the same as long as they are to be read. */
  readonly name: string;
  /** Instances of exactly this class; a subclass needs a codec of its own, lest what it adds be lost. */
  readonly type: abstract new (...args: never[]) => Instance;
  /** Says the instance in values that can be stored: plain data, built-in types, instances with codecs. */
  readonly encode: (instance: Instance) => Encoded;
  readonly decode: (encoded: Encoded) => Instance;
}

const codecNames: OptionNames<ValueCodec> = { name: "text", type: true, encode: true, decode: true };

interface Registry {
  readonly byName: Map<string, ValueCodec>;
  readonly byPrototype: Map<object, ValueCodec>;
}

// On the global object, so that two copies of this package in one project share it.
const registryKey = Symbol.for("dagwright.valueCodecs");
const registry = ((globalThis as { [registryKey]?: Registry })[registryKey] ??= { byName: new Map(), byPrototype: new Map() });

/**
 * Lets instances of a class pass between steps. Call it where the class is defined, so that every process that loads your
 * definitions knows it.
 *
 * @throws ValueCodecConflictError when the name or the class has another codec already
 */
export function registerValueCodec<Instance extends object, Encoded>(codec: ValueCodec<Instance, Encoded>): void {
  checkOptions("registerValueCodec", codec, codecNames, registerValueCodec as never);
  const sameName = registry.byName.get(codec.name);
  if (sameName !== undefined && sameName.type !== codec.type) {
    throw new ValueCodecConflictError(codec.name, `the name belongs to class ${sameName.type.name} already`);
  }
  const prototype = codec.type.prototype as object;
  const sameType = registry.byPrototype.get(prototype);
  if (sameType !== undefined && sameType.name !== codec.name) {
    throw new ValueCodecConflictError(codec.name, `class ${codec.type.name} has the codec "${sameType.name}" already`);
  }
  registry.byName.set(codec.name, codec as unknown as ValueCodec);
  registry.byPrototype.set(prototype, codec as unknown as ValueCodec);
}

/** The codec of an instance's class, found by its prototype. */
export const codecOfPrototype = (prototype: object): ValueCodec | undefined => registry.byPrototype.get(prototype);

export const codecNamed = (name: string): ValueCodec | undefined => registry.byName.get(name);
