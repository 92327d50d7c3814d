import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { ValueCodecConflictError, ValueNotStorableError, ValueUnreadableError } from "../errors.ts";
import { decodeValue } from "./decode-value.ts";
import { encodeValue } from "./encode-value.ts";
import { registerValueCodec } from "./value-codec.ts";

const stored = (value: unknown): Buffer => Buffer.concat(encodeValue(value));
const roundTrip = <Value>(value: Value): Value => decodeValue(stored(value)) as Value;
const refusal = (value: unknown): string => {
  try {
    encodeValue(value);
  } catch (error) {
    if (error instanceof ValueNotStorableError) return error.message;
    throw error;
  }
  throw new Error("it was stored");
};

class Money {
  readonly cents: bigint;
  readonly of: unknown;
  constructor(cents: bigint, of: unknown = null) {
    this.cents = cents;
    this.of = of;
  }
}
registerValueCodec({
  name: "test.Money",
  type: Money,
  encode: ({ cents, of }) => ({ cents, of }),
  decode: ({ cents, of }) => new Money(cents, of),
});

describe("the value format", () => {
  it.each([
    ["null", null],
    ["undefined", undefined],
    ["special numbers", [Number.NaN, -0, 0, Infinity, -Infinity, Number.MAX_SAFE_INTEGER, 5e-324]],
    ["bigints", [0n, -1n, 2n ** 200n]],
    ["text with every oddity", ["", "\0", "\uD800", "😀", "\n$"]],
    ["dates", [new Date(0), new Date(Number.NaN), new Date(-1.5e12)]],
    [
      "nested maps and sets",
      new Map<unknown, unknown>([
        [{ a: 1 }, new Set([1, new Map([["k", 1n]])])],
        [Number.NaN, undefined],
      ]),
    ],
    ["regular expressions and URLs", [/a\/b/giu, new URL("https://example.org/?q=1#f")]],
    ["undefined properties", { a: undefined, b: [undefined, null] }],
    ["keys that could mislead", { $: "Date", v: 1, toJSON: "x", constructor: 1, "": { $: { $: undefined } } }],
    ["objects without prototype", Object.assign(Object.create(null), { a: new Date(1), __proto__: 2 })],
    ["holes", [1, , undefined, 3]], // oxlint-disable-line no-sparse-arrays
    [
      "typed arrays",
      [
        Int8Array.of(-1),
        Uint8ClampedArray.of(255),
        Int16Array.of(-2),
        Uint16Array.of(65_535),
        Int32Array.of(-3),
        Uint32Array.of(4),
        Float32Array.of(0.5),
        Float64Array.of(Number.NaN, -0),
        BigInt64Array.of(-5n),
        BigUint64Array.of(6n),
        new Uint8Array(0),
      ],
    ],
    [
      "buffers",
      {
        buffer: Buffer.from("abc"),
        arrayBuffer: Uint8Array.of(1, 2).buffer,
        view: new DataView(Uint8Array.of(9, 8, 7).buffer, 1, 2),
      },
    ],
    ["plain data", { rows: [{ id: 1, name: "x", tags: ["a"], ok: true, no: null }] }],
  ])("keeps %s", (_, value) => {
    const back = roundTrip(value);
    expect(back).toStrictEqual(value);
  });

  it("keeps a key named __proto__ as a key", () => {
    for (const text of ['{"__proto__":{"a":1}}', '{"__proto__":{"a":1},"d":0}']) {
      const value = JSON.parse(text) as Record<string, unknown>;
      if ("d" in value) value["d"] = new Date(5);
      const back = roundTrip(value);
      expect(Object.keys(back)).toEqual(Object.keys(value));
      expect(Object.getPrototypeOf(back)).toBe(Object.prototype);
    }
  });

  it("keeps holes as holes and views as views on their own part", () => {
    expect(1 in roundTrip([1, , 3])).toBe(false); // oxlint-disable-line no-sparse-arrays
    const part = roundTrip(Float64Array.of(1, 2, 3).subarray(1, 2));
    expect([part.length, part[0], part.buffer.byteLength]).toEqual([1, 2, 8]);
  });

  it("keeps objects that are shared or contain themselves", () => {
    const shared = { at: new Date(1) };
    const circle: Record<string, unknown> = { shared, again: [shared], map: new Map() };
    circle["self"] = circle;
    (circle["map"] as Map<unknown, unknown>).set(circle, circle["map"]);
    const back = roundTrip(circle);
    expect(back["self"]).toBe(back);
    expect((back["again"] as unknown[])[0]).toBe(back["shared"]);
    expect((back["map"] as Map<unknown, unknown>).get(back)).toBe(back["map"]);
    const twice = { n: 1 };
    const [first, second] = roundTrip([twice, twice]);
    expect(first).toBe(second);
  });

  it("keeps data made in another realm", () => {
    const foreign = runInNewContext("({ a: [1, new Date(7)], m: new Map([[1, new Uint8Array([3])]]) })") as {
      a: [number, Date];
      m: Map<number, Uint8Array>;
    };
    const back = roundTrip(foreign);
    expect(back.a[1].getTime()).toBe(7);
    expect(back.m.get(1)![0]).toBe(3);
  });

  it("keeps instances of a class that has a codec, also shared and inside one another", () => {
    const inner = new Money(5n);
    const back = roundTrip({ list: [new Money(7n, inner), inner] });
    expect(back.list[0]).toBeInstanceOf(Money);
    expect(back.list[0]!.of).toBe(back.list[1]);
    expect(back.list[1]!.cents).toBe(5n);
  });

  it("refuses what it would lose, with the path to it", () => {
    class Point {}
    class Tally extends Map {}
    const symbol = Symbol("s");
    const cyclic = new Money(1n, []);
    (cyclic.of as unknown[]).push(cyclic);
    expect(refusal({ a: [1, 2, 3, { b: new Point() }] })).toBe(
      "The value at $.a[3].b is an instance of class Point; return plain data, or register a codec for it with registerValueCodec",
    );
    expect(refusal(new Point())).toContain("The value at $ is an instance of class Point");
    expect(refusal({ "odd key": [new Tally()] })).toContain('The value at $["odd key"][0] is an instance of class Tally');
    expect(refusal(new Map([["k", { f: () => 1 }]]))).toContain('The value at $.get("k").f is a function (f)');
    expect(refusal(new Set([symbol]))).toContain("The value at $.item(0) is a symbol (Symbol(s))");
    expect(refusal({ [symbol]: 1 })).toContain("has a property named by a symbol (Symbol(s))");
    expect(refusal("abc".match(/b/))).toContain("The value at $.index is a property of an array");
    expect(refusal(Object.assign(new Date(), { zone: "UTC" }))).toContain(
      "The value at $.zone is a property added to a built-in type",
    );
    expect(refusal({ e: new Error("x") })).toContain("The value at $.e is an instance of class Error");
    expect(refusal([Promise.resolve()])).toContain("The value at $[0] is an instance of class Promise");
    expect(refusal({ s: new SharedArrayBuffer(1) })).toContain("$.s is an instance of class SharedArrayBuffer");
    expect(
      refusal({
        get a(): never {
          throw new Error("no");
        },
      }),
    ).toContain("The value at $.a is a getter that throws");
    expect(refusal(cyclic)).toContain("refers back to an instance from within what its own codec made of it");
    let deep: unknown = null;
    for (let depth = 0; depth < 200_000; depth += 1) deep = [deep];
    expect(refusal(deep)).toContain("is nested too deeply or too large");
  });

  it("refuses bytes that are no value, cut off, of a newer version, or need a codec that is absent", () => {
    const read = (bytes: string | Buffer) => () => decodeValue(Buffer.from(bytes as string));
    expect(read("hello")).toThrow(ValueUnreadableError);
    expect(read("")).toThrow("does not start with the header");
    expect(read(stored({ a: "text" }).subarray(0, -1))).toThrow("has 40 bytes where its header says 41");
    expect(read("dagwright-value/2 plain 1 0\n1")).toThrow("version 2 of the format and this Dagwright reads up to 1");
    expect(read('dagwright-value/1 tagged 33 0\n{"$":"codec","n":"test.Gone","v":1}'.replace("33", "35"))).toThrow(
      'codec "test.Gone", which is not registered here',
    );
  });

  it("reads what version 1 wrote", () => {
    const json = '{"a":{"$":"Date","v":5},"b":{"$":"ref","v":1},"c":{"$":"Float32Array","v":[0,4]},"d":{"$":"bigint","v":"12"}}';
    const file = Buffer.concat([
      Buffer.from(`dagwright-value/1 tagged ${json.length} 4\n${json}`),
      Buffer.from([0, 0, 0x20, 0x40]),
    ]);
    const back = decodeValue(file) as Record<string, unknown>;
    expect(back).toEqual({ a: new Date(5), b: new Date(5), c: Float32Array.of(2.5), d: 12n });
    expect(back["b"]).toBe(back["a"]);
  });

  it("refuses a second codec for a name or a class", () => {
    class Other {}
    const codec = { encode: () => null, decode: () => new Other() };
    expect(() => registerValueCodec({ ...codec, name: "test.Money", type: Other })).toThrow(ValueCodecConflictError);
    expect(() =>
      registerValueCodec({ name: "test.Money2", type: Money, encode: () => null, decode: () => new Money(0n) }),
    ).toThrow('class Money has the codec "test.Money" already');
  });
});
