import type { FastifyReply } from "fastify";

/** All that the pages need comes from this server; whatever else a browser were made to load is refused. */
const contentSecurity = [
  "default-src 'none'",
  "script-src 'self' 'unsafe-inline'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self' data:",
  "img-src 'self' data:",
  "connect-src 'self' ws: wss:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** For everything that a browser shows or runs. */
export const securityHeaders = { "content-security-policy": contentSecurity, "x-content-type-options": "nosniff" };

export const sendPage = (reply: FastifyReply, page: string): FastifyReply =>
  reply
    .type("text/html; charset=utf-8")
    .headers({ ...securityHeaders, "cache-control": "no-store" })
    .send(page);
