import type { FastifyReply } from "fastify";

/** The pages bring everything with them; whatever else a browser were made to load is refused. */
const contentSecurity = [
  "default-src 'none'",
  "script-src 'unsafe-inline'",
  "style-src 'unsafe-inline'",
  "connect-src 'self' ws: wss:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

export const sendPage = (reply: FastifyReply, page: string): FastifyReply =>
  reply
    .type("text/html; charset=utf-8")
    .header("content-security-policy", contentSecurity)
    .header("x-content-type-options", "nosniff")
    .header("cache-control", "no-store")
    .send(page);
