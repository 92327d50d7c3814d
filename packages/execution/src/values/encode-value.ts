import { types } from "node:util";
import { ValueNotStorableError } from "../errors.ts";
import { type BinaryType, binaryTypeNamed, toStoredBytes } from "./binary-type.ts";
import { type PathStep, pathText } from "./path-text.ts";
import { codecOfPrototype } from "./value-codec.ts";

/** Grows when a reader of the version before could misread what is written. */
export const valueFormatVersion = 1;

/** Node reads no larger file at once. */
const maxBytes = 2 ** 31 - 1024;

/**
 * Writes a value as bytes that {@link decodeValue} turns into an equal one, in this or another process, on this or another
 * version of Node. See docs/reference/value-format.md.
 *
 * Plain JSON-like data is recognised in one quick pass and then written by `JSON.stringify` as it stands.
 *
 * @returns pieces to write one after the other; binary pieces are the value's own memory, so write them before it changes
 * @throws ValueNotStorableError for functions, symbols and instances of classes without a codec, with the path to them
 */
export function encodeValue(value: unknown): readonly Uint8Array[] {
  try {
    if (isPlainThroughout(value)) return withHeader("plain", JSON.stringify(value), []);
    const encoder = new Encoder();
    return withHeader("tagged", JSON.stringify(encoder.encode(value)), encoder.binaries);
  } catch (error) {
    // V8's answers to a stack that is used up and a string beyond 512 MB.
    if (error instanceof RangeError)
      throw new ValueNotStorableError("$", `is nested too deeply or too large: ${error.message}`, { cause: error });
    throw error;
  }
}

function withHeader(form: "plain" | "tagged", json: string, binaries: readonly Uint8Array[]): readonly Uint8Array[] {
  const body = Buffer.from(json);
  const binaryBytes = binaries.reduce((total, { byteLength }) => total + byteLength, 0);
  if (body.byteLength + binaryBytes > maxBytes)
    throw new ValueNotStorableError(
      "$",
      "takes more than 2 GiB, which Node cannot read back in one piece; store it yourself and return where it lies",
    );
  return [Buffer.from(`dagwright-value/${valueFormatVersion} ${form} ${body.byteLength} ${binaryBytes}\n`), body, ...binaries];
}

/** A getter that throws is for the encoder, which knows the path to it. */
function isPlainThroughout(value: unknown): boolean {
  try {
    return isPlain(value, new Set());
  } catch {
    return false;
  }
}

/** Whether `JSON.stringify` keeps all of it: no special numbers, no types but JSON's, no object met twice. */
function isPlain(value: unknown, seen: Set<object>): boolean {
  switch (typeof value) {
    case "string":
    case "boolean":
      return true;
    case "number":
      return Number.isFinite(value) && !Object.is(value, -0);
    case "object":
      break;
    default:
      return false;
  }
  if (value === null) return true;
  if (seen.has(value)) return false;
  seen.add(value);
  if (Array.isArray(value)) {
    if (Object.getPrototypeOf(value) !== Array.prototype || hasExtraKeys(value)) return false;
    for (let at = 0; at < value.length; at += 1) if (!isPlain(value[at], seen)) return false;
    return true;
  }
  if (Object.getPrototypeOf(value) !== Object.prototype) return false;
  for (const key in value) {
    // A key of "$" marks tags, `toJSON` would be called: both are for the encoder.
    if (key === "$" || key === "toJSON" || !isPlain((value as Record<string, unknown>)[key], seen)) return false;
  }
  return Object.getOwnPropertySymbols(value).length === 0;
}

/** Keys beside the indexes (the `groups` of a match), or holes among them. */
const hasExtraKeys = (array: readonly unknown[]): boolean => Object.keys(array).length !== array.length;

