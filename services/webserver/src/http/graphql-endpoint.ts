import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { OperationTypeNode } from "graphql";

import type { GraphContext, ServerScope } from "../graphql/context.ts";
import type { websocketHandler } from "../subscriptions/websocket-endpoint.ts";
import { graphiqlFiles, graphiqlPage } from "../pages/graphiql.ts";
import { sendPage } from "../pages/send-page.ts";
import { type Answer, executeRequest, makeContext, operationKind } from "./execute.ts";
import { ClientGoneError } from "./failures.ts";
import { type GraphqlRequest, readGraphqlRequest, UnreadableRequest } from "./graphql-request.ts";

/** `/graphql`: by `POST`, by `GET`, and over WebSocket. A browser that opens the address gets GraphiQL. */
export function graphqlEndpoint(app: FastifyInstance, scope: ServerScope, wsHandler: ReturnType<typeof websocketHandler>): void {
  // The texts are parsed by us, since bad ones have answers of their own.
  app.addContentTypeParser(["application/json", "application/graphql"], { parseAs: "string" }, (_request, body, done) =>
    done(null, body),
  );

  app.post("/graphql", async (request, reply) => {
    const asked = read(request, scope);
    if (asked instanceof UnreadableRequest) return refuse(asked, reply);
    return answer(asked, scope, request, reply);
  });

  const handler = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const isPage = (request.headers.accept ?? "").includes("text/html");
    if (isPage) return sendPage(reply, graphiqlPage(scope));
    const asked = read(request, scope);
    if (asked instanceof UnreadableRequest) return refuse(asked, reply);
    const kind = operationKind(asked, scope);
    if (kind === OperationTypeNode.MUTATION || kind === OperationTypeNode.SUBSCRIPTION) {
      const message = kind === OperationTypeNode.MUTATION ? "Send mutations by POST" : "Subscriptions need a WebSocket";
      const errors = [{ message }];
      return send({ status: 405, body: JSON.stringify({ data: null, errors }), errors }, reply);
    }
    return answer(asked, scope, request, reply);
  };
  app.route({ method: "GET", url: "/graphql", handler, wsHandler });
  graphiqlFiles(app, scope);
}

async function answer(
  asked: GraphqlRequest,
  scope: ServerScope,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const viewer = scope.viewers(request);
  let connected: AbortSignal | undefined;
  const newContext = (deadline?: AbortSignal): GraphContext => {
    connected ??= whileConnected(reply);
    const signal = deadline === undefined ? connected : AbortSignal.any([connected, deadline]);
    return makeContext(scope, viewer, signal, request.log);
  };
  return send(await executeRequest(asked, scope, viewer, newContext), reply);
}

function read(request: FastifyRequest, { persisted }: ServerScope): GraphqlRequest | UnreadableRequest {
  try {
    return readGraphqlRequest(request, persisted);
  } catch (error) {
    if (error instanceof UnreadableRequest) return error;
    throw error;
  }
}

function refuse({ status, message, error }: UnreadableRequest, reply: FastifyReply): FastifyReply {
  if (error === null) return reply.code(status).type("text/plain; charset=utf-8").send(message);
  const errors = [error.toJSON()];
  return send({ status, body: JSON.stringify({ errors }), errors }, reply.header("cache-control", "no-store"));
}

const send = ({ status, body }: Answer, reply: FastifyReply): FastifyReply =>
  reply.code(status).type("application/json; charset=utf-8").send(body);

/** Aborts when the client goes away before it has its answer. */
export function whileConnected(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once("close", () => {
    if (!reply.raw.writableFinished) gone.abort(new ClientGoneError());
  });
  return gone.signal;
}
