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
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => done(null, body));

  app.post("/graphql", async (request, reply) => {
    const asked = read(request, scope);
    if (asked instanceof UnreadableRequest) return refuse(asked, reply);
    if (operationKind(asked, scope) === OperationTypeNode.SUBSCRIPTION) return refuseSubscription(400, reply);
    return answer(asked, scope, request, reply);
  });

  const handler = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const isPage = (request.headers.accept ?? "").includes("text/html");
    if (isPage) return sendPage(reply, graphiqlPage(scope));
    const asked = read(request, scope);
    if (asked instanceof UnreadableRequest) return refuse(asked, reply);
    const kind = operationKind(asked, scope);
    if (kind === OperationTypeNode.MUTATION) return refuseOperation(405, "Send mutations by POST", reply);
    if (kind === OperationTypeNode.SUBSCRIPTION) return refuseSubscription(405, reply);
    return answer(asked, scope, request, reply);
  };
  app.route({ method: "GET", url: "/graphql", handler, wsHandler });
  graphiqlFiles(app, scope);
}

function refuseOperation(status: 400 | 405, message: string, reply: FastifyReply): FastifyReply {
  const errors = [{ message }];
  return send({ status, body: JSON.stringify({ data: null, errors }), errors }, reply);
}

const refuseSubscription = (status: 400 | 405, reply: FastifyReply): FastifyReply =>
  refuseOperation(
    status,
    "Subscriptions need a WebSocket: open one at this address, by the subprotocol graphql-transport-ws or graphql-ws",
    reply,
  );

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
