/** What is due, and when somebody sees it. */
export interface DueEntry {
  readonly seenAtMs: number;
  readonly dueAtMs: number;
  /** Of its source; decides among those of one moment. */
  readonly index: number;
}

const isBefore = (a: DueEntry, b: DueEntry): boolean =>
  a.seenAtMs !== b.seenAtMs ? a.seenAtMs < b.seenAtMs : a.dueAtMs !== b.dueAtMs ? a.dueAtMs < b.dueAtMs : a.index < b.index;

/** A binary heap: the entry that is seen first comes out first. */
export class DueQueue {
  readonly #heap: DueEntry[] = [];

  /** What comes out next. */
  get first(): DueEntry | undefined {
    return this.#heap[0];
  }

  push(entry: DueEntry): void {
    const heap = this.#heap;
    let place = heap.push(entry) - 1;
    while (place > 0) {
      const above = (place - 1) >>> 1;
      if (!isBefore(entry, heap[above]!)) break;
      heap[place] = heap[above]!;
      place = above;
    }
    heap[place] = entry;
  }

  pop(): DueEntry | undefined {
    const heap = this.#heap;
    const [first] = heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return first;
    let place = 0;
    for (;;) {
      const left = 2 * place + 1;
      if (left >= heap.length) break;
      const right = left + 1;
      const child = right < heap.length && isBefore(heap[right]!, heap[left]!) ? right : left;
      if (!isBefore(heap[child]!, last)) break;
      heap[place] = heap[child]!;
      place = child;
    }
    heap[place] = last;
    return first;
  }
}
