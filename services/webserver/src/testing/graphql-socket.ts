/** A client of either WebSocket protocol that shows the raw messages, as the protocols are what is tested. */
export interface GraphqlSocket extends Disposable {
  send(message: object): void;
  /** The next message that the server sent. */
  next(): Promise<Message>;
  /** Resolves when the server closes, with code and reason. */
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  readonly protocol: string;
}

export interface Message {
  readonly type: string;
  readonly id?: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- read by tests, which say what they expect of it
  readonly payload?: any;
}

export async function openSocket(url: string, protocols: string | readonly string[]): Promise<GraphqlSocket> {
  const socket = new WebSocket(
    `${url.replace("http", "ws")}/graphql`,
    typeof protocols === "string" ? protocols : [...protocols],
  );
  const messages: Message[] = [];
  const waiting: ((message: Message) => void)[] = [];
  const closed = Promise.withResolvers<{ code: number; reason: string }>();
  const opened = Promise.withResolvers<void>();
  socket.addEventListener("message", ({ data }) => {
    const message = JSON.parse(String(data)) as Message;
    const next = waiting.shift();
    if (next === undefined) messages.push(message);
    else next(message);
  });
  socket.addEventListener("open", () => opened.resolve());
  socket.addEventListener("close", ({ code, reason }) => {
    closed.resolve({ code, reason });
    opened.reject(new Error(`The server closed: ${code} ${reason}`));
  });
  await opened.promise;
  return {
    protocol: socket.protocol,
    closed: closed.promise,
    send: (message) => socket.send(JSON.stringify(message)),
    next: () => {
      const message = messages.shift();
      if (message !== undefined) return Promise.resolve(message);
      const { promise, resolve } = Promise.withResolvers<Message>();
      waiting.push(resolve);
      return promise;
    },
    [Symbol.dispose]: () => socket.close(),
  };
}
