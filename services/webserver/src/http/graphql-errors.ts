import { randomUUID } from "node:crypto";

import type { SerializedError } from "@dagwright/model";
import type { FastifyBaseLogger } from "fastify";
import { GraphQLError, type GraphQLFormattedError } from "graphql";

import { statusOfFailure, toPublicError } from "../graphql/errors/public-error.ts";

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

/** 400 when the query itself is to blame; when a resolver threw, by who can do something about it. */
export function statusOf(errors: readonly GraphQLError[]): 400 | 403 | 500 | 503 {
  const statuses = new Set(errors.filter(isOurs).map(({ originalError }) => statusOfFailure(originalError)));
  return ([500, 503, 403] as const).find((status) => statuses.has(status)) ?? 400;
}

/** Errors as they are answered. Those of resolvers are logged, too, with the correlation id that the client gets. */
export function formatErrors(errors: readonly GraphQLError[], log: FastifyBaseLogger): GraphQLFormattedError[] {
  return errors.map((error) => {
    const formatted = error.toJSON();
    if (!isOurs(error)) return formatted;
    const correlationId = randomUUID();
    const { originalError, path } = error;
    const isUnexpected = statusOfFailure(originalError) === 500;
    log[isUnexpected ? "error" : "info"]({ err: originalError, correlationId, path }, "A GraphQL resolver threw");
    const shown = toPublicError(originalError, correlationId);
    return {
      ...formatted,
      message: shown.message,
      extensions: { ...formatted.extensions, correlationId, errorInfo: toErrorInfo(shown) },
    };
  });
}
