import type { QueuedRun } from "@dagwright/storage";

/** Runs that wait in one line, in the order of the queue. */
export class QueueLineOfRuns {
  #runs: QueuedRun[] = [];
  /** Those before it have left; they are cut off now and then, since an array is not cheap to shorten at its front. */
  #head = 0;

  get size(): number {
    return this.#runs.length - this.#head;
  }

  add(run: QueuedRun): void {
    let place = this.#runs.length;
    while (place > this.#head && isBefore(run, this.#runs[place - 1]!)) place -= 1;
    if (place === this.#runs.length) this.#runs.push(run);
    else this.#runs.splice(place, 0, run);
  }

  front(count: number): readonly QueuedRun[] {
    return this.#runs.slice(this.#head, this.#head + count);
  }

  /** Takes some of the front away. */
  remove(gone: ReadonlySet<string>, among: number): void {
    const front = this.front(among);
    const left = front.filter(({ id }) => !gone.has(id));
    if (left.length === front.length) return;
    this.#head += front.length - left.length;
    for (const [index, run] of left.entries()) this.#runs[this.#head + index] = run;
    if (this.#head < 1_000) return;
    this.#runs = this.#runs.slice(this.#head);
    this.#head = 0;
  }
}

const isBefore = (a: QueuedRun, b: QueuedRun): boolean =>
  a.priority !== b.priority
    ? a.priority > b.priority
    : a.enqueuedAtMs !== b.enqueuedAtMs
      ? a.enqueuedAtMs < b.enqueuedAtMs
      : a.id < b.id;
