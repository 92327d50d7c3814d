/** News to any number of listeners, each of which reads at its own pace. */
export interface Broadcast<Item> {
  send(item: Item): void;
  /** What is sent from now on, after `first`; ends when the signal aborts. */
  listen(first: Iterable<Item>, signal: AbortSignal | undefined): AsyncGenerator<Item, void, undefined>;
}

export function createBroadcast<Item>(): Broadcast<Item> {
  const listeners = new Set<(item: Item) => void>();
  return {
    send(item) {
      for (const listener of listeners) listener(item);
    },
    listen(first, signal) {
      // At the call, not at the first read: nothing that is sent between the two may be lost.
      const waiting = [...first];
      let wake = (): void => {};
      const listener = (item: Item): void => {
        waiting.push(item);
        wake();
      };
      const abort = (): void => wake();
      listeners.add(listener);
      signal?.addEventListener("abort", abort, { once: true });
      return (async function* () {
        try {
          while (signal?.aborted !== true) {
            const item = waiting.shift();
            if (item !== undefined) {
              yield item;
              continue;
            }
            await new Promise<void>((resolve) => {
              wake = resolve;
              if (waiting.length > 0 || signal?.aborted === true) resolve();
            });
          }
        } finally {
          listeners.delete(listener);
          signal?.removeEventListener("abort", abort);
        }
      })();
    },
  };
}
