import type { ComputeLogManager, LogCapture, LogChunk, LogKey, LogStream, ReadLogOptions } from "./compute-log-manager.ts";

const discard: LogCapture = {
  async write() {
    // Kept nowhere, as dagster.yaml asks.
  },
  async [Symbol.asyncDispose]() {
    // Nothing was opened.
  },
};

/** Keeps nothing: every log is empty and ended. */
export class NoOpComputeLogManager implements ComputeLogManager {
  readonly name = "NoOpComputeLogManager";
  readonly isLocal = false;

  async openCapture(_key: LogKey): Promise<LogCapture> {
    return discard;
  }

  async read(_key: LogKey, _stream: LogStream, { offset = 0, signal }: ReadLogOptions = {}): Promise<LogChunk> {
    signal?.throwIfAborted();
    return { bytes: new Uint8Array(), nextOffset: offset, isEnd: true };
  }

  async *follow(key: LogKey, stream: LogStream, options: ReadLogOptions = {}): AsyncGenerator<LogChunk> {
    if (options.signal?.aborted !== true) yield await this.read(key, stream, options);
  }

  async isComplete(_key: LogKey): Promise<boolean> {
    return true;
  }

  async list(_prefix: LogKey): Promise<readonly LogKey[]> {
    return [];
  }

  async delete(_prefix: LogKey): Promise<void> {
    // Nothing is kept.
  }

  location(): null {
    return null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Nothing is held.
  }
}
