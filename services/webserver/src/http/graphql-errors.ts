import { randomUUID } from "node:crypto";

import { type SerializedError, serializeError } from "@dagwright/model";
import type { FastifyBaseLogger } from "fastify";
import { GraphQLError, type GraphQLFormattedError } from "graphql";

/** What clients show of a field that failed. */
interface ErrorInfo {
  readonly message: string;
  readonly stack: readonly string[];
  readonly cls_name: string;
  readonly cause: ErrorInfo | null;
  readonly context: null;
}

const toErrorInfo = (error: SerializedError): ErrorInfo => ({
  message: `${error.name}: ${error.message}\n`,
  stack: error.stack.map((line) => `${line}\n`),
  cls_name: error.name,
  cause: error.cause === undefined ? null : toErrorInfo(error.cause),
  context: null,
});

/** Whether a resolver threw, in contrast to a query that does not fit the schema. */
const isOurs = (error: GraphQLError): boolean =>
  error.originalError !== undefined && !(error.originalError instanceof GraphQLError);

/** 500 when a resolver threw, else 400: the query itself is to blame. */
export const statusOf = (errors: readonly GraphQLError[]): 400 | 500 => (errors.some(isOurs) ? 500 : 400);

/** Errors as they are answered. Those of resolvers are logged, too, with the correlation id that the client gets. */
export function formatErrors(errors: readonly GraphQLError[], log: FastifyBaseLogger): GraphQLFormattedError[] {
  return errors.map((error) => {
    const formatted = error.toJSON();
    if (!isOurs(error)) return formatted;
    const correlationId = randomUUID();
    log.error({ err: error.originalError, correlationId, path: error.path }, "A GraphQL resolver threw");
    return {
      ...formatted,
      extensions: { ...formatted.extensions, correlationId, errorInfo: toErrorInfo(serializeError(error.originalError)) },
    };
  });
}
