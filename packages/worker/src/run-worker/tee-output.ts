import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Copies of what this process writes, for a run that has a terminal or a container's log as its output. */
export interface TeedOutput extends Disposable {
  readonly stdoutFile: string;
  readonly stderrFile: string;
}

/**
 * Writes what goes through `process.stdout` and `process.stderr` to two files as well. What children write to an inherited stdout is not
 * seen here; steps that need that are executed in step workers, whose output goes through pipes.
 */
export function teeOutput(): TeedOutput {
  const folder = mkdtempSync(join(tmpdir(), "dagwright-output-"));
  const undo = (["stdout", "stderr"] as const).map((name) => {
    const stream = process[name];
    const file = openSync(join(folder, name), "a");
    const write = stream.write.bind(stream) as (...args: unknown[]) => boolean;
    let isOpen = true;
    // Whoever wrapped this function may still write after the end: what a filter of secrets held back goes out last of all.
    stream.write = ((chunk: string | Uint8Array, ...rest: unknown[]) => {
      if (!isOpen) return write(chunk, ...rest);
      if (typeof chunk === "string")
        writeSync(file, chunk, null, typeof rest[0] === "string" ? (rest[0] as BufferEncoding) : "utf8");
      else writeSync(file, chunk);
      return write(chunk, ...rest);
    }) as typeof stream.write;
    return (): void => {
      stream.write = write as typeof stream.write;
      isOpen = false;
      closeSync(file);
    };
  });
  return {
    stdoutFile: join(folder, "stdout"),
    stderrFile: join(folder, "stderr"),
    [Symbol.dispose]() {
      for (const restore of undo) restore();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
