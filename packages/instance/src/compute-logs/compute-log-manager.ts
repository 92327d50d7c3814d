/** Names a step's captured output: `[runId, "compute_logs", fileKey]`. Each part becomes a path's part. */
export type LogKey = readonly string[];

export const logStreams = ["stdout", "stderr"] as const;
export type LogStream = (typeof logStreams)[number];

/** A piece of a stream. Pieces end between two UTF-8 characters, so that each can be decoded alone. */
export interface LogChunk {
  readonly bytes: Uint8Array;
  /** Where the next piece begins; a cursor to come back with. */
  readonly nextOffset: number;
  /** Whether this is the stream's end for good: the capture has ended, and nothing lies behind `nextOffset`. */
  readonly isEnd: boolean;
}

export interface ReadLogOptions {
  /** Bytes to skip; the `nextOffset` of an earlier piece. Default 0. */
  readonly offset?: number;
  /** Most bytes of one piece. Default 1 MiB, at most 16 MiB. */
  readonly maxBytes?: number;
  /** Gives up; rejects with its reason. */
  readonly signal?: AbortSignal;
}

/** A step's output while it is being captured. Disposing completes it: readers are told that nothing follows. */
export interface LogCapture extends AsyncDisposable {
  /** Appends; resolves when another process would read it. */
  write(stream: LogStream, bytes: Uint8Array): Promise<void>;
}

/**
 * Keeps what steps write to stdout and stderr.
 *
 * A key that was never captured reads as empty and not ended, since its step may be about to begin.
 */
export interface ComputeLogManager extends AsyncDisposable {
  /** The component's name, as `dagster.yaml` spells it. */
  readonly name: string;
  /** Whether reading needs the machine that captured. Such logs are served by their code location to other hosts. */
  readonly isLocal: boolean;
  /** Begins to capture. A second capture under the key appends: a resumed step goes on where its predecessor ended. */
  openCapture(key: LogKey): Promise<LogCapture>;
  /** @throws InvalidLogKeyError when the key leads nowhere or out of the logs' place */
  read(key: LogKey, stream: LogStream, options?: ReadLogOptions): Promise<LogChunk>;
  /** Pieces as they are written, until the capture has ended or `signal` aborts; both end the iteration without an error. */
  follow(key: LogKey, stream: LogStream, options?: ReadLogOptions): AsyncIterable<LogChunk>;
  /** Whether the capture has ended. */
  isComplete(key: LogKey): Promise<boolean>;
  /** Keys that begin with a prefix, sorted; complete ones and others. */
  list(prefix: LogKey): Promise<readonly LogKey[]>;
  /** Removes the logs under a key or a prefix, e.g. of a deleted run; nothing there is no error. */
  delete(prefix: LogKey): Promise<void>;
  /** Where a person finds a stream: a path or a URL; null when it is kept nowhere. */
  location(key: LogKey, stream: LogStream): string | null;
}

/** The key of a step's output. */
export const stepLogKey = (runId: string, fileKey: string): LogKey => [runId, "compute_logs", fileKey];

export const defaultReadBytes = 1024 ** 2;
export const mostReadBytes = 16 * 1024 ** 2;
