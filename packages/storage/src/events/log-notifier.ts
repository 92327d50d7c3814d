import type { RunId } from "@dagwright/model";
import { logNotifyIntervalMs } from "../notifications/notify-statements.ts";

/**
 * Tells of batches that were written too soon after a notification about the same run, once the interval is over: without it the last
 * lines before a long silence would reach nobody. A notified batch of the same run meanwhile makes it superfluous.
 */
export class LogNotifier implements AsyncDisposable {
  readonly #notify: (runId: RunId, atOnce: boolean) => Promise<void>;
  readonly #waiting = new Map<RunId, NodeJS.Timeout>();
  readonly #sending = new Set<Promise<void>>();

  constructor(notify: (runId: RunId, atOnce: boolean) => Promise<void>) {
    this.#notify = notify;
  }

  appended(runId: RunId, notified: boolean): void {
    if (notified) {
      clearTimeout(this.#waiting.get(runId));
      this.#waiting.delete(runId);
    } else if (!this.#waiting.has(runId)) {
      this.#waiting.set(
        runId,
        setTimeout(() => this.#send(runId, false), logNotifyIntervalMs),
      );
    }
  }

  #send(runId: RunId, atOnce: boolean): void {
    clearTimeout(this.#waiting.get(runId));
    this.#waiting.delete(runId);
    const sending = this.#notify(runId, atOnce).finally(() => this.#sending.delete(sending));
    this.#sending.add(sending);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const runId of this.#waiting.keys()) this.#send(runId, true);
    await Promise.all(this.#sending);
  }
}
