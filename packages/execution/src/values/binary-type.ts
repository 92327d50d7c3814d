/** A built-in type that is a run of bytes: its name in the format, how its bytes are seen, and how it is made of them. */
export interface BinaryType {
  readonly name: string;
  /** Bytes per element; files are little-endian, so wider elements are swapped on big-endian machines. */
  readonly width: 1 | 2 | 4 | 8;
  readonly make: (bytes: ArrayBuffer) => object;
}

type TypedArrayConstructor = new (bytes: ArrayBuffer) => ArrayBufferView;

const typedArrays: readonly [name: string, width: BinaryType["width"]][] = [
  ["Int8Array", 1],
  ["Uint8Array", 1],
  ["Uint8ClampedArray", 1],
  ["Int16Array", 2],
  ["Uint16Array", 2],
  ["Float16Array", 2], // from Node 24 on
  ["Int32Array", 4],
  ["Uint32Array", 4],
  ["Float32Array", 4],
  ["Float64Array", 8],
  ["BigInt64Array", 8],
  ["BigUint64Array", 8],
];

const binaryTypes = new Map<string, BinaryType>([
  ["ArrayBuffer", { name: "ArrayBuffer", width: 1, make: (bytes) => bytes }],
  ["DataView", { name: "DataView", width: 1, make: (bytes) => new DataView(bytes) }],
  ["Buffer", { name: "Buffer", width: 1, make: (bytes) => Buffer.from(bytes) }],
]);
for (const [name, width] of typedArrays) {
  const constructor = (globalThis as unknown as Record<string, TypedArrayConstructor | undefined>)[name];
  if (constructor !== undefined) binaryTypes.set(name, { name, width, make: (bytes) => new constructor(bytes) });
}

export const binaryTypeNamed = (name: string): BinaryType | undefined => binaryTypes.get(name);

const isBigEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 0;

/** The bytes of a view or buffer as they stand in a file. They are the value's own memory where nothing needs swapping. */
export function toStoredBytes(value: ArrayBuffer | ArrayBufferView, type: BinaryType): Uint8Array {
  const bytes = ArrayBuffer.isView(value)
    ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
    : new Uint8Array(value);
  return isBigEndian && type.width > 1 ? swapped(bytes, type.width) : bytes;
}

/** A value of its own memory, made of bytes from a file. */
export function fromStoredBytes(stored: Uint8Array, type: BinaryType): object {
  const bytes = isBigEndian && type.width > 1 ? swapped(stored, type.width) : stored;
  return type.make(Uint8Array.from(bytes).buffer);
}

function swapped(bytes: Uint8Array, width: 2 | 4 | 8 | 1): Uint8Array {
  const copy = Buffer.from(bytes);
  if (width === 2) return copy.swap16();
  return width === 4 ? copy.swap32() : copy.swap64();
}
