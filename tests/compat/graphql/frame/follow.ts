/** The subprotocols that clients speak; Dagster knows the older one only. */
export const subprotocols = {
  "graphql-ws": { start: "start", data: "data" },
  "graphql-transport-ws": { start: "subscribe", data: "next" },
} as const;
export type Subprotocol = keyof typeof subprotocols;

/** One subscription over a connection of its own. */
export interface Following<Piece> extends AsyncIterable<Piece>, Disposable {
  /** Everything that came so far. */
  readonly pieces: readonly Piece[];
  /** Whether the server has said that this was all. */
  readonly isComplete: boolean;
}

/**
 * Subscribes and gathers what comes, until it is disposed.
 *
 * @param query - a subscription with one field
 */
export async function follow<Piece>(
  url: string,
  subprotocol: Subprotocol,
  query: string,
  variables: object = {},
): Promise<Following<Piece>> {
  const { start, data } = subprotocols[subprotocol];
  const socket = new WebSocket(`${url.replace("http", "ws")}/graphql`, subprotocol);
  const pieces: Piece[] = [];
  let isComplete = false;
  let failure: Error | null = null;
  let news = Promise.withResolvers<void>();
  const tell = (): void => {
    news.resolve();
    news = Promise.withResolvers();
  };
  const fail = (why: string): void => {
    failure ??= new Error(`${url} by ${subprotocol}: ${why}`);
    tell();
  };
  const begun = Promise.withResolvers<void>();
  socket.addEventListener("open", () => socket.send(JSON.stringify({ type: "connection_init", payload: {} })));
  socket.addEventListener("error", () => fail("the WebSocket broke"));
  socket.addEventListener("message", (event) => {
    const message = JSON.parse(String(event.data)) as Message<Piece>;
    if (message.type === "connection_ack") {
      socket.send(JSON.stringify({ id: "1", type: start, payload: { query, variables } }));
      begun.resolve();
    } else if (message.type === data) {
      const [piece] = Object.values(message.payload?.data ?? {});
      if (piece === undefined || message.payload?.errors !== undefined) fail(JSON.stringify(message));
      else pieces.push(piece);
      tell();
    } else if (message.type === "complete") {
      isComplete = true;
      tell();
    } else if (message.type === "error") fail(JSON.stringify(message));
  });
  socket.addEventListener("close", () => begun.reject(new Error(`${url} closed the WebSocket`)));
  await begun.promise;
  return {
    pieces,
    get isComplete() {
      return isComplete;
    },
    async *[Symbol.asyncIterator]() {
      for (let next = 0; ;) {
        while (next < pieces.length) yield pieces[next++]!;
        if (failure !== null) throw failure as Error;
        if (isComplete) return;
        await news.promise;
      }
    },
    [Symbol.dispose]: () => socket.close(),
  };
}

interface Message<Piece> {
  readonly type: string;
  readonly payload?: { readonly data?: Readonly<Record<string, Piece>>; readonly errors?: unknown };
}
