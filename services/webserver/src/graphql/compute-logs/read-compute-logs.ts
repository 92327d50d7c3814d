import type { LogChunk, LogStream } from "@dagwright/instance";
import { DomainError } from "@dagwright/model";

import type * as gql from "../../gen/types.ts";
import type { GraphContext } from "../context.ts";
import { findLogSource, type LogSource } from "./log-source.ts";

/** Most bytes of each stream in one answer; the cursor leads on. */
const largestRead = 4 * 1024 * 1024;

/** A text that is no place in a captured log. */
export class ComputeLogCursorError extends DomainError<"ComputeLogCursorError"> {
  constructor(cursor: string) {
    super("ComputeLogCursorError", `"${cursor}" is no cursor of a compute log; a cursor is told by the answer before`);
  }
}

/** What is read of both streams at once; a stream without anything new is null. */
interface LogPiece {
  readonly logKey: readonly string[];
  readonly stdout: string | null;
  readonly stderr: string | null;
  readonly cursor: string;
}

/** Both streams of one captured log from the cursor on. A stream without anything new is null. */
export async function readComputeLogs(
  logKey: readonly string[],
  cursor: string | null | undefined,
  limit: number | null | undefined,
  context: GraphContext,
): Promise<gql.CapturedLogs> {
  const offsets = parseCursor(cursor);
  const source = await findLogSource(logKey, context);
  return await readFrom(source, logKey, offsets, Math.max(1, Math.min(limit ?? largestRead, largestRead)));
}

async function readFrom(
  source: LogSource,
  logKey: readonly string[],
  offsets: Readonly<Record<LogStream, number>>,
  maxBytes: number,
): Promise<LogPiece> {
  const [stdout, stderr] = await Promise.all([
    source.read("stdout", offsets.stdout, maxBytes),
    source.read("stderr", offsets.stderr, maxBytes),
  ]);
  return toCapturedLogs(logKey, stdout, stderr);
}

const toCapturedLogs = (logKey: readonly string[], stdout: LogChunk, stderr: LogChunk): LogPiece => ({
  logKey,
  stdout: text(stdout.bytes),
  stderr: text(stderr.bytes),
  cursor: `${stdout.nextOffset}:${stderr.nextOffset}`,
});

const text = (bytes: Uint8Array): string | null => (bytes.length === 0 ? null : new TextDecoder().decode(bytes));

function parseCursor(cursor: string | null | undefined): { readonly stdout: number; readonly stderr: number } {
  if (cursor === null || cursor === undefined || cursor === "") return { stdout: 0, stderr: 0 };
  const parts = /^(\d+):(\d+)$/.exec(cursor);
  const [stdout, stderr] = [Number(parts?.[1]), Number(parts?.[2])];
  if (!Number.isSafeInteger(stdout) || !Number.isSafeInteger(stderr)) throw new ComputeLogCursorError(cursor);
  return { stdout, stderr };
}

/**
 * Both streams as they are written, until the capture has ended. What is there already comes first; a client without a cursor is told also that there is
 * nothing yet.
 */
export async function* followComputeLogs(
  logKey: readonly string[],
  cursor: string | null | undefined,
  context: GraphContext,
): AsyncGenerator<gql.CapturedLogs> {
  const source = await findLogSource(logKey, context);
  const past = await readFrom(source, logKey, parseCursor(cursor), largestRead);
  if (past.stdout !== null || past.stderr !== null || cursor === null || cursor === undefined || cursor === "") yield past;
  const offsets = parseCursor(past.cursor);
  const stop = new AbortController();
  const signal = AbortSignal.any([context.signal, stop.signal]);
  const iterators = {
    stdout: source.follow("stdout", offsets.stdout, signal)[Symbol.asyncIterator](),
    stderr: source.follow("stderr", offsets.stderr, signal)[Symbol.asyncIterator](),
  };
  const next = async (stream: "stdout" | "stderr") => ({ stream, result: await iterators[stream].next() });
  const pending = new Map([
    ["stdout", next("stdout")],
    ["stderr", next("stderr")],
  ]);
  const streams = { stdout: offsets.stdout, stderr: offsets.stderr };
  try {
    while (pending.size > 0 && !signal.aborted) {
      const { stream, result } = await Promise.race(pending.values());
      if (result.done === true) {
        pending.delete(stream);
        continue;
      }
      pending.set(stream, next(stream));
      streams[stream] = result.value.nextOffset;
      if (result.value.bytes.length === 0) continue;
      yield {
        logKey,
        stdout: stream === "stdout" ? text(result.value.bytes) : null,
        stderr: stream === "stderr" ? text(result.value.bytes) : null,
        cursor: `${streams.stdout}:${streams.stderr}`,
      };
    }
  } finally {
    stop.abort();
    await Promise.allSettled(pending.values());
  }
}
