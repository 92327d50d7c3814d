import { queueLimitsOf } from "@dagwright/workspace";
import type { FastifyBaseLogger } from "fastify";
import {
  type DocumentNode,
  execute,
  type ExecutionResult,
  GraphQLError,
  type GraphQLFormattedError,
  OperationTypeNode,
} from "graphql";

import { AnswerTooLargeError } from "../executor/answer-text.ts";
import { Gathering } from "../executor/gathering.ts";
import type { Question } from "../executor/kept-answers.ts";
import type { KnownQuery } from "../executor/known-queries.ts";
import type { GraphContext, ServerScope } from "../graphql/context.ts";
import type { Viewer } from "../viewer.ts";
import { makeLoaders } from "../graphql/loaders.ts";
import { startDeadline } from "./deadline.ts";
import { formatErrors, statusOf } from "./graphql-errors.ts";
import type { GraphqlRequest } from "./graphql-request.ts";

/** What goes over the wire, and the HTTP status that goes with it. */
export interface Answer {
  readonly status: 200 | 400 | 403 | 405 | 415 | 500 | 503;
  /** JSON. */
  readonly body: string | Buffer;
  /** What the body says is wrong. */
  readonly errors: readonly GraphQLFormattedError[];
}

/**
 * Resolvers' surroundings, new for each time that a query is carried out.
 *
 * @param deadline - ends what is under way, too
 */
export type MakeContext = (deadline?: AbortSignal) => GraphContext;

export const makeContext = (scope: ServerScope, viewer: Viewer, signal: AbortSignal, log: FastifyBaseLogger): GraphContext => {
  const gathering = new Gathering();
  let nowMs: number | undefined;
  const context = {
    ...scope,
    viewer,
    signal,
    log,
    loaders: makeLoaders(scope.storage, queueLimitsOf(scope.instance.config), signal, gathering),
    gathering,
    warnings: [],
    namedFields: new Set<string>(),
    isMomentary: false,
    nowMs: () => {
      context.isMomentary = true;
      return (nowMs ??= Date.now());
    },
  };
  return context;
};

/** Runs a query or mutation. Never throws: what is wrong is in the answer. */
export async function executeRequest(
  request: GraphqlRequest,
  scope: ServerScope,
  viewer: Viewer,
  newContext: MakeContext,
): Promise<Answer> {
  const { query, variables, operationName } = request;
  let known: KnownQuery;
  try {
    known = scope.queries.read(query);
    scope.queries.checkVariables(variables);
  } catch (thrown) {
    return toAnswer({ errors: [toGraphQLError(thrown)] }, newContext());
  }
  if (known.problems.length > 0) return toAnswer({ errors: known.problems }, newContext());
  const operation = known.operation(operationName);
  if (operation?.node.operation !== OperationTypeNode.QUERY)
    return await executeByReference(known.document, request, scope, newContext());
  const question = { operation, variables, viewer };
  const kept = scope.answers.get(question);
  if (kept !== undefined) return { status: 200, body: kept, errors: [] };
  using deadline = startDeadline(scope.queryTimeoutMs);
  const inTime = (): GraphContext => newContext(deadline.signal);
  const written = await writeAnswer(question, scope, inTime);
  return written ?? (await executeByReference(known.document, request, scope, inTime()));
}

/** Null: the answer is not all data. Queries change nothing, so another executor may carry it out from the beginning, which tells of each error. */
async function writeAnswer(question: Question, { answers }: ServerScope, newContext: MakeContext): Promise<Answer | null> {
  const { generation } = answers;
  const context = newContext();
  context.namedFields = question.operation.namedFields;
  try {
    const { text, isFromMemory } = await question.operation.write(undefined, question.variables, context);
    const { warnings, isMomentary } = context;
    const extensions = warnings.length === 0 ? "" : `,"extensions":${JSON.stringify({ warnings })}`;
    const body = text.toBody(`{"data":`, `${extensions}}`);
    if (isFromMemory && !isMomentary && warnings.length === 0) answers.keep(question, body, generation);
    return { status: 200, body, errors: [] };
  } catch (error) {
    // To begin anew would come to the same.
    return error instanceof AnswerTooLargeError ? toAnswer({ errors: [toGraphQLError(error)] }, context) : null;
  }
}

/** By GraphQL's own implementation: mutations, what a schema tells of itself, and every answer with errors in it. */
async function executeByReference(
  document: DocumentNode,
  { variables, operationName }: GraphqlRequest,
  { queries }: ServerScope,
  context: GraphContext,
): Promise<Answer> {
  try {
    context.signal.throwIfAborted();
    const operation = { schema: queries.schema, document, variableValues: variables, operationName, contextValue: context };
    return toAnswer(await execute(operation), context);
  } catch (thrown) {
    return toAnswer({ errors: [toGraphQLError(thrown)] }, context);
  }
}

function toAnswer({ data = null, errors = [] }: ExecutionResult, { log, warnings }: GraphContext): Answer {
  const extensions = warnings.length === 0 ? {} : { extensions: { warnings } };
  if (errors.length === 0) return { status: 200, body: JSON.stringify({ data, ...extensions }), errors: [] };
  const formatted = formatErrors(errors, log);
  return { status: statusOf(errors), body: JSON.stringify({ data, errors: formatted, ...extensions }), errors: formatted };
}

function toGraphQLError(thrown: unknown): GraphQLError {
  if (thrown instanceof GraphQLError) return thrown;
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  return new GraphQLError(error.message, { originalError: error });
}

/** The kind of the operation that a request names; null when it does not parse or names none. */
export function operationKind({ query, operationName }: GraphqlRequest, { queries }: ServerScope): OperationTypeNode | null {
  try {
    return queries.read(query).operation(operationName)?.node.operation ?? null;
  } catch {
    return null;
  }
}
