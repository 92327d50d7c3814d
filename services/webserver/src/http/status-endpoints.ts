import type { FastifyInstance } from "fastify";

import type { ServerScope } from "../graphql/context.ts";

/** How long a database may take to say that it is there. */
const readyMs = 2_000;

/** What tells machines that this is a webserver, that it lives, and that it can work. */
export function statusEndpoints(app: FastifyInstance, { storage, version }: ServerScope): void {
  const info = {
    dagster_webserver_version: version,
    dagster_version: version,
    dagster_graphql_version: version,
    dagwright_version: version,
  };
  app.get("/server_info", async () => info);
  app.get("/dagit_info", async () => info);
  app.get("/healthz", async () => ({ status: "alive" }));
  app.get("/readyz", async (_request, reply) => {
    try {
      await storage.nowMs({ signal: AbortSignal.timeout(readyMs) });
      return { status: "ready" };
    } catch (error) {
      return reply.code(503).send({ status: "not ready", reason: error instanceof Error ? error.message : String(error) });
    }
  });
}
