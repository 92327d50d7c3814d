import websocket from "@fastify/websocket";
import type { FastifyInstance, FastifyRequest } from "fastify";

import type { ServerScope } from "../graphql/context.ts";
import { closeCodes, dialects } from "./dialects.ts";
import { type SessionSocket, startSession } from "./session.ts";

/** Config of a mutation, with room; the same as over HTTP. */
const largestMessage = 16 * 1024 * 1024;

/** Makes the server take WebSockets. Registered once, before the routes. */
export async function acceptWebSockets(app: FastifyInstance): Promise<void> {
  await app.register(websocket, {
    options: {
      maxPayload: largestMessage,
      // The newer protocol, when a client offers both. One without either is refused by closing.
      handleProtocols: (offered: Set<string>) =>
        dialects.find(({ subprotocol }) => offered.has(subprotocol))?.subprotocol ?? false,
    },
  });
}

export interface WebSocketOptions {
  /** Aborts when the server stops. */
  readonly stopping: AbortSignal;
  /** Most connections that one address may have open. */
  readonly mostOfOneAddress: number;
}

const tooMany =
  "An address has as many WebSockets open as one may have, and gets no more. If it is a proxy's, name it with --trusted-proxy, so that its clients are counted each by their own address; --max-websockets sets how many one may have";

/** `/graphql` over WebSocket. */
export function websocketHandler(scope: ServerScope, { stopping, mostOfOneAddress }: WebSocketOptions) {
  const open = new Map<string, number>();
  /** Those that had more refused, and were told of in the log. */
  const full = new Set<string>();
  return (socket: SessionSocket & { readonly protocol: string }, request: FastifyRequest): void => {
    const dialect = dialects.find(({ subprotocol }) => subprotocol === socket.protocol);
    if (dialect === undefined) return socket.close(4406, "Subprotocol not acceptable: speak graphql-transport-ws or graphql-ws");
    // Browsers let any page open a WebSocket to anywhere and only tell where the page is from.
    if (!scope.origins.allows(request)) return socket.close(4403, "Forbidden: the page comes from another site");
    const { ip } = request;
    const count = open.get(ip) ?? 0;
    if (count >= mostOfOneAddress) {
      if (!full.has(ip)) request.log.warn({ address: ip, open: count }, tooMany);
      full.add(ip);
      return socket.close(
        closeCodes.tooManyOpen,
        `Too many: ${mostOfOneAddress} WebSockets of this address are open; close some`,
      );
    }
    open.set(ip, count + 1);
    socket.on("close", () => {
      const left = (open.get(ip) ?? 1) - 1;
      if (left === 0) open.delete(ip);
      else open.set(ip, left);
      if (left === 0) full.delete(ip);
    });
    startSession(socket, { scope, viewer: scope.viewers(request), dialect, log: request.log, stopping });
  };
}
