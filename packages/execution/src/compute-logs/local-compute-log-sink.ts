import { closeSync, mkdirSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import type { ComputeLogSink, ComputeLogWriter, LogStream } from "./compute-log-sink.ts";

const endings = { stdout: "out", stderr: "err" } as const satisfies Record<LogStream, string>;

/**
 * Writes compute logs as files, laid out as Dagster's local manager does: `<base>/<run>/compute_logs/<file key>.out` and
 * `.err`, and an empty `.complete` once nothing more will come. A stream nobody wrote to has no file.
 */
export class LocalComputeLogSink implements ComputeLogSink {
  readonly #baseDir: string;

  constructor({ baseDir }: { readonly baseDir: string }) {
    this.#baseDir = baseDir;
  }

  open(logKey: readonly string[]): ComputeLogWriter {
    return new FileWriter(join(this.#baseDir, ...logKey));
  }
}

class FileWriter implements ComputeLogWriter {
  readonly #path: string;
  readonly #files = new Map<LogStream, number>();

  constructor(path: string) {
    this.#path = path;
    mkdirSync(dirname(path), { recursive: true });
    // A step that is tried again continues its files.
    rmSync(`${path}.complete`, { force: true });
  }

  write(stream: LogStream, bytes: Uint8Array): void {
    let file = this.#files.get(stream);
    if (file === undefined) {
      file = openSync(`${this.#path}.${endings[stream]}`, "a");
      this.#files.set(stream, file);
    }
    for (let at = 0; at < bytes.byteLength;) at += writeSync(file, bytes, at);
  }

  close(): void {
    for (const file of this.#files.values()) closeSync(file);
    this.#files.clear();
    writeFileSync(`${this.#path}.complete`, "");
  }
}
