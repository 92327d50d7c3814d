import { randomUUID } from "node:crypto";

import { DomainError } from "@dagwright/model";
import type { FastifyInstance } from "fastify";

import { statusOfFailure, toPublicError } from "../graphql/errors/public-error.ts";
import { unreadableType } from "./graphql-request.ts";

/** The client closed its connection before it had its answer. */
export class ClientGoneError extends DomainError<"ClientGoneError"> {
  constructor() {
    super("ClientGoneError", "The client went away");
  }
}

/** Answers what no route is for, with where the routes are. */
export function answerUnknownAddresses(app: FastifyInstance, pathPrefix: string): void {
  app.setNotFoundHandler((request, reply) =>
    reply
      .code(404)
      .type("text/plain; charset=utf-8")
      .send(`There is nothing at ${request.method} ${request.url.split("?")[0]}; GraphQL is at POST ${pathPrefix}/graphql`),
  );
}

/** How routes that do not speak GraphQL answer what keeps them from answering: a sentence, and the id under which the log has the rest. */
export function answerFailures(app: FastifyInstance): void {
  app.setErrorHandler((error: Error & { readonly statusCode?: number }, request, reply) => {
    const plain = reply.type("text/plain; charset=utf-8");
    const { statusCode } = error;
    // Fastify's own: a body that is too large, an address that cannot be read.
    if (statusCode === 413)
      return plain.code(413).send(`The body is too large: at most ${app.initialConfig.bodyLimit! >> 20} MB are taken`);
    if (statusCode === 415) return plain.code(415).send(unreadableType);
    if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) return plain.code(statusCode).send(error.message);
    const status = statusOfFailure(error);
    const correlationId = randomUUID();
    request.log[status === 500 ? "error" : "info"]({ err: error, correlationId, url: request.url }, "A request was not answered");
    return plain.code(status).send(toPublicError(error, correlationId).message);
  });
}
