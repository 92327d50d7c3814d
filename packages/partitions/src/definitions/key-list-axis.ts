import type { JsonValue } from "@dagwright/model";
import type { KeyAxis } from "../key-axis.ts";
import { combineIntervals, type Intervals, intervalsOf, mergeRuns, runsOf } from "../subsets/intervals.ts";

/** Runs up to this long are written key by key: that is hardly longer, and stays exact whatever happens to the list. */
const longestListed = 4;

/** Keys in a list: static ones, or the dynamic ones of a moment. */
export class KeyListAxis implements KeyAxis {
  readonly keys: readonly string[];
  /** Keys are only ever appended and deleted, as those of a dynamic definition, and never change places. */
  readonly isAppendOnly: boolean;
  #positions: Map<string, number> | null = null;
  #digests: Float64Array | null = null;
  /** Other lists that turned out to be the same, so that a million keys are compared once. */
  readonly #agreeing = new WeakSet<KeyAxis>();

  private constructor(keys: readonly string[], isAppendOnly: boolean) {
    this.keys = keys;
    this.isAppendOnly = isAppendOnly;
  }

  static readonly #static = new WeakMap<readonly string[], KeyListAxis>();
  static readonly #dynamic = new WeakMap<readonly string[], KeyListAxis>();

  /** The same list gets the same axis, so that its index is made once. Lists must not be changed afterwards. */
  static of(keys: readonly string[], isAppendOnly: boolean): KeyListAxis {
    const known = isAppendOnly ? this.#dynamic : this.#static;
    let axis = known.get(keys);
    if (axis === undefined) known.set(keys, (axis = new KeyListAxis(keys, isAppendOnly)));
    return axis;
  }

  keyAt(position: number): string {
    return this.keys[position]!;
  }

  positionOf(key: string): number {
    if (this.#positions === null) {
      // Not from pairs, of which a million would be made first.
      this.#positions = new Map();
      for (let position = 0; position < this.keys.length; position += 1) this.#positions.set(this.keys[position]!, position);
    }
    return this.#positions.get(key) ?? -1;
  }

  windowAt(): null {
    return null;
  }

  agreesWith(other: KeyAxis): boolean {
    if (other === this || this.#agreeing.has(other)) return true;
    if (!(other instanceof KeyListAxis) || other.keys.length !== this.keys.length) return false;
    const agrees = this.keys === other.keys || this.#sameInFront(other) === this.keys.length;
    if (agrees) this.#agreeing.add(other);
    return agrees;
  }

  joinedWith(other: KeyAxis): KeyAxis {
    if (!(other instanceof KeyListAxis)) return this;
    if (this.#sameInFront(other) === this.keys.length) return other;
    const missing = other.keys.filter((key) => this.positionOf(key) === -1);
    return missing.length === 0 ? this : KeyListAxis.of([...this.keys, ...missing], this.isAppendOnly);
  }

  fromAxis(other: KeyAxis, positions: Intervals): Intervals {
    if (!(other instanceof KeyListAxis)) return this.#ofKeys(keysOf(other, positions));
    if (this.keys === other.keys) return positions;
    const same = this.#sameInFront(other);
    const front = combineIntervals(positions, [0, same], "intersect");
    const back = combineIntervals(positions, [same, Math.max(same, other.keys.length)], "intersect");
    return combineIntervals(front, this.#ofKeys(keysOf(other, back)), "union");
  }

  /**
   * A short run is its keys. A long one is `[first, last, how many, digest]`, which `fromJSON` believes when the keys between first and last
   * are the same today; otherwise only what is certain counts.
   */
  toJSON(positions: Intervals): readonly JsonValue[] {
    return runsOf(positions).flatMap(([start, end]): JsonValue[] => {
      if (end - start <= longestListed) return this.keys.slice(start, end);
      return [[this.keys[start]!, this.keys[end - 1]!, end - start, this.#digest(start, end)]];
    });
  }

  fromJSON(data: readonly JsonValue[]): Intervals {
    const runs = data.flatMap((item): (readonly [number, number])[] => {
      if (typeof item === "string") return this.#single(item);
      if (!Array.isArray(item) || item.length !== 4)
        throw new TypeError("a run of keys has a first key, a last key, a count and a digest");
      const [first, last, count, digest] = item;
      if (typeof first !== "string" || typeof last !== "string" || typeof count !== "number" || typeof digest !== "number") {
        throw new TypeError("a run of keys has a first key, a last key, a count and a digest");
      }
      const [start, end] = [this.positionOf(first), this.positionOf(last) + 1];
      if (start !== -1 && end !== 0 && start < end) {
        if (end - start === count && this.#digest(start, end) === digest) return [[start, end]];
        // New keys come last, so whatever lies between has been there: some of the others were deleted.
        if (this.isAppendOnly && end - start < count) return [[start, end]];
      }
      // All keys, in another order.
      if (this.keys.length === count && this.#digest(0, count) === digest) return [[0, count]];
      return [...this.#single(first), ...this.#single(last)];
    });
    return mergeRuns(runs);
  }

  /** How many keys have the same place: lists that grew at their ends agree in front. */
  #sameInFront({ keys }: KeyListAxis): number {
    const most = Math.min(keys.length, this.keys.length);
    let same = 0;
    while (same < most && this.keys[same] === keys[same]) same += 1;
    return same;
  }

  #single(key: string): (readonly [number, number])[] {
    const position = this.positionOf(key);
    return position === -1 ? [] : [[position, position + 1]];
  }

  #ofKeys(keys: Iterable<string>): Intervals {
    const positions: number[] = [];
    for (const key of keys) {
      const position = this.positionOf(key);
      if (position !== -1) positions.push(position);
    }
    return intervalsOf(positions);
  }

  /** Of a set of keys, whatever their order: the sum of their hashes, from running totals. */
  #digest(start: number, end: number): number {
    if (this.#digests === null) {
      this.#digests = new Float64Array(this.keys.length + 1);
      for (const [index, key] of this.keys.entries()) this.#digests[index + 1] = (this.#digests[index]! + hash(key)) % modulus;
    }
    return (this.#digests[end]! - this.#digests[start]! + modulus) % modulus;
  }
}

function* keysOf(axis: KeyAxis, positions: Intervals): Generator<string> {
  for (const [start, end] of runsOf(positions)) for (let at = start; at < end; at += 1) yield axis.keyAt(at);
}

const modulus = 2 ** 48;

/** FNV-1a over UTF-16 units, twice with different beginnings: 48 bits. */
function hash(text: string): number {
  let [a, b] = [0x811c9dc5, 0x9e3779b9];
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    a = Math.imul(a ^ unit, 0x01000193);
    b = Math.imul(b ^ unit, 0x85ebca6b);
  }
  return (a >>> 0) * 65_536 + ((b >>> 0) & 0xffff);
}
