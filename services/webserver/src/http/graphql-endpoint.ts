import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

import type { ServerScope } from "../graphql/context.ts";
import type { websocketHandler } from "../subscriptions/websocket-endpoint.ts";
import { graphiqlFiles, graphiqlPage } from "../pages/graphiql.ts";
import { sendPage } from "../pages/send-page.ts";
import { type Answer, executeRequest, makeContext, operationKind } from "./execute.ts";
import { type GraphqlRequest, readGraphqlRequest, UnreadableRequest } from "./graphql-request.ts";

/** `/graphql`: by `POST`, by `GET`, and over WebSocket. A browser that opens the address gets GraphiQL. */
export function graphqlEndpoint(app: FastifyInstance, scope: ServerScope, wsHandler: ReturnType<typeof websocketHandler>): void {
  // The texts are parsed by us, since bad ones have answers of their own.
  app.addContentTypeParser(["application/json", "application/graphql"], { parseAs: "string" }, (_request, body, done) =>
    done(null, body),
  );

  app.post("/graphql", async (request, reply) => {
    const asked = read(request);
    if (asked instanceof UnreadableRequest) return refuse(asked, reply);
    return answer(asked, scope, request, reply);
  });

  const handler = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const isPage = (request.headers.accept ?? "").includes("text/html");
    if (isPage) return sendPage(reply, graphiqlPage(scope));
    const asked = read(request);
    if (asked instanceof UnreadableRequest) return refuse(asked, reply);
    const kind = operationKind(asked);
    if (kind === "mutation" || kind === "subscription") {
      const message = kind === "mutation" ? "Send mutations by POST" : "Subscriptions need a WebSocket";
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
  const signal = whileConnected(reply);
  return send(await executeRequest(asked, scope, viewer, () => makeContext(scope, viewer, signal, request.log)), reply);
}

function read(request: FastifyRequest): GraphqlRequest | UnreadableRequest {
  try {
    return readGraphqlRequest(request);
  } catch (error) {
    if (error instanceof UnreadableRequest) return error;
    throw error;
  }
}

const refuse = ({ status, message }: UnreadableRequest, reply: FastifyReply): FastifyReply =>
  reply.code(status).type("text/plain; charset=utf-8").send(message);

const send = ({ status, body }: Answer, reply: FastifyReply): FastifyReply =>
  reply.code(status).type("application/json; charset=utf-8").send(body);

/** Aborts when the client goes away before it has its answer. */
export function whileConnected(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once("close", () => {
    if (!reply.raw.writableFinished) gone.abort(new Error("The client went away"));
  });
  return gone.signal;
}