class Encoder {
  readonly binaries: Uint8Array[] = [];
  private binaryOffset = 0;
  /** Every object in the order in which it was met: a second meeting is written as its number. */
  private readonly numbers = new Map<object, number>();
  private readonly unfinishedCodecs = new Set<object>();
  private readonly path: PathStep[] = [];

  encode(value: unknown): unknown {
    switch (typeof value) {
      case "string":
      case "boolean":
        return value;
      case "number":
        if (Number.isFinite(value) && !Object.is(value, -0)) return value;
        return { $: "number", v: Object.is(value, -0) ? "-0" : String(value) };
      case "undefined":
        return { $: "undefined" };
      case "bigint":
        return { $: "bigint", v: String(value) };
      case "function":
        return this.refuse(`is a function${value.name === "" ? "" : ` (${value.name})`}; functions cannot be stored`);
      case "symbol":
        return this.refuse(`is a symbol (${String(value)}); symbols cannot be stored`);
      case "object":
        return value === null ? null : this.encodeObject(value);
    }
  }

  private encodeObject(value: object): unknown {
    const number = this.numbers.get(value);
    if (number !== undefined) {
      if (this.unfinishedCodecs.has(value)) this.refuse("refers back to an instance from within what its own codec made of it");
      return { $: "ref", v: number };
    }
    this.numbers.set(value, this.numbers.size);

    const prototype = Object.getPrototypeOf(value) as object | null;
    if (prototype === null) return { $: "nullPrototype", v: this.encodeProperties(value, Object.keys(value)) };
    const codec = codecOfPrototype(prototype);
    if (codec !== undefined) {
      this.unfinishedCodecs.add(value);
      const encoded = this.encode(codec.encode(value));
      this.unfinishedCodecs.delete(value);
      return { $: "codec", n: codec.name, v: encoded };
    }
    if (Array.isArray(value) && isBuiltIn(prototype, "Array")) return this.encodeArray(value);
    if (isBuiltIn(prototype, "Object") && !types.isProxy(value) && !isExotic(value)) {
      const keys = this.ownKeys(value);
      const properties = this.encodeProperties(value, keys);
      return Object.hasOwn(value, "$") ? { $: "object", v: properties } : properties;
    }
    return this.encodeBuiltIn(value, prototype);
  }

  private encodeBuiltIn(value: object, prototype: object): unknown {
    if (types.isDate(value) && isBuiltIn(prototype, "Date")) {
      this.refuseExtraKeys(value);
      const ms = value.getTime();
      return { $: "Date", v: Number.isNaN(ms) ? null : ms };
    }
    if (types.isMap(value) && isBuiltIn(prototype, "Map")) {
      this.refuseExtraKeys(value);
      let at = 0;
      return {
        $: "Map",
        v: Array.from(value, ([key, inner]) => [
          this.at({ text: `.key(${at++})` }, key),
          this.at({ text: `.get(${describeKey(key)})` }, inner),
        ]),
      };
    }
    if (types.isSet(value) && isBuiltIn(prototype, "Set")) {
      this.refuseExtraKeys(value);
      let at = 0;
      return { $: "Set", v: Array.from(value, (inner) => this.at({ text: `.item(${at++})` }, inner)) };
    }
    if (types.isRegExp(value) && isBuiltIn(prototype, "RegExp")) return { $: "RegExp", v: [value.source, value.flags] };
    if (value instanceof URL && prototype === URL.prototype) return { $: "URL", v: value.href };
    const binary = binaryTypeOf(value, prototype);
    if (binary !== undefined) return this.encodeBinary(value as ArrayBuffer | ArrayBufferView, binary);
    return this.refuse(
      `is ${describeInstance(prototype)}; return plain data, or register a codec for it with registerValueCodec`,
    );
  }

  private encodeBinary(value: ArrayBuffer | ArrayBufferView, type: BinaryType): unknown {
    const bytes = toStoredBytes(value, type);
    const offset = this.binaryOffset;
    this.binaries.push(bytes);
    this.binaryOffset += bytes.byteLength;
    return { $: type.name, v: [offset, bytes.byteLength] };
  }

