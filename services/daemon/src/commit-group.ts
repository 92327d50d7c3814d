import type { TickOutcome } from "@dagwright/storage";

export interface CommitGroupOptions {
  /** Writes outcomes in one transaction. */
  readonly commit: (outcomes: readonly TickOutcome[]) => Promise<void>;
  /** Most outcomes of one transaction. Default 100: a thousand ticks in a few transactions, and no connection is held for long. */
  readonly most?: number;
  /** Most transactions at once. Default 2: one is built here while the database works on the other. */
  readonly parallel?: number;
}

/**
 * Commits outcomes in groups: those that are settled in the same turn of the event loop, and those that were settled while commits were under
 * way, share a transaction.
 */
export class CommitGroup {
  readonly #waiting: { readonly outcome: TickOutcome; readonly done: PromiseWithResolvers<void> }[] = [];
  readonly #options: Required<CommitGroupOptions>;
  #running = 0;
  #isPlanned = false;

  constructor(options: CommitGroupOptions) {
    this.#options = { most: 100, parallel: 2, ...options };
  }

  /** Resolves when the outcome's transaction has been committed; rejects with what its transaction failed of. */
  add(outcome: TickOutcome): Promise<void> {
    const done = Promise.withResolvers<void>();
    this.#waiting.push({ outcome, done });
    this.#plan();
    return done.promise;
  }

  #plan(): void {
    if (this.#isPlanned || this.#waiting.length === 0 || this.#running >= this.#options.parallel) return;
    this.#isPlanned = true;
    setImmediate(() => {
      this.#isPlanned = false;
      void this.#commitNext();
    });
  }

  async #commitNext(): Promise<void> {
    const group = this.#waiting.splice(0, this.#options.most);
    if (group.length === 0) return;
    this.#running += 1;
    this.#plan();
    try {
      await this.#options.commit(group.map(({ outcome }) => outcome));
      for (const { done } of group) done.resolve();
    } catch (error) {
      for (const { done } of group) done.reject(error);
    } finally {
      this.#running -= 1;
      this.#plan();
    }
  }
}
