import { setTimeout as delay } from "node:timers/promises";

export interface Backoff {
  /** Waits, each time longer until {@link reset}. Rejects when the signal aborts. */
  wait(signal: AbortSignal): Promise<void>;
  reset(): void;
}

/** Doubling waits with jitter, so that hosts that lost the same server do not all come back at the same instant. */
export function createBackoff({
  firstMs = 100,
  mostMs = 5_000,
}: { readonly firstMs?: number; readonly mostMs?: number } = {}): Backoff {
  let nextMs = firstMs;
  return {
    async wait(signal) {
      const waitMs = nextMs * (0.75 + Math.random() / 2);
      nextMs = Math.min(nextMs * 2, mostMs);
      await delay(waitMs, undefined, { signal });
    },
    reset() {
      nextMs = firstMs;
    },
  };
}
