import { RefusedError, WebserverUnreachableError } from "../errors.ts";

type ServerMessage =
  | { readonly type: "connection_ack" | "ping" | "pong" }
  | {
      readonly type: "next";
      readonly id: string;
      readonly payload: { readonly data?: unknown; readonly errors?: readonly { message: string }[] };
    }
  | { readonly type: "error"; readonly id: string; readonly payload: readonly { readonly message: string }[] }
  | { readonly type: "complete"; readonly id: string };

/**
 * One GraphQL subscription over a WebSocket of its own (protocol `graphql-transport-ws`). Leaving the loop, or the signal, closes it.
 *
 * @throws WebserverUnreachableError when the connection cannot be made or breaks
 * @throws RefusedError when the server answers with errors
 */
export async function* subscribeOverWebSocket(
  url: string,
  query: string,
  variables: Readonly<Record<string, unknown>>,
  signal?: AbortSignal,
): AsyncGenerator<unknown> {
  const socket = new WebSocket(url, "graphql-transport-ws");
  const arrived: unknown[] = [];
  let ended: { readonly error: Error | null } | null = null;
  let wake = Promise.withResolvers<void>();
  const end = (error: Error | null): void => {
    ended ??= { error };
    wake.resolve();
  };
  const onAbort = (): void => end(null);
  signal?.addEventListener("abort", onAbort, { once: true });
  if (signal?.aborted) end(null);

  socket.addEventListener("open", () => socket.send(JSON.stringify({ type: "connection_init" })));
  socket.addEventListener("error", () => end(new WebserverUnreachableError(url, new Error("the WebSocket connection failed"))));
  socket.addEventListener("close", () =>
    end(new WebserverUnreachableError(url, new Error("the WebSocket connection was closed"))),
  );
  socket.addEventListener("message", ({ data }) => {
    const message = JSON.parse(String(data)) as ServerMessage;
    switch (message.type) {
      case "connection_ack":
        return socket.send(JSON.stringify({ id: "1", type: "subscribe", payload: { query, variables } }));
      case "ping":
        return socket.send(JSON.stringify({ type: "pong" }));
      case "pong":
        return;
      case "next":
        if (message.payload.errors) return end(new RefusedError(message.payload.errors.map((each) => each.message).join("\n")));
        arrived.push(message.payload.data);
        return wake.resolve();
      case "error":
        return end(new RefusedError(message.payload.map((each) => each.message).join("\n")));
      case "complete":
        return end(null);
      default:
        message satisfies never;
    }
  });

  try {
    for (;;) {
      while (arrived.length > 0) yield arrived.shift();
      const over = ended as { readonly error: Error | null } | null;
      if (over !== null) {
        if (over.error !== null) throw over.error;
        return;
      }
      await wake.promise;
      wake = Promise.withResolvers<void>();
    }
  } finally {
    signal?.removeEventListener("abort", onAbort);
    socket.close();
  }
}
