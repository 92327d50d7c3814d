import { Readable } from "node:stream";
import { createGzip } from "node:zlib";

import { isRunId, type Run, runId } from "@dagwright/model";
import { SnapshotNotFoundError } from "@dagwright/storage";
import type { FastifyInstance } from "fastify";

import type { ServerScope } from "../graphql/context.ts";
import { whileConnected } from "./graphql-endpoint.ts";

/** Entries of the log that are in memory at a time. */
const pieceSize = 1_000;

/**
 * `/download_debug/RUN`: everything that is known of a run in one gzipped JSON file, for somebody who cannot reach the instance. Its fields are called as
 * in Dagster's; what they hold is as this instance keeps it. It is written as it is read, so a log of any length takes no memory.
 */
export function debugDownload(app: FastifyInstance, scope: ServerScope): void {
  app.get<{ Params: { readonly runId: string } }>("/download_debug/:runId", async (request, reply) => {
    const id = runId(request.params.runId);
    const signal = whileConnected(reply);
    const [run] = isRunId(id) ? await scope.storage.runs.getMany([id], { signal }) : [];
    if (run === undefined)
      return reply.code(404).type("text/plain; charset=utf-8").send(`This instance has no run ${request.params.runId}`);
    const gzip = createGzip();
    const source = Readable.from(debugFile(run, scope, signal));
    source.on("error", (error) => gzip.destroy(error));
    gzip.on("close", () => source.destroy());
    return reply
      .type("application/gzip")
      .headers({
        "content-disposition": `attachment; filename="debug_${run.id}.gz"`,
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
      })
      .send(source.pipe(gzip));
  });
}

async function* debugFile(
  run: Run,
  { storage, snapshots, version }: ServerScope,
  signal: AbortSignal,
): AsyncGenerator<string, void, undefined> {
  yield `{"__class__":"DebugRunPayload","version":${JSON.stringify(version)},"pipeline_run":${JSON.stringify(run)},"event_list":[`;
  let afterSeq = 0;
  for (;;) {
    const entries = await storage.events.read(run.id, { afterSeq, limit: pieceSize }, { signal });
    const last = entries.at(-1);
    if (last === undefined) break;
    yield `${afterSeq === 0 ? "" : ","}${entries.map((entry) => JSON.stringify(entry)).join(",")}`;
    afterSeq = last.seq;
  }
  const job = await orNull(snapshots.job(run.jobSnapshotId));
  const plan = await orNull(snapshots.plan(run.planSnapshotId));
  yield `],"pipeline_snapshot":${JSON.stringify(job)},"execution_plan_snapshot":${JSON.stringify(plan)}}`;
}

/** A snapshot may have gone before its run. */
async function orNull<Value>(reading: Promise<Value>): Promise<Value | null> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof SnapshotNotFoundError) return null;
    throw error;
  }
}
