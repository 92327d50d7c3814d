import type { FastifyRequest } from "fastify";
import { GraphQLError } from "graphql";

import { type PersistedQueries, persistedQueryOf } from "./persisted-queries.ts";

/** What a client asks, from whichever part of an HTTP request it came in. */
export interface GraphqlRequest {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly operationName: string | null;
}

/** A request that holds no GraphQL; `status` and `message` are the whole answer, as plain text. */
export class UnreadableRequest extends Error {
  readonly status: 200 | 400 | 415;
  /** The answer to clients that named a query and should hear of it in GraphQL's own way. */
  readonly error: GraphQLError | null;

  constructor(status: 200 | 400 | 415, message: string, error: GraphQLError | null = null) {
    super(message);
    this.name = "UnreadableRequest";
    this.status = status;
    this.error = error;
  }
}

export const unreadableType = "Unsupported Media Type: send application/json or application/graphql";

/** @throws UnreadableRequest */
export function readGraphqlRequest(request: FastifyRequest, persisted: PersistedQueries): GraphqlRequest {
  return toRequest(partsOf(request), persisted);
}

function partsOf(request: FastifyRequest): Readonly<Record<string, unknown>> {
  const params = request.query as Readonly<Record<string, unknown>>;
  if (request.method !== "POST") return params;
  const encoding = request.headers["content-encoding"] ?? "identity";
  if (encoding !== "identity")
    throw new UnreadableRequest(415, "Unsupported Media Type: send the body as it is, without a Content-Encoding");
  const type = request.headers["content-type"]?.split(";")[0]?.trim().toLowerCase() ?? "";
  const body = typeof request.body === "string" ? request.body : "";
  if (type === "application/graphql") return { ...params, query: body };
  if (type === "application/json") return { ...params, ...parseObject(body, "The request's body") };
  // Anything that browsers send across sites without asking first is refused, so that no foreign page can launch runs.
  throw new UnreadableRequest(415, unreadableType);
}

function toRequest(parts: Readonly<Record<string, unknown>>, persisted: PersistedQueries): GraphqlRequest {
  const { variables, operationName, extensions } = parts;
  const text = typeof parts["query"] === "string" && parts["query"] !== "" ? parts["query"] : null;
  const named = persistedQueryOf(typeof extensions === "string" ? parseObject(extensions, "`extensions`") : extensions);
  let query: string | null;
  try {
    query = persisted.resolve(text, named);
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    // Not knowing a hash is no failure: the client sends the text next.
    const status = error.extensions["code"] === "PERSISTED_QUERY_NOT_FOUND" ? 200 : 400;
    throw new UnreadableRequest(status, error.message, error);
  }
  if (query === null) throw new UnreadableRequest(400, "No GraphQL query found in the request: send JSON with a text `query`");
  return {
    query,
    variables: toVariables(variables),
    operationName: typeof operationName === "string" && operationName !== "" ? operationName : null,
  };
}

/** An object, or JSON text of one. */
function toVariables(given: unknown): Readonly<Record<string, unknown>> {
  if (given === null || given === undefined || given === "") return {};
  if (typeof given === "string") return parseObject(given, "`variables`");
  if (typeof given === "object" && !Array.isArray(given)) return given as Readonly<Record<string, unknown>>;
  throw new UnreadableRequest(400, "`variables` must be a JSON object");
}

function parseObject(text: string, what: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UnreadableRequest(400, `${what} is not valid JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (value === null) return {};
  if (typeof value === "object" && !Array.isArray(value)) return value as Readonly<Record<string, unknown>>;
  throw new UnreadableRequest(400, `${what} must be a JSON object`);
}
