import { type FSWatcher, watch } from "node:fs";
import { access, type FileHandle, mkdir, open, readdir, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { errorCode } from "../error-code.ts";
import {
  type ComputeLogManager,
  defaultReadBytes,
  type LogCapture,
  type LogChunk,
  type LogKey,
  type LogStream,
  logStreams,
  mostReadBytes,
  type ReadLogOptions,
} from "./compute-log-manager.ts";
import { fileKeyOf, isWithin, logFile, logPath } from "./log-path.ts";
import { wholeCharacters } from "./utf8-boundary.ts";

interface LocalComputeLogOptions {
  readonly baseDir: string;
  /** How often a followed file is looked at where the file system tells nothing, as network file systems do. */
  readonly pollMs: number;
  /** Most bytes kept of one stream; a line says that more was written. */
  readonly maxStreamBytes: number;
}

/** Logs in files: `<baseDir>/<runId>/compute_logs/<fileKey>.out` and `.err`, and `.complete` when the capture has ended. */
export class LocalComputeLogManager implements ComputeLogManager {
  readonly name = "LocalComputeLogManager";
  readonly isLocal = true;
  readonly #baseDir: string;
  readonly #pollMs: number;
  readonly #maxStreamBytes: number;

  constructor({ baseDir, pollMs, maxStreamBytes }: LocalComputeLogOptions) {
    this.#baseDir = baseDir;
    this.#pollMs = pollMs;
    this.#maxStreamBytes = maxStreamBytes;
  }

  async openCapture(key: LogKey): Promise<LogCapture> {
    const marker = logFile(this.#baseDir, key, "complete");
    await mkdir(dirname(marker), { recursive: true });
    await rm(marker, { force: true });
    const files = await Promise.all(logStreams.map((stream) => openLogFile(logFile(this.#baseDir, key, stream))));
    const streams = Object.fromEntries(logStreams.map((stream, index) => [stream, files[index]!])) as Record<LogStream, LogFile>;
    const limit = this.#maxStreamBytes;
    let disposed = false;
    return {
      async write(stream, bytes) {
        const file = streams[stream];
        // One after the other: two writes to one file at once may end up in any order.
        file.pending = file.pending.then(() => append(file, bytes, limit));
        await file.pending;
      },
      async [Symbol.asyncDispose]() {
        if (disposed) return;
        disposed = true;
        await Promise.allSettled(files.map((file) => file.pending));
        await Promise.all(files.map((file) => file.handle.close()));
        await writeFile(marker, "");
      },
    };
  }

  async read(key: LogKey, stream: LogStream, options: ReadLogOptions = {}): Promise<LogChunk> {
    const { offset = 0, maxBytes = defaultReadBytes, signal } = options;
    signal?.throwIfAborted();
    const path = logFile(this.#baseDir, key, stream);
    // Asked before the file is read: what was written before the marker is then seen too.
    const complete = await this.isComplete(key);
    const nothing = { bytes: new Uint8Array(), nextOffset: offset, isEnd: complete };
    if (!(await isWithin(this.#baseDir, key, path))) return nothing;
    let handle: FileHandle;
    try {
      handle = await open(path, "r");
    } catch (error) {
      if (errorCode(error) !== "ENOENT") throw error;
      return nothing;
    }
    await using file = handle;
    const { size } = await file.stat();
    const wanted = Math.max(0, Math.min(size - offset, maxBytes, mostReadBytes));
    const { buffer, bytesRead } = await file.read(new Uint8Array(wanted), 0, wanted, offset);
    const reachesEnd = offset + bytesRead >= size;
    const all = buffer.subarray(0, bytesRead);
    // The last bytes of an ended stream are shown whatever they are; so is a piece too small for one character.
    const length = complete && reachesEnd ? all.length : wholeCharacters(all) || (reachesEnd ? 0 : all.length);
    return { bytes: all.subarray(0, length), nextOffset: offset + length, isEnd: complete && reachesEnd };
  }

  async *follow(key: LogKey, stream: LogStream, options: ReadLogOptions = {}): AsyncGenerator<LogChunk> {
    const { signal, ...range } = options;
    let offset = options.offset ?? 0;
    const directory = dirname(logPath(this.#baseDir, key));
    using changes = new DirectoryChanges(directory, this.#pollMs, signal);
    while (signal?.aborted !== true) {
      changes.expect();
      const chunk = await this.read(key, stream, { ...range, offset });
      offset = chunk.nextOffset;
      if (chunk.bytes.length > 0 || chunk.isEnd) yield chunk;
      if (chunk.isEnd) return;
      if (chunk.bytes.length === 0) await changes.next();
    }
  }

  async isComplete(key: LogKey): Promise<boolean> {
    return await access(logFile(this.#baseDir, key, "complete")).then(
      () => true,
      () => false,
    );
  }

  async list(prefix: LogKey): Promise<readonly LogKey[]> {
    const found = new Map<string, LogKey>();
    const visit = async (parts: LogKey): Promise<void> => {
      const entries = await readdir(logPath(this.#baseDir, parts), { withFileTypes: true }).catch((error: unknown) => {
        if (errorCode(error) === "ENOENT" || errorCode(error) === "ENOTDIR") return [];
        throw error;
      });
      for (const entry of entries) {
        const fileKey = entry.isFile() ? fileKeyOf(entry.name) : null;
        if (fileKey !== null) found.set([...parts, fileKey].join("/"), [...parts, fileKey]);
        else if (entry.isDirectory()) await visit([...parts, entry.name]);
      }
    };
    await visit(prefix);
    return [...found.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, key]) => key);
  }

  async delete(prefix: LogKey): Promise<void> {
    await rm(logPath(this.#baseDir, prefix), { recursive: true, force: true });
    for (const what of [...logStreams, "complete"] as const) await rm(logFile(this.#baseDir, prefix, what), { force: true });
  }

  location(key: LogKey, stream: LogStream): string {
    return logFile(this.#baseDir, key, stream);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Captures belong to whoever opened them; the manager itself holds nothing.
  }
}

interface LogFile {
  readonly handle: FileHandle;
  size: number;
  pending: Promise<void>;
}

async function openLogFile(path: string): Promise<LogFile> {
  const handle = await open(path, "a");
  return { handle, size: (await handle.stat()).size, pending: Promise.resolve() };
}

async function append(file: LogFile, bytes: Uint8Array, limit: number): Promise<void> {
  if (file.size > limit) return;
  const room = limit - file.size;
  file.size += bytes.length;
  await file.handle.appendFile(bytes.subarray(0, room));
  if (bytes.length <= room) return;
  await file.handle.appendFile(`\n[Dagwright kept the first ${limit} bytes of this output; the rest was dropped]\n`);
}

/** Tells when something in a directory may have changed, also when the directory does not exist yet. */
class DirectoryChanges implements Disposable {
  readonly #directory: string;
  readonly #pollMs: number;
  readonly #signal: AbortSignal | undefined;
  #watcher: FSWatcher | null = null;
  #change = Promise.withResolvers<void>();

  constructor(directory: string, pollMs: number, signal: AbortSignal | undefined) {
    this.#directory = directory;
    this.#pollMs = pollMs;
    this.#signal = signal;
    signal?.addEventListener("abort", this.#wake);
  }

  readonly #wake = (): void => this.#change.resolve();

  /** Counts changes from here on, so that none between a read and {@link next} is missed. */
  expect(): void {
    this.#change = Promise.withResolvers<void>();
    if (this.#signal?.aborted === true) this.#wake();
    if (this.#watcher !== null) return;
    try {
      this.#watcher = watch(this.#directory, { persistent: false }, this.#wake);
      this.#watcher.on("error", this.#wake);
    } catch {
      // No such directory yet, or no watches left: the poll below finds out.
      this.#watcher = null;
    }
  }

  async next(): Promise<void> {
    const timer = setTimeout(this.#wake, this.#watcher === null ? Math.min(100, this.#pollMs) : this.#pollMs);
    await this.#change.promise;
    clearTimeout(timer);
  }

  [Symbol.dispose](): void {
    this.#watcher?.close();
    this.#signal?.removeEventListener("abort", this.#wake);
  }
}