  private encodeArray(array: readonly unknown[]): unknown {
    const keys = Object.keys(array);
    if (keys.length !== array.length || Object.getOwnPropertySymbols(array).length > 0) {
      const extra = keys.find((key) => !/^\d+$/.test(key));
      if (extra !== undefined)
        this.at(extra, undefined, () => this.refuse("is a property of an array, which would be lost; return an object instead"));
      return { $: "sparseArray", n: array.length, v: keys.map((key) => [Number(key), this.at(Number(key), array[Number(key)])]) };
    }
    return array.map((inner, at) => this.at(at, inner));
  }

  private encodeProperties(value: object, keys: readonly string[]): object {
    // Without a prototype, a key of "__proto__" is a key like any other.
    const properties = Object.create(null) as Record<string, unknown>;
    for (const key of keys) {
      let inner: unknown;
      try {
        inner = (value as Record<string, unknown>)[key];
      } catch (error) {
        this.at(key, undefined, () => this.refuse("is a getter that throws", { cause: error }));
      }
      properties[key] = this.at(key, inner);
    }
    return properties;
  }

  private ownKeys(value: object): string[] {
    const symbol = Object.getOwnPropertySymbols(value)[0];
    if (symbol !== undefined) this.refuse(`has a property named by a symbol (${String(symbol)}), which cannot be stored`);
    return Object.keys(value);
  }

  private refuseExtraKeys(value: object): void {
    const [key] = Object.keys(value);
    if (key !== undefined)
      this.at(key, undefined, () => this.refuse("is a property added to a built-in type, which would be lost"));
  }

  private at(step: PathStep, value: unknown, encode: (value: unknown) => unknown = (inner) => this.encode(inner)): unknown {
    this.path.push(step);
    const encoded = encode(value);
    this.path.pop();
    return encoded;
  }

  private refuse(problem: string, options?: ErrorOptions): never {
    throw new ValueNotStorableError(pathText(this.path), problem, options);
  }
}

const describeKey = (key: unknown): string =>
  typeof key === "string" ? JSON.stringify(key) : typeof key === "object" && key !== null ? "…" : String(key);

/**
 * Whether a prototype is the language's own of that name, of this realm or another (a `vm` context). A user's class of the same
 * name is none: between it and null lies one prototype more, or its constructor is no native function.
 */
function isBuiltIn(prototype: object, name: string): boolean {
  const constructor = (prototype as { readonly constructor?: unknown }).constructor;
  if (constructor === (globalThis as Record<string, unknown>)[name])
    return prototype === (constructor as { readonly prototype: unknown }).prototype;
  return (
    typeof constructor === "function" &&
    constructor.name === name &&
    constructor.prototype === prototype &&
    nativeCode.test(Function.prototype.toString.call(constructor))
  );
}

const nativeCode = /\{\s*\[native code\]\s*\}\s*$/;

/** Objects with `Object.prototype` that are more than their properties: `arguments`, module namespaces, errors made by hand. */
const isExotic = (value: object): boolean =>
  types.isArgumentsObject(value) || types.isModuleNamespaceObject(value) || types.isNativeError(value);

function binaryTypeOf(value: object, prototype: object): BinaryType | undefined {
  if (prototype === Buffer.prototype) return binaryTypeNamed("Buffer");
  if (!ArrayBuffer.isView(value) && !types.isArrayBuffer(value)) return undefined;
  const type = binaryTypeNamed((prototype.constructor as { readonly name: string }).name);
  return type !== undefined && isBuiltIn(prototype, type.name) ? type : undefined;
}

function describeInstance(prototype: object): string {
  const constructor = (prototype as { readonly constructor?: unknown }).constructor;
  const name = typeof constructor === "function" ? constructor.name : "";
  return name === "" ? "an instance of an unnamed class" : `an instance of class ${name}`;
}
