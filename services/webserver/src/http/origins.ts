import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

type WithHeaders = Pick<FastifyRequest, "headers">;

/** Which pages may use this server from a browser: its own, and those that were named. */
export interface Origins {
  /** Whether the request comes from no page at all (a script says no `Origin`), from a page of this server, or from one that was named. */
  allows(request: WithHeaders): boolean;
  /** Whether the page is another site's that was named; browsers have to be told so before they show it an answer. */
  isNamed(origin: string | undefined): boolean;
}

/** @param named - origins as browsers write them: `https://tools.example.com`, with the port unless it is the scheme's own */
export function makeOrigins(named: readonly string[]): Origins {
  const isNamed = (origin: string | undefined): boolean => origin !== undefined && named.includes(origin);
  return {
    isNamed,
    allows: ({ headers }) => {
      const { origin } = headers;
      if (origin === undefined || isNamed(origin)) return true;
      // `null`, from a sandboxed frame or a file, is no page of ours.
      if (!URL.canParse(origin)) return false;
      const forwarded = headers["x-forwarded-host"];
      return [headers.host, ...(Array.isArray(forwarded) ? forwarded : [forwarded])].includes(new URL(origin).host);
    },
  };
}

const refusal =
  "Forbidden: the page comes from another site. Name its origin with --allowed-origin when it may use this webserver";
/** A browser asks again after this. */
const preflightSeconds = "600";

/**
 * Keeps pages of other sites from doing anything with the access of who looks at them: there is no login, so whoever reaches this server may launch runs.
 * A form of another site can send `POST`s without being asked; every request that may change something is therefore refused when its `Origin` is
 * a stranger. Pages of named origins may read the answers, too.
 */
export function refuseStrangers(app: FastifyInstance, origins: Origins): void {
  app.addHook("onRequest", async (request, reply) => {
    const { origin } = request.headers;
    if (origins.isNamed(origin)) allowReading(reply, origin!);
    const onlyReads = request.method === "GET" || request.method === "HEAD" || request.method === "OPTIONS";
    if (onlyReads || origins.allows(request)) return;
    await reply.code(403).type("text/plain; charset=utf-8").send(refusal);
  });
  app.options("/*", (request, reply) => {
    if (!origins.isNamed(request.headers.origin)) return reply.code(403).type("text/plain; charset=utf-8").send(refusal);
    return reply
      .headers({
        "access-control-allow-methods": "GET, POST, OPTIONS",
        "access-control-allow-headers": request.headers["access-control-request-headers"] ?? "content-type",
        "access-control-max-age": preflightSeconds,
      })
      .code(204)
      .send();
  });
}

function allowReading(reply: FastifyReply, origin: string): void {
  reply.headers({ "access-control-allow-origin": origin, vary: "origin" });
}
