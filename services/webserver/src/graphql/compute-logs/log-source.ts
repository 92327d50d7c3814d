import type { ComputeLogManager, LogChunk, LogStream } from "@dagwright/instance";
import { codeLocationName, isRunId, runId } from "@dagwright/model";

import type { GraphContext } from "../context.ts";

/** Where one captured log can be read, whichever machine has it. */
export interface LogSource {
  read(stream: LogStream, offset: number, maxBytes: number): Promise<LogChunk>;
  /** Until the capture has ended or the signal aborts. */
  follow(stream: LogStream, offset: number, signal: AbortSignal): AsyncIterable<LogChunk>;
  /** A path or URL for people; null when this server does not know. */
  location(stream: LogStream): string | null;
}

type Needs = Pick<GraphContext, "instance" | "workspace" | "loaders" | "signal">;

/**
 * Finds a captured log: in the instance's own store when it is there, else with the code location that ran the run, whose disk has it.
 *
 * @throws InvalidLogKeyError
 */
export async function findLogSource(logKey: readonly string[], context: Needs): Promise<LogSource> {
  const { computeLogs } = context.instance;
  const here: LogSource = {
    read: (stream, offset, maxBytes) => computeLogs.read(logKey, stream, { offset, maxBytes, signal: context.signal }),
    follow: (stream, offset, signal) => computeLogs.follow(logKey, stream, { offset, signal }),
    location: (stream) => computeLogs.location(logKey, stream),
  };
  if (!computeLogs.isLocal || (await isHere(logKey, computeLogs))) return here;
  return (await atCodeLocation(logKey, context)) ?? here;
}

async function isHere(logKey: readonly string[], computeLogs: ComputeLogManager): Promise<boolean> {
  // Logs lie in folders; what has no place in any was never captured.
  if (logKey.length < 2) return true;
  const siblings = await computeLogs.list(logKey.slice(0, -1));
  return siblings.some((key) => key.length === logKey.length && key.at(-1) === logKey.at(-1));
}

async function atCodeLocation(logKey: readonly string[], { workspace, loaders, signal }: Needs): Promise<LogSource | null> {
  const id = runId(logKey[0] ?? "");
  const run = isRunId(id) ? await loaders.maybeRun.load(id) : null;
  const entry = run === null ? undefined : workspace.entries().find(({ name }) => name === codeLocationName(run.location));
  const client = entry?.isServing === true ? entry.client : null;
  if (client === null) return null;
  return {
    async read(stream, offset, maxBytes) {
      const parts: Uint8Array[] = [];
      let nextOffset = offset;
      let isEnd = false;
      for await (const part of client.readComputeLog({ logKey, stream, offset, maxBytes }, { signal })) {
        parts.push(part.data);
        nextOffset = part.nextOffset;
        isEnd = part.complete;
      }
      return { bytes: Buffer.concat(parts), nextOffset, isEnd };
    },
    async *follow(stream, offset, following) {
      for await (const part of client.readComputeLog({ logKey, stream, offset, follow: true }, { signal: following })) {
        yield { bytes: part.data, nextOffset: part.nextOffset, isEnd: part.complete };
      }
    },
    location: () => null,
  };
}
