/** Lets a sleeping loop be woken. A wake-up that comes while the loop is awake is kept for its next sleep. */
export class WakeUp {
  #pending = false;
  #wake: (() => void) | null = null;

  wake(): void {
    this.#pending = true;
    this.#wake?.();
  }

  /** Resolves when woken, after `delayMs`, or on abort; never rejects. */
  async sleep(delayMs: number, signal: AbortSignal): Promise<void> {
    if (!this.#pending && !signal.aborted && delayMs > 0) {
      await new Promise<void>((resolve) => {
        const done = () => {
          clearTimeout(timer);
          signal.removeEventListener("abort", done);
          this.#wake = null;
          resolve();
        };
        // Node fires at once when asked to wait longer than 2^31 ms.
        const timer = setTimeout(done, Math.min(delayMs, 2 ** 31 - 1));
        signal.addEventListener("abort", done, { once: true });
        this.#wake = done;
      });
    }
    this.#pending = false;
  }
}
