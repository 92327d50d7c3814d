import type { FastifyBaseLogger, FastifyInstance } from "fastify";
import { type DocumentNode, type ExecutionResult, getOperationAST, GraphQLError, parse } from "graphql";

import type { GraphContext, ServerScope } from "../graphql/context.ts";
import { queueLimitsOf } from "@dagwright/workspace";

import type { Viewer } from "../viewer.ts";
import { makeLoaders } from "../graphql/loaders.ts";
import { formatErrors, statusOf } from "./graphql-errors.ts";
import type { GraphqlRequest } from "./graphql-request.ts";

/** What goes over the wire, and the HTTP status that goes with it. */
export interface Answer {
  readonly status: 200 | 400 | 405 | 500;
  readonly body: {
    readonly data: unknown;
    readonly errors?: readonly unknown[];
    readonly extensions?: Readonly<Record<string, unknown>>;
  };
}

export const makeContext = (scope: ServerScope, viewer: Viewer, signal: AbortSignal, log: FastifyBaseLogger): GraphContext => ({
  ...scope,
  viewer,
  signal,
  log,
  loaders: makeLoaders(scope.storage, queueLimitsOf(scope.instance.config), signal),
  warnings: [],
});

/** Runs a query or mutation. Never throws: what is wrong is in the answer. */
export async function executeRequest(app: FastifyInstance, request: GraphqlRequest, context: GraphContext): Promise<Answer> {
  const { query, variables, operationName } = request;
  let result: ExecutionResult;
  try {
    context.queries.check(query, app.graphql.schema);
    // Mercurius keeps parsed and validated queries, which clients repeat all day.
    result = await app.graphql(query, { ...context }, { ...variables }, operationName ?? undefined);
  } catch (thrown) {
    const errors = errorsOf(thrown);
    return { status: statusOf(errors), body: { data: null, errors: formatErrors(errors, context.log) } };
  }
  const extensions = context.warnings.length === 0 ? {} : { extensions: { warnings: context.warnings } };
  if (result.errors === undefined || result.errors.length === 0)
    return { status: 200, body: { data: result.data ?? null, ...extensions } };
  return {
    status: statusOf(result.errors),
    body: { data: result.data ?? null, errors: formatErrors(result.errors, context.log), ...extensions },
  };
}

/** Syntax, validation and variable errors come wrapped. */
function errorsOf(thrown: unknown): GraphQLError[] {
  const inner: unknown = thrown instanceof Error && "errors" in thrown ? thrown.errors : undefined;
  const list: unknown[] = Array.isArray(inner) && inner.length > 0 ? inner : [thrown];
  return list.map((each) => {
    if (each instanceof GraphQLError) return each;
    const error = each instanceof Error ? each : new Error(String(each));
    return new GraphQLError(error.message, { originalError: error });
  });
}

/** The kind of the operation that a request names; null when it does not parse or names none. */
export function operationKind({ query, operationName }: GraphqlRequest): "query" | "mutation" | "subscription" | null {
  let document: DocumentNode;
  try {
    document = parse(query);
  } catch {
    return null;
  }
  return getOperationAST(document, operationName)?.operation ?? null;
}
