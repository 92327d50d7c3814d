/** A list as a value of a scalar that takes any JSON. Its items are made when they are written, so that a long one does not hold the event loop. */
export class JsonItems<Item> implements Iterable<Item> {
  readonly #items: () => Iterable<Item>;

  constructor(items: () => Iterable<Item>) {
    this.#items = items;
  }

  [Symbol.iterator](): Iterator<Item> {
    return this.#items()[Symbol.iterator]();
  }

  /** All at once, for those who know it only as a value. */
  toJSON(): Item[] {
    return [...this];
  }
}
