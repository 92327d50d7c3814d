import { Readable } from "node:stream";

import type { LogStream } from "@dagwright/instance";
import type { FastifyInstance } from "fastify";

import type { ServerScope } from "../graphql/context.ts";
import { findLogSource, type LogSource } from "../graphql/compute-logs/log-source.ts";
import { makeContext } from "./execute.ts";
import { whileConnected } from "./graphql-endpoint.ts";

const pieceBytes = 1024 * 1024;
const streams: Readonly<Record<string, LogStream>> = { out: "stdout", err: "stderr" };

/** `/logs/RUN/compute_logs/KEY/out` and `…/err`: the whole of a captured log as a file. */
export function computeLogDownload(app: FastifyInstance, scope: ServerScope): void {
  app.get("/logs/*", async (request, reply) => {
    // Fastify has decoded the escapes already.
    const parts = (request.params as { readonly "*": string })["*"].split("/");
    const extension = parts.pop() ?? "";
    const stream = streams[extension];
    if (stream === undefined || parts.length === 0)
      return reply.code(404).type("text/plain").send("No such log: the address ends in /out or /err");
    const context = makeContext(scope, scope.viewers(request), whileConnected(reply), request.log);
    const source = await findLogSource(parts, context);
    const first = await source.read(stream, 0, pieceBytes);
    if (first.bytes.length === 0 && !first.isEnd)
      return reply.code(404).type("text/plain").send("Nothing was captured under this key");
    const name = `${parts.filter((part) => part !== "compute_logs").join("_")}.${extension}`.replaceAll(/[^\w.-]/g, "_");
    return reply
      .type("text/plain; charset=utf-8")
      .header("content-disposition", `attachment; filename="${name}"`)
      .header("x-content-type-options", "nosniff")
      .send(Readable.from(pieces(source, stream, first)));
  });
}

/** What is there now; a log that is still being written ends where it stands. */
async function* pieces(
  source: LogSource,
  stream: LogStream,
  first: Awaited<ReturnType<LogSource["read"]>>,
): AsyncGenerator<Uint8Array> {
  for (let chunk = first; chunk.bytes.length > 0; chunk = await source.read(stream, chunk.nextOffset, pieceBytes)) {
    yield chunk.bytes;
    if (chunk.isEnd) return;
  }
}
