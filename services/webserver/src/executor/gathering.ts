/**
 * When what has been asked for is fetched: after everything that can be written has been, over as many turns of the event loop as that takes. Before that,
 * one list would be fetched for in as many statements as it took turns.
 */
export class Gathering {
  #held = 0;
  #waiting: (() => void)[] = [];

  /** Something that may ask for more is still to be written. */
  hold(): void {
    this.#held += 1;
  }

  release(): void {
    this.#held -= 1;
    if (this.#held > 0 || this.#waiting.length === 0) return;
    const fetches = this.#waiting;
    this.#waiting = [];
    for (const fetch of fetches) this.fetchWhenGathered(fetch);
  }

  /** For loaders, as the way in which they choose their moment. */
  readonly fetchWhenGathered = (fetch: () => void): void => {
    // Behind everything that is settled by then, as loaders do by themselves.
    void Promise.resolve().then(() =>
      process.nextTick(() => {
        if (this.#held === 0) fetch();
        else this.#waiting.push(fetch);
      }),
    );
  };
}
